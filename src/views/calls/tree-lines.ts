import type { CallsModel } from '../../models/callsmodel.js';
import { NodeFunction } from '../../models/nodes.js';
import { type Glyphs, glyphsFor } from '../glyphs.js';
import { cut, cutStart, fit, textWidth } from '../../text/width.js';
import type { Mark, Viewport } from '../view.js';
import { type Column, shownColumns, treeWidth } from './columns.js';
import { count } from '../../text/amounts.js';
import { detailLines, hintLine } from './detail-lines.js';
import { functionPlace, nodeName } from './labels.js';
import { firstRow } from '../table/arrange.js';
import { treeLayout } from './layout.js';
import { notice } from '../notice.js';
import { isThread, type Rows, rowOf, visibleRows } from './rows.js';
import { type CallsState, isFiltering } from './state.js';
import { unknownFrames } from './thread-times.js';

/** `>` of the cursor, `*` of what runs, `=` of what meets the filter. */
const MARKS = 3;
/** However deep a row lies, its name has so many columns. */
const MIN_NAME = 12;
/** A tree this wide has room for where a function stands. */
const PLACES_FROM = 46;

/** The tree and, where there is room, the details of the row under the cursor. */
export function treeLines(model: CallsModel, state: CallsState, viewport: Viewport, now: number): string[] {
  const { width, height, ascii, paint } = viewport;
  const rows = visibleRows(model, state, now);
  if (model.notice !== '' || rows.count === 0)
    return notice(model.notice || 'No thread has called anything yet.', viewport);
  const layout = treeLayout(viewport, state);
  const row = rowOf(rows, model.picture, state.cursor);
  const node = rows.node[row];
  if (state.detail) return detailLines(model, rows, node, viewport);
  const list = new TreeList(model, state, rows, layout.listWidth, viewport).lines(row, layout.listHeight);
  if (layout.hint) list.push(' '.repeat(width), hintLine(model, rows, node, viewport));
  if (layout.paneWidth === 0) return list.slice(0, height);
  const pane = detailLines(model, rows, node, { ...viewport, width: layout.paneWidth });
  const rule = paint('dim', ` ${glyphsFor(ascii).pipe} `);
  return list.map((line, i) => line + rule + pane[i]).slice(0, height);
}

/** Draws the rows that are on the screen, and only those. */
class TreeList {
  private readonly columns: readonly Column[];
  private readonly nameWidth: number;
  private readonly glyphs: Glyphs;
  /** Levels that can be drawn as indentation. */
  private readonly maxLevels: number;
  /** Level that stands at the left edge. */
  private base = 0;

  constructor(
    private readonly model: CallsModel,
    private readonly state: CallsState,
    private readonly rows: Rows,
    private readonly width: number,
    private readonly viewport: Viewport,
  ) {
    this.columns = shownColumns(width, state);
    this.nameWidth = treeWidth(width, this.columns);
    this.glyphs = glyphsFor(viewport.ascii);
    this.maxLevels = Math.max(2, (this.nameWidth - MARKS - MIN_NAME) >> 1);
  }

  lines(cursorRow: number, height: number): string[] {
    const { rows, state, width } = this;
    const top = firstRow(rows.count, height, cursorRow, state.cursorLine);
    this.base = this.leftLevel(top, Math.min(rows.count, top + height));
    const lines = [this.heading(top)];
    for (let row = top; row < rows.count && row < top + height; row++) lines.push(this.row(row, row === cursorRow));
    const room = height + 1 - lines.length;
    if (room >= 2) lines.push(' '.repeat(width), this.legend());
    while (lines.length < height + 1) lines.push(' '.repeat(width));
    return lines;
  }

  /**
   * Where the rows on the screen lie deeper than can be drawn, what they have in common is left away: the heading names
   * it. In steps, so that the picture does not sway with each row that is scrolled.
   */
  private leftLevel(from: number, to: number): number {
    const levels = this.rows.level.subarray(from, to);
    let [least, most] = [Infinity, 0];
    for (const level of levels) {
      least = Math.min(least, level);
      most = Math.max(most, level);
    }
    return (most > this.maxLevels ? Math.floor(least / 4) * 4 : 0) + this.state.shift;
  }

  /** The column heads; above a list that is scrolled, the tree's is the path to its first row. */
  private heading(top: number): string {
    const { rows, model, glyphs, nameWidth, state } = this;
    const { ascii, paint } = this.viewport;
    const path: string[] = [];
    for (let row = rows.parent[top]; row >= 0 && path.length < 32; row = rows.parent[row]!) {
      path.unshift(nodeName(model, rows.node[row], ascii));
    }
    const sorted = (column: Column): string => (state.reversed ? glyphs.sortedUp : glyphs.sorted) + column.heading;
    const byName = state.sort === 'name' ? ` (by name${state.reversed ? ', z first' : ''})` : '';
    const title =
      path.length === 0
        ? `CALL TREE${byName}`
        : cutStart(`${path.join(` ${glyphs.path} `)} ${glyphs.path}`, nameWidth - MARKS - 1, ascii);
    let line = paint(path.length === 0 ? 'heading' : 'dim', fit(' '.repeat(MARKS) + title, nameWidth, 'left', ascii));
    for (const column of this.columns) {
      const own = column.sort !== undefined && column.sort === state.sort;
      const text = own ? sorted(column) : column.heading;
      line += paint(
        own ? 'bold' : 'heading',
        column.left ? `  ${fit(text, column.width - 2)}` : fit(text, column.width, 'right'),
      );
    }
    return line;
  }

