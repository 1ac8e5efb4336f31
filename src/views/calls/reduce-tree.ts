import type { CallsModel } from '../../models/callsmodel.js';
import type { Viewport } from '../view.js';
import { firstRow } from '../table/arrange.js';
import { treeLayout } from './layout.js';
import { type Rows, rowOf, visibleRows } from './rows.js';
import { type CallsState, HOLD_NS, SORTS, THRESHOLDS, withFolded, withoutFolded } from './state.js';

/** The state after a command that only the tree knows; the same state where it is none. */
export function reduceTree(
  state: CallsState,
  command: string,
  model: CallsModel,
  viewport: Viewport,
  now: number,
): CallsState {
  const rows = visibleRows(model, state, now);
  if (rows.count === 0) return state;
  const { listHeight } = treeLayout(viewport, state);
  const at = rowOf(rows, model.picture, state.cursor);
  const page = Math.max(1, listHeight - 1);
  const go = (row: number, line?: number): CallsState => hold(moved(state, rows, listHeight, at, row, line), rows, now);
  const node = rows.node[at];
  switch (command) {
    case 'up':
      return go(at - 1);
    case 'down':
      return go(at + 1);
    case 'page-up':
      return go(at - page, lineOf(state, rows, listHeight, at));
    case 'page-down':
      return go(at + page, lineOf(state, rows, listHeight, at));
    case 'first':
      return go(0);
    case 'last':
      return go(rows.count - 1);
    case 'left':
      if (rows.branching[at] === 1 && rows.foldedBelow[at] === 0) {
        return { ...go(at), folded: withFolded(state.folded, node) };
      }
      return rows.parent[at] >= 0 ? go(rows.parent[at]) : state;
    case 'right':
      if (rows.foldedBelow[at] > 0) return { ...go(at), folded: withoutFolded(state.folded, [node]) };
      return rows.branching[at] === 1 ? go(at + 1) : state;
    case 'expand-chain':
      return expandChain(state, model, listHeight, node, now);
    case 'enter':
      return { ...state, cursor: node, detail: !state.detail };
    case 'zoom':
      if (state.zoom.at(-1) === node || rows.branching[at] === 0) return state;
      return { ...state, zoom: [...state.zoom, node], cursor: node, cursorLine: 0, shift: 0, held: null };
    case 'back':
      if (state.detail) return { ...state, detail: false };
      if (state.zoom.length === 0) return state;
      return {
        ...state,
        zoom: state.zoom.slice(0, -1),
        cursor: state.zoom.at(-1)!,
        cursorLine: listHeight >> 1,
        shift: 0,
      };
    case 'sort':
    case 'sort-back': {
      const step = command === 'sort' ? 1 : SORTS.length - 1;
      const sort = SORTS[(SORTS.indexOf(state.sort) + step) % SORTS.length];
      return { ...state, cursor: node, sort, reversed: false, held: null };
    }
    case 'reverse':
      return { ...state, cursor: node, reversed: !state.reversed, held: null };
    case 'plus':
    case 'minus': {
      const index = THRESHOLDS.indexOf(state.threshold) + (command === 'plus' ? 1 : -1);
      return { ...go(at), threshold: THRESHOLDS[Math.max(0, Math.min(index, THRESHOLDS.length - 1))] };
    }
    case 'next-match':
    case 'prev-match': {
      const step = command === 'next-match' ? 1 : -1;
      for (let i = 1; i <= rows.count; i++) {
        const row = (((at + step * i) % rows.count) + rows.count) % rows.count;
        if (rows.match[row] === 1) return go(row);
      }
      return state;
    }
    case 'scroll-left':
      return { ...state, shift: Math.max(0, state.shift - 4) };
    case 'scroll-right':
      return { ...state, shift: Math.min(Math.max(0, rows.maxLevel - 1), state.shift + 4) };
    default:
      return state;
  }
}

/** The line of the list that the cursor stands on now. */
function lineOf(state: CallsState, rows: Rows, listHeight: number, at: number): number {
  return at - firstRow(rows.count, listHeight, at, state.cursorLine);
}

/** The cursor on another row; the list scrolls only as far as it has to, or so that the cursor stays on `line`. */
function moved(state: CallsState, rows: Rows, listHeight: number, from: number, to: number, line?: number): CallsState {
  const row = Math.max(0, Math.min(to, rows.count - 1));
  const top = firstRow(rows.count, listHeight, from, state.cursorLine);
  const cursorLine = line ?? Math.max(0, Math.min(row - top, listHeight - 1));
  return { ...state, cursor: rows.node[row], cursorLine };
}

/** While someone moves about a sorted tree, rows keep the order that they have now. */
function hold(state: CallsState, rows: Rows, now: number): CallsState {
  if (state.sort === 'seen') return state;
  const ranks = new Map<number, number>();
  for (let row = 0; row < rows.count; row++) ranks.set(rows.node[row], row);
  return { ...state, held: { until: now + HOLD_NS, ranks } };
}

/** Unfolds a row and, as long as there is but one callee, what hangs below it; the cursor goes where that ends. */
function expandChain(state: CallsState, model: CallsModel, listHeight: number, node: number, now: number): CallsState {
  const below: number[] = [];
  if (state.folded.size > 0) {
    model.picture.nodes.walk(node, (each) => {
      if (state.folded.has(each)) below.push(each);
    });
  }
  const open: CallsState = { ...state, folded: below.length > 0 ? withoutFolded(state.folded, below) : state.folded };
  const rows = visibleRows(model, open, now);
  const start = rowOf(rows, model.picture, node);
  const chain = [rows.node[start]];
  let at = start;
  // The first row below is the only one if no sibling follows it.
  while (rows.branching[at] === 1 && rows.last[at + 1] === 1) chain.push(rows.node[++at]);
  const folded = below.length > 0 ? withoutFolded(state.folded, chain) : state.folded;
  const unfolded: CallsState = { ...state, folded };
  const after = visibleRows(model, unfolded, now);
  const from = rowOf(after, model.picture, node);
  return hold(
    moved({ ...unfolded, cursor: node }, after, listHeight, from, rowOf(after, model.picture, chain.at(-1)!)),
    after,
    now,
  );
}
