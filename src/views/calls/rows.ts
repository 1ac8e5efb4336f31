import type { CallsModel } from '../../models/callsmodel.js';
import { NodeFunction } from '../../models/nodes.js';
import type { TreePicture } from '../../models/treepicture.js';
import { isImportSystem } from './filter.js';
import { nodeName } from './labels.js';
import { survey, type Survey } from './survey.js';
import { type CallsState, isFiltering } from './state.js';
import { rootOf, wallByRoot } from './thread-times.js';

/** The rows of the tree as they stand below each other, as numbers only: text is made of those on the screen alone. */
export interface Rows {
  readonly count: number;
  /** Per row: its node. */
  readonly node: Int32Array;
  /** Per row: rows above it in the tree that are shown; 0 for a root. */
  readonly level: Int32Array;
  /** Per row: the row that it hangs below, -1 for a root. */
  readonly parent: Int32Array;
  /** Per row: 1 if no sibling follows. */
  readonly last: Uint8Array;
  /** Per row: how many nodes are folded away below it; 0 also where it is open. */
  readonly foldedBelow: Int32Array;
  /** Per row: 1 if something hangs below it, shown or folded. */
  readonly branching: Uint8Array;
  /** Per row: 1 if the filter is met, 0 for those that only lead to one that does. */
  readonly match: Uint8Array;
  /** Time of a node as shares are made of it: of what has no time of its own, that of all it calls. ns by node. */
  readonly weight: Float64Array;
  /** ns that shares are of, by root node. */
  readonly walls: ReadonlyMap<number, number>;
  readonly maxLevel: number;
  /** Subtrees left out as they are below the threshold. */
  readonly belowThreshold: number;
  /** Frames of the import system left out; what they call hangs below their caller. */
  readonly importFrames: number;
  /** Nodes that the filter left out, and all there are. */
  readonly filteredOut: number;
  readonly nodes: number;
}

interface Remembered {
  readonly state: CallsState;
  readonly held: boolean;
  readonly rows: Rows;
}

/** One picture is drawn, described and navigated: the rows are made once for all three. */
const remembered = new WeakMap<TreePicture, Remembered>();

export function visibleRows(model: CallsModel, state: CallsState, now: number): Rows {
  const held = state.held !== null && now < state.held.until;
  const known = remembered.get(model.picture);
  if (known !== undefined && known.held === held && sameRows(known.state, state)) return known.rows;
  const rows = build(model, state, held);
  remembered.set(model.picture, { state, held, rows });
  return rows;
}

function sameRows(a: CallsState, b: CallsState): boolean {
  return (
    a.folded === b.folded &&
    a.sort === b.sort &&
    a.reversed === b.reversed &&
    a.held === b.held &&
    a.threshold === b.threshold &&
    a.filter === b.filter &&
    a.zoom === b.zoom &&
    a.thread === b.thread &&
    a.imports === b.imports
  );
}

function build(model: CallsModel, state: CallsState, held: boolean): Rows {
  const { picture } = model;
  const { nodes, functions } = picture;
  const walls = wallByRoot(picture);
  const roots = shownRoots(picture, state, walls);
  const seen = survey(picture, state, roots, walls);
  const order = siblingOrder(model, state, seen, held ? state.held!.ranks : undefined);
  const filtering = isFiltering(state);

  const capacity = seen.live;
  const rows = {
    node: new Int32Array(capacity),
    level: new Int32Array(capacity),
    parent: new Int32Array(capacity),
    foldedBelow: new Int32Array(capacity),
    branching: new Uint8Array(capacity),
    match: new Uint8Array(capacity),
  };
  let count = 0;
  let maxLevel = 0;
  let belowThreshold = 0;
  let filteredOut = 0;
  const children: number[] = [];

  /** Whether a node gets a row, and if not, why. */
  const shown = (node: number, limit: number): boolean => {
    if (seen.size[node] === 0) return false;
    if (filtering && seen.matches[node] === 0) {
      filteredOut += seen.size[node];
      return false;
    }
    if (seen.weight[node] < limit) {
      belowThreshold++;
      return false;
    }
    return true;
  };
  /** Gathers what hangs below a node, with frames of the import system replaced by what they call. */
  const gather = (node: number, limit: number): void => {
    children.length = 0;
    let child = nodes.firstChild[node];
    const inner: number[] = [];
    while (child >= 0 || inner.length > 0) {
      if (child < 0) {
        child = nodes.nextSibling[inner.pop()!]!;
        continue;
      }
      if (!shown(child, limit)) child = nodes.nextSibling[child]!;
      else if (!state.imports && isImportSystem(functions, nodes.fn[child])) {
        inner.push(child);
        child = nodes.firstChild[child]!;
      } else {
        children.push(child);
        child = nodes.nextSibling[child]!;
      }
    }
    if (order !== undefined) children.sort(order);
  };

  const stack: number[] = [];
  for (let i = roots.length - 1; i >= 0; i--) stack.push(roots[i], -1);
  while (stack.length > 0) {
    const parent = stack.pop()!;
    const node = stack.pop()!;
    const level = parent < 0 ? 0 : rows.level[parent] + 1;
    const limit = state.threshold * (walls.get(seen.root[node]) ?? 0);
    // A root is always shown: an idle thread is something to know.
    const row = count++;
    rows.node[row] = node;
    rows.level[row] = level;
    rows.parent[row] = parent;
    rows.match[row] = filtering && seen.matches[node] !== 2 ? 0 : 1;
    if (level > maxLevel) maxLevel = level;
    if (seen.size[node] <= 1) continue;
    const open = !state.folded.has(node) || (filtering && seen.matchBelow[node] === 1);
    if (!open) {
      rows.foldedBelow[row] = seen.size[node] - 1;
      rows.branching[row] = 1;
      continue;
    }
    gather(node, limit);
    rows.branching[row] = children.length > 0 ? 1 : 0;
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i], row);
  }
  return {
    ...rows,
    count,
    last: lastSiblings(rows.level, count, maxLevel),
    weight: seen.weight,
    walls,
    maxLevel,
    belowThreshold,
    importFrames: seen.importFrames,
    filteredOut,
    nodes: seen.live,
  };
}

