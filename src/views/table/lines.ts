import { inTurns, type Pieces } from '../../export/pieces.js';
import { plain } from '../../text/plain.js';
import { cut, fit, textWidth } from '../../text/width.js';
import { sanitize } from '../../wire/names.js';
import { glyphsFor } from '../glyphs.js';
import { notice } from '../notice.js';
import type { Viewport } from '../view.js';
import { arrange, cursorIndex, firstRow, type TableRows } from './arrange.js';
import { GAP, MARGIN, placeColumns, type PlacedColumn, type TableColumn } from './columns.js';
import type { NameFilter } from './filter.js';
import type { TableState } from './state.js';

/** Columns of what was typed at the prompt, where it is repeated. */
const MAX_FILTER = 24;

/** What a table drew, for the view around it. */
export interface DrawnTable<Row> {
  /** Heading and rows: exactly `height` lines of exactly the viewport's width. */
  readonly lines: string[];
  /** The row under the cursor; undefined where there is none. */
  readonly selected: Row | undefined;
  /** Rows above and below those on the screen. */
  readonly above: number;
  readonly below: number;
  /** Rows that pass the filter. */
  readonly shown: number;
}

/** The heading, then the rows around the cursor; where the filter lets none through, that it is the filter. */
export function tableLines<Row>(
  rows: readonly Row[],
  state: TableState,
  table: TableRows<Row>,
  viewport: Viewport,
  height: number,
  now: number,
): DrawnTable<Row> {
  const { width, ascii, paint } = viewport;
  const placed = placeColumns(table.columns, width, state.sort);
  const arranged = arrange(rows, state, table, now);
  const cursor = cursorIndex(arranged, state, table);
  const listHeight = Math.max(0, height - 1);
  const first = firstRow(arranged.length, listHeight, cursor, state.cursorLine);
  const visible = arranged.slice(first, first + listHeight);
  const lines = height > 0 ? [paint('heading', fit(headings(placed, state, ascii), width, 'left', ascii))] : [];
  for (const [at, row] of visible.entries()) {
    const selected = first + at === cursor;
    const text = fit(cells(placed, row, selected, ascii), width, 'left', ascii);
    lines.push(selected ? paint('selected', text) : text);
  }
  if (rows.length > 0 && arranged.length === 0)
    lines.push(...notice(noMatch(state.filter, table, ascii), { ...viewport, height: listHeight }));
  while (lines.length < height) lines.push(' '.repeat(width));
  return {
    lines,
    selected: arranged[cursor],
    above: first,
    below: Math.max(0, arranged.length - first - visible.length),
    shown: arranged.length,
  };
}

/** Why a table with rows shows none, and which key brings them back. */
function noMatch<Row>({ text }: NameFilter, { noun = 'row' }: TableRows<Row>, ascii: boolean): string {
  return `No ${noun} matches "${cut(plain(sanitize(text), ascii), MAX_FILTER, ascii)}": Esc clears the filter`;
}

function headings<Row>(placed: readonly PlacedColumn<Row>[], state: TableState, ascii: boolean): string {
  const glyphs = glyphsFor(ascii);
  let line = ' '.repeat(MARGIN);
  for (const { column, width } of placed) {
    const falling = (column.rising === true) === state.reversed;
    const mark = column.id === state.sort ? (falling ? glyphs.sorted : glyphs.sortedUp) : '';
    // A heading as wide as its column has its mark in the gap behind it.
    const inGap = mark !== '' && textWidth(column.heading) === width;
    const text = column.heading + (inGap ? '' : mark.padEnd(column.marks ?? 0));
    line += fit(text, width, column.left ? 'left' : 'right', ascii);
    line += inGap ? mark + ' '.repeat(GAP - 1) : ' '.repeat(GAP);
  }
  return line.trimEnd();
}

function cells<Row>(placed: readonly PlacedColumn<Row>[], row: Row, selected: boolean, ascii: boolean): string {
  const texts = placed.map(({ column, width }) =>
    fit(column.cell(row, ascii, width), width, column.left ? 'left' : 'right', ascii),
  );
  return `${selected ? '>' : ' '} ${texts.join(' '.repeat(GAP))}`;
}

/** The same table as plain text, all rows, as wide as they are: for what is printed and for files. */
export function* tablePieces<Row extends object>(
  rows: readonly Row[],
  state: TableState,
  table: TableRows<Row>,
  now: number,
  limit = Infinity,
  ascii = false,
): Pieces {
  const { columns } = table;
  const arranged = arrange(rows, state, table, now).slice(0, limit);
  const widths = columns.map(({ heading }) => heading.length);
  for (const row of inTurns(arranged)) {
    if (row === undefined) yield '';
    else
      for (const [at, column] of columns.entries())
        widths[at] = Math.max(widths[at], textWidth(column.cell(row, ascii, Infinity)));
  }
  const line = (cell: (column: TableColumn<Row>) => string): string => {
    const cells = columns.map((column, at) => fit(cell(column), widths[at], column.left ? 'left' : 'right'));
    return `${cells.join('  ').trimEnd()}\n`;
  };
  yield line(({ heading }) => heading);
  for (const row of arranged) yield line((column) => column.cell(row, ascii, Infinity));
}
