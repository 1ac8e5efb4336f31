import { thousands } from '../../text/amounts.js';
import { arrange, cursorIndex } from '../table/arrange.js';
import { tableLines } from '../table/lines.js';
import { notice } from '../notice.js';
import type { Viewport } from '../view.js';
import { topTable } from './columns.js';
import { detailLines, hintLine } from './detail-lines.js';
import { topLayout } from './layout.js';
import type { TopState } from './state.js';
import type { TopModel } from './top-model.js';
import { visibleRows } from './visible.js';

/** Below this no column can be told from another. */
const MIN_WIDTH = 30;

export function topLines(model: TopModel, state: TopState, viewport: Viewport, now: number): string[] {
  const { width, height } = viewport;
  if (width < MIN_WIDTH || height < 2) return notice('too small', viewport);
  if (model.facts.notice !== '') return notice(model.facts.notice, viewport);
  const rows = visibleRows(model, state);
  const table = topTable(model.facts);
  const arranged = arrange(rows, state, table, now);
  const selected = arranged[cursorIndex(arranged, state, table)];
  if (selected === undefined) {
    const why = nothing(model, state, rows.length);
    return why === '' ? tableLines(rows, state, table, viewport, height, now).lines : notice(why, viewport);
  }
  if (state.detail === 'full') return detailLines(model, selected, viewport, true);
  const layout = topLayout(viewport, state);
  const { lines } = tableLines(rows, state, table, viewport, layout.table, now);
  if (layout.pane > 0) lines.push(...detailLines(model, selected, { ...viewport, height: layout.pane }, false));
  if (layout.hint) lines.push(hintLine(selected, viewport));
  return lines;
}

/** Why there is no row, and which key brings some; '' where the table itself says that it is the filter. */
function nothing(model: TopModel, state: TopState, rows: number): string {
  const since = model.facts.resetAt >= 0 ? 'reset' : model.facts.since;
  if (rows > 0) {
    const others = arrange(model.rows(0, state.thread), state, topTable(model.facts), Infinity).length;
    if (others === 0) return '';
    return `Nothing of the last ${state.window} s matches the filter, but ${thousands(others)} since the ${since}: w shows other times, Esc clears the filter`;
  }
  if (state.thread !== 0)
    return `Nothing was seen of ${model.threadName(state.thread)} in this time. t picks another thread, w another time.`;
  const seen = model.rows(0).length;
  if (seen > 0)
    return `No Python function was called or returned in the last ${state.window} s; ${seen} were since the ${since}. w shows other times.`;
  if (since === 'reset') return 'Nothing has been called since the reset.';
  return 'No function that passes --function and --file has been called yet.';
}
