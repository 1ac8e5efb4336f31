/** The kinds of node that stand for no function. */
export const NodeFunction = {
  /** The root of a thread. */
  thread: -1,
  /** A frame that was entered before the attach and has not returned yet: its name is not known. */
  unknown: -2,
  /** Calls that found no room in the tree. */
  folded: -3,
} as const;

export const HISTOGRAM_BUCKETS = 40;
const INITIAL = 1024;
const DEFAULT_LIMIT = 50_000;

/** The bucket of a duration: floor(log2(ns)), 0 for less than 2 ns, the last one holds all that is longer. */
export function bucketOf(ns: number): number {
  if (ns < 2) return 0;
  const bucket = ns < 2147483648 ? 31 - Math.clz32(ns) : Math.floor(Math.log2(ns));
  return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/**
 * The nodes of a calling context tree in flat arrays, indexed by node id; -1 = none. Ids never move, children stand in
 * the order in which they were first seen.
 */
export class Nodes {
  count = 0;
  parent: Int32Array = new Int32Array(INITIAL);
  fn: Int32Array = new Int32Array(INITIAL);
  firstChild: Int32Array = new Int32Array(INITIAL);
  lastChild: Int32Array = new Int32Array(INITIAL);
  nextSibling: Int32Array = new Int32Array(INITIAL);
  private previousSibling: Int32Array = new Int32Array(INITIAL);
  depth: Int32Array = new Int32Array(INITIAL);
  /** Entries seen. */
  calls: Float64Array = new Float64Array(INITIAL);
  /** Time in the node's own code, ns. */
  self: Float64Array = new Float64Array(INITIAL);
  /** Time of returned calls, callees included, ns. */
  total: Float64Array = new Float64Array(INITIAL);
  /** Longest returned call, ns. */
  max: Float64Array = new Float64Array(INITIAL);
  /** Activations on the stack right now: 0 or 1. */
  active = new Uint8Array(INITIAL);
  /** Returned calls by floor(log2(ns)), HISTOGRAM_BUCKETS a node. */
  histogram = new Uint32Array(INITIAL * HISTOGRAM_BUCKETS);
  /** Ids of nodes that were merged into another, to be used again. */
  private free: number[] = [];
  private tombstones = 0;
  private slots = new Int32Array(INITIAL * 4).fill(-1);

  constructor(readonly limit = DEFAULT_LIMIT) {}

  get full(): boolean {
    return this.count >= this.limit && this.free.length === 0;
  }

  /** The child of `parent` for `fn`, or -1. */
  find(parent: number, fn: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(parent, fn) & mask;
    for (;;) {
      const node = this.slots[slot];
      if (node === -1) return -1;
      if (node >= 0 && this.parent[node] === parent && this.fn[node] === fn) return node;
      slot = (slot + 1) & mask;
    }
  }

  /** A new node, last among its parent's children. */
  add(parent: number, fn: number): number {
    let node = this.free.pop();
    if (node === undefined) {
      if (this.count === this.parent.length) this.grow();
      node = this.count++;
    } else this.blank(node);
    this.fn[node] = fn;
    this.firstChild[node] = -1;
    this.lastChild[node] = -1;
    this.link(node, parent);
    return node;
  }

  /** Gives a node another parent, behind that one's children, and sets the depths below it right. */
  move(node: number, parent: number): void {
    this.unlink(node);
    this.link(node, parent);
    this.walk(node, (n) => {
      this.depth[n] = this.depth[this.parent[n]] + 1;
    });
  }

  /** Gives a node another function; it must not be one that a sibling has. */
  rename(node: number, fn: number): void {
    this.forget(node);
    this.fn[node] = fn;
    this.remember(node);
  }

  /** Adds all that `from` and its descendants counted to `into`, and takes `from` out. */
  merge(from: number, into: number, moved: (from: number, into: number) => void): void {
    const pairs = [from, into];
    while (pairs.length > 0) {
      const target = pairs.pop()!;
      const source = pairs.pop()!;
      this.absorb(source, target);
      for (let child = this.firstChild[source]; child >= 0;) {
        const next = this.nextSibling[child];
        const twin = this.find(target, this.fn[child]);
        if (twin >= 0) pairs.push(child, twin);
        else this.move(child, target);
        child = next;
      }
      this.unlink(source);
      moved(source, target);
      this.free.push(source);
    }
  }

  private absorb(from: number, into: number): void {
    this.calls[into] += this.calls[from];
    this.self[into] += this.self[from];
    this.total[into] += this.total[from];
    this.max[into] = Math.max(this.max[into], this.max[from]);
    this.active[into] |= this.active[from];
    for (let b = 0; b < HISTOGRAM_BUCKETS; b++) {
      this.histogram[into * HISTOGRAM_BUCKETS + b] += this.histogram[from * HISTOGRAM_BUCKETS + b];
    }
  }

  /** Visits a node and all below it, parents first. Not recursive: stacks may be thousands deep. */
  walk(root: number, visit: (node: number) => void): void {
    for (let node = root; node >= 0; node = this.next(node, root)) visit(node);
  }

  /** The node that `walk` visits after this one; -1 after the last. */
  next(node: number, root: number): number {
    if (this.firstChild[node] >= 0) return this.firstChild[node];
    while (node !== root && this.nextSibling[node] < 0) node = this.parent[node];
    return node === root ? -1 : this.nextSibling[node];
  }

  addDuration(node: number, ns: number): void {
    this.total[node] += ns;
    if (ns > this.max[node]) this.max[node] = ns;
    this.histogram[node * HISTOGRAM_BUCKETS + bucketOf(ns)]++;
  }

  /** Upper edge, in ns, of the bucket that holds the given share (0 to 1) of a node's returned calls; 0 if none did. */
  quantile(node: number, share: number): number {
    const from = node * HISTOGRAM_BUCKETS;
    let sum = 0;
    for (let b = 0; b < HISTOGRAM_BUCKETS; b++) sum += this.histogram[from + b];
    if (sum === 0) return 0;
    let left = Math.ceil(sum * share);
    for (let b = 0; b < HISTOGRAM_BUCKETS; b++) {
      left -= this.histogram[from + b];
      if (left <= 0) return Math.min(2 ** (b + 1), this.max[node]);
    }
    return this.max[node];
  }

  /** A copy that stays as it is. */
  clone(): Nodes {
    const copy = new Nodes(this.limit);
    copy.count = this.count;
    copy.free = [...this.free];
    copy.tombstones = this.tombstones;
    const n = this.count;
    copy.parent = this.parent.slice(0, n);
    copy.fn = this.fn.slice(0, n);
    copy.firstChild = this.firstChild.slice(0, n);
    copy.lastChild = this.lastChild.slice(0, n);
    copy.nextSibling = this.nextSibling.slice(0, n);
    copy.previousSibling = this.previousSibling.slice(0, n);
    copy.depth = this.depth.slice(0, n);
    copy.calls = this.calls.slice(0, n);
    copy.self = this.self.slice(0, n);
    copy.total = this.total.slice(0, n);
    copy.max = this.max.slice(0, n);
    copy.active = this.active.slice(0, n);
    copy.histogram = this.histogram.slice(0, n * HISTOGRAM_BUCKETS);
    copy.slots = this.slots.slice();
    return copy;
  }

  private link(node: number, parent: number): void {
    this.parent[node] = parent;
    this.nextSibling[node] = -1;
    this.previousSibling[node] = -1;
    // Also of a root: its id may have been that of a node deep in another tree.
    this.depth[node] = parent >= 0 ? this.depth[parent] + 1 : 0;
    if (parent >= 0) {
      const last = this.lastChild[parent];
      if (last >= 0) {
        this.nextSibling[last] = node;
        this.previousSibling[node] = last;
      } else this.firstChild[parent] = node;
      this.lastChild[parent] = node;
      this.remember(node);
    }
  }

  private unlink(node: number): void {
    const parent = this.parent[node];
    if (parent < 0) return;
    this.forget(node);
    const before = this.previousSibling[node];
    const after = this.nextSibling[node];
    if (before < 0) this.firstChild[parent] = after;
    else this.nextSibling[before] = after;
    if (after < 0) this.lastChild[parent] = before;
    else this.previousSibling[after] = before;
  }

  private remember(node: number): void {
    // Only here do all nodes stand where their parents say: a rehash in the middle of a move would keep both places.
    if (this.tombstones > this.slots.length >> 2) this.rehash(this.slots.length);
    else this.insert(node);
  }

  private insert(node: number): void {
    const mask = this.slots.length - 1;
    let slot = hash(this.parent[node], this.fn[node]) & mask;
    while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = node;
  }

  private forget(node: number): void {
    const mask = this.slots.length - 1;
    let slot = hash(this.parent[node], this.fn[node]) & mask;
    while (this.slots[slot] !== node) {
      if (this.slots[slot] === -1) return;
      slot = (slot + 1) & mask;
    }
    // A tombstone: what collided behind it must still be found.
    this.slots[slot] = -2;
    this.tombstones++;
  }

  private blank(node: number): void {
    this.calls[node] = 0;
    this.self[node] = 0;
    this.total[node] = 0;
    this.max[node] = 0;
    this.active[node] = 0;
    this.histogram.fill(0, node * HISTOGRAM_BUCKETS, (node + 1) * HISTOGRAM_BUCKETS);
  }

  private rehash(length: number): void {
    this.slots = new Int32Array(length).fill(-1);
    this.tombstones = 0;
    const gone = new Set(this.free);
    for (let node = 0; node < this.count; node++) if (this.parent[node] >= 0 && !gone.has(node)) this.insert(node);
  }

  private grow(): void {
    const n = this.parent.length * 2;
    const ints = (old: Int32Array): Int32Array => copied<Int32Array>(new Int32Array(n), old);
    const floats = (old: Float64Array): Float64Array => copied<Float64Array>(new Float64Array(n), old);
    this.parent = ints(this.parent);
    this.fn = ints(this.fn);
    this.firstChild = ints(this.firstChild);
    this.lastChild = ints(this.lastChild);
    this.nextSibling = ints(this.nextSibling);
    this.previousSibling = ints(this.previousSibling);
    this.depth = ints(this.depth);
    this.calls = floats(this.calls);
    this.self = floats(this.self);
    this.total = floats(this.total);
    this.max = floats(this.max);
    this.active = copied(new Uint8Array(n), this.active);
    this.histogram = copied(new Uint32Array(n * HISTOGRAM_BUCKETS), this.histogram);
    this.rehash(n * 4);
  }
}

function copied<T extends { set(array: T): void }>(into: T, from: T): T {
  into.set(from);
  return into;
}

function hash(parent: number, fn: number): number {
  const h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(fn + 7, 0x85ebca6b);
  return h ^ (h >>> 15);
}
