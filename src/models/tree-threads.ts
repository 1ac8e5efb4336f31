import { NodeFunction, type Nodes } from './nodes.js';
import { ThreadStack } from './threadstack.js';

const MAX_THREADS = 1000;
/** Stacks at the most, of threads in which calls run: beyond that those that were seen first are given up. */
export const MAX_STACKS = 4096;

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
  /** So many stacks are a reason to look for idle ones: not at each new thread where there are none. */
  private enough = MAX_THREADS;

  constructor(
    private readonly nodes: Nodes,
    /** Callers are left out of the stream, so that a frame below what is known would mean nothing. */
    private readonly filtered: boolean,
    /** Hears how many calls were taken to have ended with a thread that was given up. */
    private readonly ended: (calls: number) => void = () => undefined,
  ) {}

  /** The stack of a thread, which is made at its first event. */
  of(tid: number, ts: number): ThreadStack {
    let thread = this.stacks.get(tid);
    if (thread === undefined) {
      const old = this.atAttach.has(tid);
      if (this.stacks.size >= this.enough) this.forget();
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

  private forget(): void {
    for (const thread of this.stacks.values()) if (thread.depth === 0) this.retire(thread);
    let more = this.stacks.size >= MAX_STACKS ? MAX_STACKS >> 1 : 0;
    for (const thread of this.stacks.values()) {
      if (more-- <= 0) break;
      this.cutShort(thread);
      this.retire(thread);
    }
    this.enough = Math.min(MAX_STACKS, Math.max(MAX_THREADS, this.stacks.size * 2));
  }

  private retire({ tid, root, last, since }: ThreadStack): void {
    this.stacks.delete(tid);
    if (root !== this.sharedRoot) this.retired.push({ tid, root, wall: last - since });
  }

  /** What runs in a thread is taken to have run until its last event. */
  private cutShort(thread: ThreadStack): void {
    const { nodes } = this;
    this.ended(thread.depth);
    while (thread.depth > 0) {
      const at = --thread.depth;
      if (thread.hidden[at] === 1) continue;
      nodes.active[thread.nodes[at]] = 0;
      nodes.total[thread.nodes[at]] += thread.last - thread.starts[at];
    }
  }
}
