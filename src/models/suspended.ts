const SIZE = 1 << 12;

/**
 * Which function a generator's frame belongs to, for frames that were left a while ago: throw() enters one again
 * without a probe firing. A direct-mapped cache: bounded, and a miss only means that the frame shows as `?`.
 */
export class SuspendedFrames {
  private readonly frames = new Float64Array(SIZE);
  private readonly functions = new Int32Array(SIZE);

  add(frame: number, fn: number): void {
    if (frame === 0) return;
    const slot = slotOf(frame);
    this.frames[slot] = frame;
    this.functions[slot] = fn;
  }

  /** The function, or -1. */
  find(frame: number): number {
    const slot = slotOf(frame);
    return this.frames[slot] === frame ? this.functions[slot] : -1;
  }
}

function slotOf(frame: number): number {
  // Frames lie at multiples of 8; low and high half are mixed, since a double holds more than bit operations take.
  const low = (frame / 8) | 0;
  const high = (frame / 0x800000000) | 0;
  const h = Math.imul(low ^ high, 0x9e3779b1);
  return (h >>> 20) & (SIZE - 1);
}
