import type { Clock } from './clock.js';

/** Of the time that passes, at most one part in this many is drawn in. */
const REST_FACTOR = 12;

/**
 * When to draw. At most `fps` times a second while something changes by itself, less often where drawing is dear, and
 * at once when asked to: a key must not wait for its turn.
 */
export class FrameLoop {
  private cancel: (() => void) | undefined;
  private running = false;

  constructor(
    private readonly clock: Clock,
    private readonly fps: number,
    private readonly changed: () => boolean,
    private readonly draw: () => void,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.now();
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Draws at once. */
  now(): void {
    if (!this.running) return;
    this.cancel?.();
    const began = this.clock.now();
    this.draw();
    if (this.running) this.next(this.clock.now() - began);
  }

  private next(cost: number): void {
    const rest = Math.max(1000 / this.fps, cost * REST_FACTOR);
    this.cancel = this.clock.after(rest, () => {
      if (this.changed()) this.now();
      else this.next(0);
    });
  }
}
