import { readThreadIds, readThreadName } from './proc.js';

/** Every so many polls all names are read again: a thread gets its name after its start, and may be renamed. */
const REREAD_EVERY = 5;
const LIMIT = 10_000;

/**
 * Names of a process's threads by thread id, as our /proc numbers them. Names of threads that have ended are kept, since
 * what they did is still on the screen; bounded. A thread that is numbered otherwise (another pid namespace) has no name.
 */
export class ThreadNames {
  private readonly names = new Map<number, string>();
  private polls = 0;

  constructor(private readonly pid: number) {}

  /** The thread's name, as it was last read: hostile text. undefined where it was never seen. */
  get(tid: number): string | undefined {
    return this.names.get(tid);
  }

  /** Reads what is new; true where any name changed. One readdir and, now and then, one small read a thread. */
  poll(): boolean {
    const all = this.polls++ % REREAD_EVERY === 0;
    let changed = false;
    for (const tid of readThreadIds(this.pid)) {
      const known = this.names.get(tid);
      if (known !== undefined && !all) continue;
      if (known === undefined && this.names.size >= LIMIT) continue;
      const name = readThreadName(this.pid, tid);
      if (name === null || name === known) continue;
      this.names.set(tid, name);
      changed = true;
    }
    return changed;
  }
}
