import { NodeFunction, type Nodes } from './nodes.js';
import { ThreadStack } from './threadstack.js';

const MAX_THREADS = 1000;

/** The threads of a call tree: a stack and a root for each, bounded for programs that start threads without end. */
export class TreeThreads {
  readonly stacks = new Map<number, ThreadStack>();
  /** Threads whose stacks were given up for newer ones; what they did stays in the tree. At most MAX_THREADS. */
  readonly retired: { readonly tid: number; readonly root: number; readonly wall: number }[] = [];
  /** When the probes were armed, ns; threads that ran then have frames nobody saw entered. */
  attachedAt = 0;
  readonly atAttach = new Set<number>();
  /** Root of the threads that came after the thousandth, -1 before. */
  sharedRoot = -1;
  private roots = 0;

  constructor(
    private readonly nodes: Nodes,
    /** Callers are left out of the stream, so that a frame below what is known would mean nothing. */
    private readonly filtered: boolean,
  ) {}

  /** The stack of a thread, which is made at its first event. */
  of(tid: number, ts: number): ThreadStack {
    let thread = this.stacks.get(tid);
    if (thread === undefined) {
      const old = this.atAttach.has(tid);
      if (this.stacks.size >= MAX_THREADS) this.forgetIdle();
      thread = new ThreadStack(tid, this.newRoot(), old ? this.attachedAt : ts, old && !this.filtered);
      this.stacks.set(tid, thread);
    }
    return thread;
  }

  /** All that come late share one root. */
  private newRoot(): number {
    if (this.sharedRoot >= 0) return this.sharedRoot;
    const root = this.nodes.add(-1, NodeFunction.thread);
    if (++this.roots >= MAX_THREADS || this.nodes.full) this.sharedRoot = root;
    return root;
  }

  private forgetIdle(): void {
    for (const [tid, thread] of this.stacks) {
      if (thread.depth > 0) continue;
      this.stacks.delete(tid);
      if (thread.root === this.sharedRoot) continue;
      this.retired.push({ tid, root: thread.root, wall: thread.last - thread.since });
    }
  }
}
