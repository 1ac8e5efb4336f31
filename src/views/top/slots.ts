/**
 * What each sum of the stream last stood at, and the counter it belongs to: streams tell sums, counters need gains. A
 * snapshot may have several rows of one key, of which each is a part.
 */
export class Slots {
  /** The first counter of each slot, -1 where it is to be looked up. */
  cell = new Int32Array(256).fill(-1);
  /** Slots that the snapshot at hand has rows of: the first `touchedCount`. */
  touched = new Int32Array(256);
  touchedCount = 0;
  private now: Float64Array;
  private last: Float64Array;
  private stamp = new Int32Array(256);
  private round = 0;
  private unlinked = false;
  private readonly byKey = new Map<number, number>();

  constructor(
    /** Sums of one slot. */
    readonly width: number,
    private readonly limit: number,
  ) {
    this.now = new Float64Array(256 * width);
    this.last = new Float64Array(256 * width);
  }

  /** The slot of a key, -1 where there is no more room. */
  at(key: number): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const slot = this.byKey.size;
    if (slot >= this.limit) return -1;
    this.byKey.set(key, slot);
    if (slot >= this.cell.length) this.grow(slot * 2);
    return slot;
  }

  /** A snapshot begins. */
  begin(): void {
    if (this.unlinked) this.cell.fill(-1);
    this.unlinked = false;
    this.round++;
    this.touchedCount = 0;
  }

  /** Adds to a sum of the snapshot at hand; the first sum of each row comes first. */
  add(slot: number, sum: number, value: number): void {
    if (this.stamp[slot] !== this.round) this.touch(slot);
    this.now[slot * this.width + sum] += value;
  }

  /** The same for a greatest value. */
  raise(slot: number, sum: number, value: number): void {
    const at = slot * this.width + sum;
    if (value > this.now[at]) this.now[at] = value;
  }

  value(slot: number, sum: number): number {
    return this.now[slot * this.width + sum];
  }

  /** By how much a sum has risen since the last time this was asked. */
  gain(slot: number, sum: number): number {
    const at = slot * this.width + sum;
    const gain = this.now[at] - this.last[at];
    this.last[at] = this.now[at];
    return gain;
  }

  /** The stream begins anew: its sums are zero. */
  restart(): void {
    this.last.fill(0);
  }

  /** Addresses stand for other functions: counters are to be looked up again. */
  unlink(): void {
    // When they are next needed: names come by the thousand.
    this.unlinked = true;
  }

  private touch(slot: number): void {
    this.stamp[slot] = this.round;
    this.touched[this.touchedCount++] = slot;
    this.now.fill(0, slot * this.width, (slot + 1) * this.width);
  }

  private grow(slots: number): void {
    const ints = (old: Int32Array, fill: number): Int32Array<ArrayBuffer> => {
      const wider = new Int32Array(slots).fill(fill);
      wider.set(old);
      return wider;
    };
    const floats = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const wider = new Float64Array(slots * this.width);
      wider.set(old);
      return wider;
    };
    this.cell = ints(this.cell, -1);
    this.touched = ints(this.touched, 0);
    this.stamp = ints(this.stamp, 0);
    this.now = floats(this.now);
    this.last = floats(this.last);
  }
}
