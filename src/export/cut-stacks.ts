import type { Nodes } from '../models/nodes.js';

/** Stacks that are too deep, and are the same but for how much of their middle is left out. */
export interface CutStack {
  /** Nodes of the outermost frames, and of the innermost ones of one of these stacks, outer ones first. */
  readonly outer: readonly number[];
  readonly inner: readonly number[];
  /** Frames left out, the fewest and the most. */
  readonly least: number;
  readonly most: number;
  /** ns, of all these stacks. */
  readonly self: number;
}

interface Gathered {
  readonly node: number;
  least: number;
  most: number;
  self: number;
}

const BASE = 0x9e3779b1;

/**
 * Stacks of one thread that are deeper than what is asked for, gathered by what is left of them when their middle is cut
 * out: a recursion of 20,000 calls becomes one stack, not 20,000. Nodes are to be added in the order of `Nodes.walk`. Holds
 * as much as the thread has nodes, and no stack.
 */
export class CutStacks {
  private readonly outerLength: number;
  private readonly innerLength: number;
  /** Per depth: the hash of the innermost frames there, of the path to the node added last. */
  private hashes = new Int32Array(1024);
  private path = new Int32Array(1024);
  /** What the function that falls out of the hashed frames counts for. */
  private readonly falling: number;
  private readonly byKey = new Map<string, Gathered[]>();

  /** `maxDepth`: frames of a stack at the most, the thread and the one that stands for the middle included; from 3. */
  constructor(
    private readonly nodes: Nodes,
    private readonly root: number,
    private readonly maxDepth: number,
  ) {
    // The thread's own frame is an outer one.
    this.outerLength = Math.floor((maxDepth - 1) / 2) - 1;
    this.innerLength = Math.ceil((maxDepth - 1) / 2);
    let power = 1;
    for (let i = 0; i <= this.innerLength; i++) power = Math.imul(power, BASE);
    this.falling = power;
  }

  /** Takes a node where its stack is too deep; false where it is not. */
  add(node: number, self: number): boolean {
    const { nodes, innerLength, outerLength } = this;
    const depth = nodes.depth[node];
    if (depth >= this.path.length) this.grow();
    this.path[depth] = node;
    const gone = depth - innerLength;
    const fell = gone > 0 ? Math.imul(nodes.fn[this.path[gone]] + 7, this.falling) : 0;
    this.hashes[depth] =
      (Math.imul(depth > 0 ? this.hashes[depth - 1] : 0, BASE) + Math.imul(nodes.fn[node] + 7, BASE) - fell) | 0;
    if (depth < this.maxDepth) return false;
    if (self <= 0) return true;
    const left = depth - outerLength - innerLength;
    const key = `${outerLength > 0 ? this.path[outerLength] : this.root},${this.hashes[depth]}`;
    const alike = this.byKey.get(key);
    const same = alike?.find((each) => this.sameInner(each.node, node));
    if (same !== undefined) {
      same.least = Math.min(same.least, left);
      same.most = Math.max(same.most, left);
      same.self += self;
    } else {
      const first = { node, least: left, most: left, self };
      if (alike === undefined) this.byKey.set(key, [first]);
      else alike.push(first);
    }
    return true;
  }

  /** All that was gathered. */
  *stacks(): Generator<CutStack> {
    for (const alike of this.byKey.values()) {
      for (const { node, least, most, self } of alike) {
        const inner: number[] = [];
        let at = node;
        for (; inner.length < this.innerLength; at = this.nodes.parent[at]) inner.push(at);
        while (this.nodes.depth[at] > this.outerLength) at = this.nodes.parent[at];
        const outer: number[] = [];
        for (; at !== this.root; at = this.nodes.parent[at]) outer.push(at);
        yield { outer: outer.reverse(), inner: inner.reverse(), least, most, self };
      }
    }
  }

  private sameInner(a: number, b: number): boolean {
    const { fn, parent } = this.nodes;
    for (let i = 0; i < this.innerLength; i++) {
      if (fn[a] !== fn[b]) return false;
      a = parent[a];
      b = parent[b];
    }
    return true;
  }

  private grow(): void {
    const longer = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(old.length * 2);
      array.set(old);
      return array;
    };
    this.hashes = longer(this.hashes);
    this.path = longer(this.path);
  }
}