/** The node zoomed to, or the roots of the threads that are shown. A root or node that is gone leaves all. */
function shownRoots(picture: TreePicture, state: CallsState, walls: ReadonlyMap<number, number>): number[] {
  const zoomed = state.zoom.at(-1);
  if (zoomed !== undefined && isThere(picture, zoomed) && walls.has(rootOf(picture, zoomed))) return [zoomed];
  return walls.has(state.thread) ? [state.thread] : [...walls.keys()];
}

/** Whether a node still is one: not merged into another since it was chosen. */
function isThere({ nodes }: TreePicture, node: number): boolean {
  if (node < 0 || node >= nodes.count) return false;
  const parent = nodes.parent[node];
  return parent < 0 || nodes.find(parent, nodes.fn[node]) === node;
}

/** How siblings are put in order; undefined where they stand as they were first seen. */
function siblingOrder(
  model: CallsModel,
  state: CallsState,
  seen: Survey,
  ranks: ReadonlyMap<number, number> | undefined,
): ((a: number, b: number) => number) | undefined {
  if (state.sort === 'seen' && !state.reversed && ranks === undefined) return undefined;
  const { nodes } = model.picture;
  const direction = state.reversed ? -1 : 1;
  const by = (a: number, b: number): number => {
    switch (state.sort) {
      case 'seen':
        return direction * (a - b);
      case 'name': {
        const [x, y] = [nodeName(model, a), nodeName(model, b)];
        return direction * (x < y ? -1 : x > y ? 1 : a - b);
      }
      case 'calls':
        return direction * (nodes.calls[b] - nodes.calls[a] || a - b);
      case 'self':
        return direction * (seen.self[b] - seen.self[a] || a - b);
      case 'total':
        return direction * (seen.weight[b] - seen.weight[a] || a - b);
    }
  };
  if (ranks === undefined) return by;
  return (a, b) => {
    const x = ranks.get(a);
    const y = ranks.get(b);
    if (x !== undefined && y !== undefined) return x - y;
    // What is new stands behind what is held.
    return x !== undefined ? -1 : y !== undefined ? 1 : by(a, b);
  };
}

function lastSiblings(level: Int32Array, count: number, maxLevel: number): Uint8Array {
  const last = new Uint8Array(count);
  const follows = new Uint8Array(maxLevel + 2);
  let deepest = 0;
  for (let row = count - 1; row >= 0; row--) {
    const own = level[row];
    // What follows deeper down hangs below this row, and is no sibling of what stands above it.
    for (let k = own + 1; k <= deepest; k++) follows[k] = 0;
    deepest = own;
    last[row] = follows[own] === 0 ? 1 : 0;
    follows[own] = 1;
  }
  return last;
}

/** Row of a node; where it has none, that of the nearest above it that has; 0 if all else fails. */
export function rowOf(rows: Rows, picture: TreePicture, node: number): number {
  const shown = rows.node.subarray(0, rows.count);
  if (node < 0 || node >= picture.nodes.count) return 0;
  const { nodes } = picture;
  for (let at = node; at >= 0; at = nodes.parent[at]!) {
    const row = shown.indexOf(at);
    if (row >= 0) return row;
    // A node that was merged into another is found by what it was.
    const parent = nodes.parent[at];
    const twin = parent >= 0 ? nodes.find(parent, nodes.fn[at]) : -1;
    const twinRow = twin >= 0 && twin !== at ? shown.indexOf(twin) : -1;
    if (twinRow >= 0) return twinRow;
  }
  return 0;
}

/** What the shares of a row are of, ns. */
export function wallOf(rows: Rows, picture: TreePicture, node: number): number {
  return rows.walls.get(rootOf(picture, node)) ?? 0;
}

/** Whether a node is a thread and not a call. */
export function isThread(picture: TreePicture, node: number): boolean {
  return picture.nodes.fn[node] === NodeFunction.thread;
}
