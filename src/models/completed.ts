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
 * Each call that returns may move so many below it, and leaves what it does not need to later ones, up to the second
 * number: a recursion a thousand deep moves each of its calls as often as others stand above it.
 */
const MOVES_A_CALL = 100;
const MAX_MOVES = 500_000;

/**
 * Builds the tree from calls that are told of only when they return, callees first (record X). A call waits below `?`
 * until a caller that contains it in time returns, and then moves below that. Shorter calls are not told of at all:
 * their time is their caller's self time.
 */
export class CompletedCalls {
  /** What waits goes with its thread. */
  private readonly waiting = new WeakMap<ThreadStack, { calls: Activation[]; size: number }>();
  private moves = MAX_MOVES;

  constructor(
    private readonly nodes: Nodes,
    /** Hears of each call that stays below `?` although its caller is known. */
    private readonly left: () => void = () => undefined,
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
    this.moves = Math.min(MAX_MOVES, this.moves + MOVES_A_CALL);
    for (const child of calls.splice(from)) {
      if (child.size > this.moves) {
        call.own -= child.duration;
        waiting.size -= child.size;
        this.left();
        continue;
      }
      this.moves -= child.size;
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
    if (waiting.size > this.maxWaiting) this.trim(waiting);
  }

  /** Several at once: to take one from the front moves all the others. */
  private trim(waiting: { readonly calls: Activation[]; size: number }): void {
    const { calls } = waiting;
    let count = 0;
    while (count < calls.length && waiting.size > this.maxWaiting * 0.75) waiting.size -= calls[count++].size;
    calls.splice(0, count);
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
