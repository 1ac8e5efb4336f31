import { hasGreenlets } from '../target/greenlet.js';
import type { Target } from '../target/target.js';

/** A program loads what it needs when it starts: it is looked at more often then. */
const OFTEN = 20;
const EVERY_MS = 1000;

/** Looks whether a process has loaded greenlet, until it has; gives the record that says so once. */
export class GreenletWatch {
  private found = false;
  private looks = 0;
  private lookedAt = -Infinity;

  constructor(private readonly loaded: (pid: number) => boolean | null = hasGreenlets) {}

  /** `framed`: the scripts read frames. `after`: ns since the attach. */
  lines(target: Target, framed: boolean, after: number, now = performance.now()): string[] {
    if (this.found || (this.looks >= OFTEN && now - this.lookedAt < EVERY_MS)) return [];
    const first = this.looks++ === 0;
    this.lookedAt = now;
    const known = target.greenlets === true;
    if (!known && this.loaded(target.pid) !== true) return [];
    this.found = true;
    // Frames that are read anyway are read since the first event.
    const atOnce = known || (first && framed);
    return [`g\t${framed ? 1 : 0}\t${atOnce ? 0 : Math.max(1, Math.round(after))}\t${known ? 0 : 1}`];
  }
}