  private row(row: number, selected: boolean): string {
    const { model, rows, nameWidth } = this;
    const { ascii, paint } = this.viewport;
    const node = rows.node[row];
    const { picture } = model;
    const fn = picture.nodes.fn[node];
    const running = picture.running(node) || (fn === NodeFunction.thread && this.runs(node));
    const met = isFiltering(this.state) && rows.match[row] === 1;
    const marks = `${selected ? '>' : ' '}${running ? '*' : ' '}${met ? '=' : ' '}`;
    const guides = this.guides(row);
    const room = nameWidth - MARKS - textWidth(guides);
    const whole = nodeName(model, node, ascii);
    const folded = foldedText(rows.foldedBelow[row], room - textWidth(whole));
    const name = cut(whole, Math.max(4, room - folded.length), ascii);
    const used = textWidth(name) + folded.length;
    const place = nameWidth >= PLACES_FROM && room - used >= 14 ? this.place(node, fn, room - used - 2) : '';
    const rest = `${folded}${place === '' ? '' : `  ${place}`}`;
    let numbers = '';
    for (const column of this.columns) {
      const cell = column.cell(model, rows, node, ascii);
      numbers += column.left ? `  ${fit(cell, column.width - 2)}` : ` ${fit(cell, column.width - 1, 'right', ascii)}`;
    }
    const tail = fit(rest, Math.max(0, room - textWidth(name)), 'left', ascii);
    if (selected) return paint('selected', fit(marks + guides + name + tail, nameWidth, 'left', ascii) + numbers);
    const mark: Mark = this.markOf(row, fn, running);
    return (
      paint(mark, marks) +
      paint('dim', guides) +
      paint(mark, name) +
      paint('dim', tail) +
      paint(mark === 'bold' ? 'plain' : mark, numbers)
    );
  }

  private markOf(row: number, fn: number, running: boolean): Mark {
    if (this.rows.match[row] === 0) return 'dim';
    if (fn === NodeFunction.thread) return 'heading';
    if (fn < 0) return 'dim';
    return running ? 'bold' : 'plain';
  }

  private runs(root: number): boolean {
    return this.model.picture.threads.some((thread) => thread.root === root && thread.top >= 0);
  }

  private place(node: number, fn: number, room: number): string {
    const { ascii } = this.viewport;
    if (isThread(this.model.picture, node)) return '';
    return cutStart(functionPlace(this.model.picture.functions, fn, ascii), room, ascii);
  }

  /** The lines that lead to a row, and the mark that says whether it is open. */
  private guides(row: number): string {
    const { rows, glyphs, base } = this;
    const level = rows.level[row];
    const fold = rows.branching[row] === 0 ? ' ' : rows.foldedBelow[row] > 0 ? glyphs.closed : glyphs.open;
    const depth = level - base;
    if (depth <= 0) return base === 0 ? `${fold} ` : `${glyphs.keys.left === '←' ? '‹' : '<'}${fold} `;
    const capped = depth > this.maxLevels;
    let guides = capped
      ? `${glyphs.ellipsis}${level}${fold === ' ' ? ' ' : fold} `
      : `${rows.last[row] === 1 ? glyphs.corner : glyphs.branch}${fold} `;
    // Of what is capped the outer lines are kept: they tell which branch of the visible part it belongs to.
    const drawn = capped ? this.maxLevels - 2 : depth - 1;
    let at = rows.parent[row];
    while (at >= 0 && rows.level[at] > base + drawn) at = rows.parent[at]!;
    for (; at >= 0 && rows.level[at] > base; at = rows.parent[at]!)
      guides = (rows.last[at] === 1 ? '  ' : `${glyphs.pipe} `) + guides;
    return guides;
  }

  private legend(): string {
    const { ascii, paint } = this.viewport;
    const { width } = this;
    const met = isFiltering(this.state) ? '   = meets the filter' : '';
    const unknown = unknownFrames(this.model.picture, NodeFunction.unknown) > 0 ? '   ? entered before the attach' : '';
    return paint('dim', fit(` * on the stack right now${met}${unknown}`, width, 'left', ascii));
  }
}

/** How many rows are folded away; in words where there is room for them beside the name. */
function foldedText(rows: number, room: number): string {
  if (rows === 0) return '';
  const words = `  (+${count(rows)} hidden)`;
  return words.length <= room ? words : ` (+${count(rows)})`;
}
