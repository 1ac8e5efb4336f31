import type { CallsModel } from '../../models/callsmodel.js';
import { bar } from '../bars.js';
import { glyphsFor } from '../glyphs.js';
import { count, percent, rate, time } from '../../text/amounts.js';
import { isThread, type Rows, wallOf } from './rows.js';
import type { CallsSort, CallsState } from './state.js';

/** A column of numbers to the right of the tree. */
export interface Column {
  readonly heading: string;
  /** Columns of the screen, with the blanks before it. */
  readonly width: number;
  /** The sort that this column shows, if any. */
  readonly sort?: CallsSort;
  /** Smaller goes first where there is no room. */
  readonly keep: number;
  readonly left?: boolean;
  readonly cell: (model: CallsModel, rows: Rows, node: number, ascii: boolean) => string;
}

const SHARE_WIDTH = 10;
/** The tree has at least so many columns before another number gets any. */
const MIN_TREE = 28;

const unlessThread =
  (cell: Column['cell']): Column['cell'] =>
  (model, rows, node, ascii) =>
    isThread(model.picture, node) ? '' : cell(model, rows, node, ascii);

/** A frame that was there before the attach was entered unseen: it has no calls to count. */
const ifCalled =
  (cell: Column['cell']): Column['cell'] =>
  (model, rows, node, ascii) =>
    model.picture.nodes.calls[node] === 0 ? '-' : cell(model, rows, node, ascii);

const COLUMNS: readonly Column[] = [
  {
    heading: 'CALLS',
    width: 10,
    sort: 'calls',
    keep: 8,
    cell: unlessThread(ifCalled((model, _rows, node) => count(model.picture.nodes.calls[node]))),
  },
  {
    heading: 'CALLS/s',
    width: 8,
    keep: 3,
    cell: unlessThread(ifCalled((model, _rows, node) => rate(model.picture.rate(node)))),
  },
  {
    heading: 'SELF',
    width: 8,
    keep: 4,
    cell: unlessThread((model, _rows, node, ascii) => time(model.picture.self(node), ascii)),
  },
  {
    heading: 'SELF%',
    width: 7,
    sort: 'self',
    keep: 7,
    cell: unlessThread((model, rows, node) => percent(model.picture.self(node) / wallOf(rows, model.picture, node))),
  },
  { heading: 'TOTAL', width: 8, keep: 5, cell: (_model, rows, node, ascii) => time(rows.weight[node], ascii) },
  {
    heading: 'TOTAL%',
    width: 8,
    sort: 'total',
    keep: 9,
    cell: (model, rows, node) => percent(rows.weight[node] / wallOf(rows, model.picture, node)),
  },
  {
    heading: 'P99',
    width: 8,
    keep: 2,
    cell: unlessThread((model, _rows, node, ascii) => {
      const ns = model.picture.nodes.quantile(node, 0.99);
      return ns > 0 ? time(ns, ascii) : '-';
    }),
  },
  {
    heading: 'SHARE',
    width: SHARE_WIDTH + 2,
    keep: 1,
    left: true,
    cell: (model, rows, node, ascii) =>
      bar(rows.weight[node] / wallOf(rows, model.picture, node), SHARE_WIDTH, glyphsFor(ascii)),
  },
];

/** The columns that have room beside a tree in `width` columns, in order; the sorted one always stays. */
export function shownColumns(width: number, state: CallsState): readonly Column[] {
  const keep = (column: Column): number => (column.sort !== undefined && column.sort === state.sort ? 99 : column.keep);
  let shown = [...COLUMNS];
  while (shown.length > 1 && treeWidth(width, shown) < MIN_TREE) {
    const next = shown.reduce((least, column) => (keep(column) < keep(least) ? column : least));
    shown = shown.filter((column) => column !== next);
  }
  return shown;
}

export function treeWidth(width: number, columns: readonly Column[]): number {
  return width - columns.reduce((sum, column) => sum + column.width, 0);
}
