import { FREE, readStanding, sameStanding, type Standing } from '../target/standstill.js';

/** How a process was kept from running while it was traced. */
export interface StoodStill {
  /** For how long in all, to the second: that is how often it is looked at. */
  readonly ms: number;
  /** As it was when it last stood still; FREE where it never did. */
  readonly last: Standing;
  /** As it is now. */
  readonly now: Standing;
}

/** Looks now and then whether others keep a process from running, and adds up for how long. */
export class StandstillWatch {
  now: Standing = FREE;
  private last: Standing = FREE;
  private ms = 0;
  /** When it was first seen to be as it is now, or when the trace began. */
  private since = 0;
  private begun = false;

  /** `engine`: the pid of our own tracer, which may hold it. */
  constructor(
    private readonly pid: number,
    private readonly engine: () => number,
    private readonly read: (pid: number, ours: number) => Standing = readStanding,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Looks again; true where something has changed. */
  look(): boolean {
    const next = this.read(this.pid, this.engine());
    if (sameStanding(next, this.now)) return false;
    if (this.begun) this.add();
    this.now = next;
    this.since = this.clock();
    if (next.stopped !== null || next.holder !== null) this.last = next;
    return true;
  }

  /** The trace begins: what was before does not count. */
  begin(): void {
    this.begun = true;
    this.since = this.clock();
    this.last = this.now;
  }

  stood(): StoodStill {
    const running = this.begun && this.now.stopped !== null ? this.clock() - this.since : 0;
    return { ms: Math.round(this.ms + running), last: this.last, now: this.now };
  }

  private add(): void {
    if (this.now.stopped !== null) this.ms += this.clock() - this.since;
  }
}

/** Of several traces of one process, in their order. */
export function stoodTogether(all: readonly StoodStill[]): StoodStill {
  const last = all.findLast(({ last }) => last !== FREE)?.last ?? FREE;
  return { ms: all.reduce((sum, { ms }) => sum + ms, 0), last, now: all.at(-1)?.now ?? FREE };
}

/** What the end record says of it; nothing where it was let alone. */
export function stoodFields({ ms, last, now }: StoodStill): Readonly<Record<string, unknown>> {
  if (last.stopped === null && last.holder === null) return {};
  return { standstill: { ms, why: last.stopped, heldBy: last.holder, still: now.stopped !== null } };
}
