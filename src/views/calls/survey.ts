import type { TreePicture } from '../../models/treepicture.js';
import { isImportSystem } from './filter.js';
import type { CallsState } from './state.js';
import { rootOf } from './thread-times.js';

/** What has to be known of every node before one of them can be shown; arrays by node. */
export interface Survey {
  /** Nodes that will have a row if nothing is folded, itself included; 0 for a ghost with nothing below it. */
  readonly size: Int32Array;
  /** ns: total time, or that of the callees where it has none of its own (threads, and `?` of calls told of late). */
  readonly weight: Float64Array;
  readonly self: Float64Array;
  /** 2 = meets the filter, 1 = something below it does, 0 = neither. */
  readonly matches: Uint8Array;
  /** 1 = something below meets the filter. */
  readonly matchBelow: Uint8Array;
  /** Thread root. */
  readonly root: Int32Array;
  /** Nodes that are no ghosts. */
  readonly live: number;
  /** Frames of the import system that get no row. */
  readonly importFrames: number;
}

/** Looks at all nodes below the roots, callees first. A few typed arrays and no text: 50,000 nodes a frame are no matter. */
export function survey(
  picture: TreePicture,
  state: CallsState,
  roots: readonly number[],
  walls: ReadonlyMap<number, number>,
): Survey {
  const { nodes, functions } = picture;
  const n = nodes.count;
  const size = new Int32Array(n);
  const weight = new Float64Array(n);
  const self = new Float64Array(n);
  const below = new Float64Array(n);
  const matches = new Uint8Array(n);
  const matchBelow = new Uint8Array(n);
  const root = new Int32Array(n).fill(-1);
  const { filter } = state;
  let live = 0;
  let importFrames = 0;
  const preorder = new Int32Array(n);
  for (const top of roots) {
    let length = 0;
    const thread = rootOf(picture, top);
    const minWeight = filter.minShare * (walls.get(thread) ?? 0);
    nodes.walk(top, (node) => {
      preorder[length++] = node;
    });
    for (let i = length - 1; i >= 0; i--) {
      const node = preorder[i];
      const fn = nodes.fn[node];
      const total = picture.total(node);
      root[node] = thread;
      self[node] = picture.self(node);
      weight[node] = Math.max(total, below[node]);
      const ghost = nodes.calls[node] === 0 && self[node] === 0 && total === 0 && !picture.running(node);
      // A frame of the import system has no row, but what it calls may have one.
      const own = !state.imports && isImportSystem(functions, fn) ? 0 : 1;
      if (ghost && size[node] === 0 && node !== top) continue;
      live++;
      importFrames += 1 - own;
      size[node] += own;
      if (own === 1 && weight[node] >= minWeight && nodes.parent[node] >= 0 && filter.matches(functions, fn))
        matches[node] = 2;
      else matches[node] = matchBelow[node]!;
      if (node === top) continue;
      const parent = nodes.parent[node];
      size[parent] += size[node];
      below[parent] += weight[node];
      if (matches[node] !== 0) matchBelow[parent] = 1;
    }
  }
  return { size, weight, self, matches, matchBelow, root, live, importFrames };
}
