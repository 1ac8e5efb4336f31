import { HISTOGRAM_BUCKETS, NodeFunction } from '../models/nodes.js';
import type { TreePicture } from '../models/treepicture.js';

/** One function, summed over all the places that call it. Times in ns. */
export interface FunctionTotals {
  /** Function id, or one of NodeFunction. */
  readonly fn: number;
  calls: number;
  self: number;
  /** Callees included; of a recursion only the outermost call. */
  total: number;
  /** Its nodes in the tree. */
  readonly nodes: number[];
}

/** All functions of a picture, in the order in which they were first seen. */
export function functionTotals(picture: TreePicture): FunctionTotals[] {
  const { nodes } = picture;
  const totals = new Map<number, FunctionTotals>();
  /** How often each function stands on the path to the node looked at. */
  const onPath = new Map<number, number>();
  const path: number[] = [];
  const visit = (node: number): void => {
    const fn = nodes.fn[node];
    const depth = nodes.depth[node];
    while (path.length > depth) {
      const left = path.pop()!;
      onPath.set(left, onPath.get(left)! - 1);
    }
    const outer = onPath.get(fn) ?? 0;
    path.push(fn);
    onPath.set(fn, outer + 1);
    if (fn === NodeFunction.thread) return;
    let entry = totals.get(fn);
    if (entry === undefined) totals.set(fn, (entry = { fn, calls: 0, self: 0, total: 0, nodes: [] }));
    entry.calls += nodes.calls[node];
    entry.self += picture.self(node);
    if (outer === 0) entry.total += picture.total(node);
    entry.nodes.push(node);
  };
  for (const root of new Set(picture.threads.map((thread) => thread.root))) nodes.walk(root, visit);
  return [...totals.values()].filter(({ calls, self, total }) => calls > 0 || self > 0 || total > 0);
}

/** The duration, ns, that the given share (0 to 1) of a function's returned calls did not exceed: a bucket's upper edge. */
export function functionQuantile(picture: TreePicture, { nodes: ids }: FunctionTotals, share: number): number {
  const { nodes } = picture;
  const counts = new Float64Array(HISTOGRAM_BUCKETS);
  let sum = 0;
  let max = 0;
  for (const node of ids) {
    max = Math.max(max, nodes.max[node]);
    for (let b = 0; b < HISTOGRAM_BUCKETS; b++) {
      const count = nodes.histogram[node * HISTOGRAM_BUCKETS + b];
      counts[b] += count;
      sum += count;
    }
  }
  let left = Math.ceil(sum * share);
  for (let b = 0; sum > 0 && b < HISTOGRAM_BUCKETS; b++) {
    left -= counts[b];
    if (left <= 0) return Math.min(2 ** (b + 1), max);
  }
  return max;
}
