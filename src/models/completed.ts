import { NodeFunction, type Nodes, bucketOf, HISTOGRAM_BUCKETS } from './nodes.js';
import type { ThreadStack } from './threadstack.js';

/** A call that has returned while its caller has not. */
interface Activation {
  readonly fn: number;
  readonly start: number;
  readonly duration: number;
  readonly children: Activation[];
  /** Duration less that of the children that are known. */
  own: number;
  /** Activations in it, itself included. */
  size: number;
}

/** So many activations of a thread wait at the most; the oldest stay below `?`. */
const MAX_WAITING = 1 << 14;

/**
 * Builds the tree from calls that are told of only when they return, callees first (record X). A call waits below `?`
 * until a caller that contains it in time returns, and then moves below that. Shorter calls are not told of at all:
 * their time is their caller's self time.
 */
export class CompletedCalls {
  private readonly waiting = new Map<ThreadStack, { calls: Activation[]; size: number }>();

  constructor(
    private readonly nodes: Nodes,
    private readonly maxWaiting = MAX_WAITING,
  ) {}

  /** `apart`: greenlets switch stacks, so that what contains it in time need not have called it. */
  add(thread: ThreadStack, fn: number, start: number, duration: number, apart = false): void {
    let waiting = this.waiting.get(thread);
    if (waiting === undefined) this.waiting.set(thread, (waiting = { calls: [], size: 0 }));
    const { calls } = waiting;
    const unknown = this.child(thread.root, NodeFunction.unknown);
    const call: Activation = { fn, start, duration, children: [], own: duration, size: 1 };
    let from = calls.length;
    while (!apart && from > 0 && calls[from - 1].start >= start) from--;
    for (const child of calls.splice(from)) {
      this.count(unknown, child, -1);
      call.children.push(child);
      call.own -= child.duration;
      call.size += child.size;
      this.nodes.total[unknown] -= child.duration;
    }
    this.count(unknown, call, 1);
    this.nodes.total[unknown] += duration;
    calls.push(call);
    waiting.size++;
    while (waiting.size > this.maxWaiting) waiting.size -= calls.shift()!.size;
  }

  private child(parent: number, fn: number): number {
    const found = this.nodes.find(parent, fn);
    if (found >= 0 || this.nodes.full) return found >= 0 ? found : parent;
    return this.nodes.add(parent, fn);
  }

  /** Adds (sign 1) or takes away (sign -1) a call and all that it contains below `parent`. */
  private count(parent: number, root: Activation, sign: 1 | -1): void {
    const work: [number, Activation][] = [[parent, root]];
    while (work.length > 0) {
      const [above, call] = work.pop()!;
      const node = this.child(above, call.fn);
      this.nodes.calls[node] += sign;
      this.nodes.self[node] += sign * call.own;
      this.nodes.total[node] += sign * call.duration;
      this.nodes.histogram[node * HISTOGRAM_BUCKETS + bucketOf(call.duration)] += sign;
      if (sign > 0) this.nodes.max[node] = Math.max(this.nodes.max[node], call.duration);
      for (const child of call.children) work.push([node, child]);
    }
  }
}
