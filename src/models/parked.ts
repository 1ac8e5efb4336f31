import { CallStack } from './callstack.js';
import type { ThreadStack } from './threadstack.js';

/** The stack of a greenlet that does not run. */
export interface Parked {
  readonly thread: ThreadStack;
  readonly stack: CallStack;
  /** When it was left: its calls' time stands still since then. */
  readonly since: number;
}

const MAX_STACKS = 10_000;

/**
 * Stacks of greenlets that wait, by their top frame: the next event of a greenlet is a call by that frame, or its return.
 * At most `limit` of all threads together; the one that was left first goes first.
 */
export class ParkedStacks {
  private readonly byFrame = new Map<number, Parked>();

  constructor(
    /** Told of a stack that finds no room, or whose frame has been given to another. */
    private readonly dropped: (parked: Parked) => void,
    private readonly limit = MAX_STACKS,
  ) {}

  get size(): number {
    return this.byFrame.size;
  }

  all(): IterableIterator<Parked> {
    return this.byFrame.values();
  }

  has(frame: number): boolean {
    return this.byFrame.has(frame);
  }

  /** Leaves the stack that `thread` runs on: it is on an empty one then. */
  park(thread: ThreadStack): void {
    if (thread.depth === 0) return;
    const stack = new CallStack();
    thread.exchange(stack);
    const frame = stack.frames[stack.depth - 1];
    this.drop(frame);
    this.byFrame.set(frame, { thread, stack, since: thread.last });
    if (this.byFrame.size <= this.limit) return;
    for (const first of this.byFrame.keys()) {
      this.drop(first);
      return;
    }
  }

  /** Puts `thread` on the stack whose top is this frame, and parks the one that it was on; false where there is none. */
  resume(thread: ThreadStack, frame: number): boolean {
    const parked = this.byFrame.get(frame);
    // A greenlet never changes its thread: with another one the address has been used anew.
    if (parked?.thread !== thread) return false;
    this.byFrame.delete(frame);
    this.park(thread);
    thread.exchange(parked.stack);
    const stood = thread.last - parked.since;
    for (let i = 0; i < thread.depth; i++) thread.starts[i] += stood;
    return true;
  }

  /** A frame begins: what was parked with that address has died unseen. */
  drop(frame: number): void {
    const parked = this.byFrame.get(frame);
    if (parked === undefined) return;
    this.byFrame.delete(frame);
    this.dropped(parked);
  }

  /** Takes all of them out. */
  clear(): Parked[] {
    const all = [...this.byFrame.values()];
    this.byFrame.clear();
    return all;
  }
}
