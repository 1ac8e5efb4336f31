import { plain } from '../../text/plain.js';
import { fit, textWidth } from '../../text/width.js';
import { glyphsFor } from '../glyphs.js';
import { notice } from '../notice.js';
import { parseNameFilter } from '../table/filter.js';
import { tableLines } from '../table/lines.js';
import { arrange, cursorIndex } from '../table/arrange.js';
import type { View, Viewport } from '../view.js';
import { gcChrome } from './chrome.js';
import { figures } from './figures.js';
import type { GcModel } from './gc-model.js';
import { generationLines } from './generation-lines.js';
import { generationTitle } from './generations.js';
import { heatLines } from './heat-lines.js';
import { histogramLines } from './histogram-lines.js';
import { GC_GLOSSARY, GC_KEYS } from './keys.js';
import { gcLayout, type GcLayout } from './layout.js';
import { reduceGc } from './reduce.js';
import { listRows, listTable } from './rows.js';
import { collectionTitle, stackLines } from './stack-lines.js';
import { initialState, type GcState } from './state.js';
import { worstLines, WORST_SECONDS } from './worst-lines.js';

/** Below this no table can be read. */
const MIN_WIDTH = 40;

/** Garbage collections of the target: by generation, as a histogram or over time, and one by one. */
export const gcView: View<GcModel, GcState> = {
  id: 'gc',
  title: 'gc',
  needs: ['gc-start', 'gc-done'],
  keys: GC_KEYS,
  glossary: GC_GLOSSARY,
  initial: () => initialState(),
  reduce: reduceGc,
  filter: (state, text) =>
    text.trim() === state.table.filter.text
      ? state
      : { ...state, table: { ...state.table, filter: parseNameFilter(text.trim()), held: null } },
  lines(model, state, viewport, now) {
    if (viewport.width < MIN_WIDTH || viewport.height < 2) return notice('too small', viewport);
    if (model.notice !== '') return notice(model.notice, viewport);
    return gcLines(model, state, viewport, now);
  },
  chrome: gcChrome,
};

function gcLines(model: GcModel, state: GcState, viewport: Viewport, now: number): string[] {
  const table = figures(model, state.table.window);
  const layout = gcLayout(viewport, state, table.rows.length + 1);
  const lines = generationLines(model, state, table, viewport).slice(0, layout.table);
  if (layout.panel > 0) lines.push(...panel(model, state, layout, viewport));
  const list = listTable(model, state);
  const rows = listRows(model, state);
  if (layout.list > 0) {
    if (layout.rules) lines.push(rule([{ at: 0, title: listTitle(model, state, viewport.ascii) }], viewport));
    lines.push(...tableLines(rows, state.table, list, viewport, layout.list - (layout.rules ? 1 : 0), now).lines);
  }
  if (layout.detail > 0) {
    const arranged = arrange(rows, state.table, list, now);
    const one = arranged[cursorIndex(arranged, state.table, list)];
    const height = layout.detail - (layout.rules ? 1 : 0);
    const title = one === undefined ? 'no collection is listed' : collectionTitle(model, state, one, viewport);
    if (layout.rules) lines.push(rule([{ at: 0, title }], viewport));
    if (one === undefined) for (let at = 0; at < height; at++) lines.push(' '.repeat(viewport.width));
    else lines.push(...stackLines(model, one, height, viewport));
  }
  while (lines.length < viewport.height) lines.push(' '.repeat(viewport.width));
  return lines.slice(0, viewport.height);
}

function panel(model: GcModel, state: GcState, layout: GcLayout, viewport: Viewport): string[] {
  const height = layout.panel - (layout.rules ? 1 : 0);
  const whose = state.generation < 0 ? '' : `, ${generationTitle(model.names, state.generation)}`;
  if (state.mode === 'heat') {
    const title = rule([{ at: 0, title: `pauses over time${whose}: a column a second` }], viewport);
    return [...(layout.rules ? [title] : []), ...heatLines(model, state, height, viewport)];
  }
  const { histogramWidth, curveWidth } = layout;
  const table = figures(model, state.table.window);
  const left = histogramLines(model, state, table, histogramWidth, height, viewport);
  const titles = [{ at: 0, title: `pauses by length${whose}` }];
  if (curveWidth === 0) return [...(layout.rules ? [rule(titles, viewport)] : []), ...left];
  const curve = curveWidth < 48 ? 'worst of each second' : `last ${WORST_SECONDS} s: worst pause of each second`;
  titles.push({ at: histogramWidth + 1, title: curve + whose });
  const right = worstLines(model, state, curveWidth, height, viewport);
  const between = viewport.paint('dim', ` ${glyphsFor(viewport.ascii).pipe} `);
  return [...(layout.rules ? [rule(titles, viewport)] : []), ...left.map((line, at) => line + between + right[at])];
}

function listTitle({ names, listed }: GcModel, { generation }: GcState, ascii: boolean): string {
  const whose = generation < 0 ? '' : ` of ${generationTitle(names, generation)}`;
  return `recent collections${whose}${listed === undefined ? '' : ` in ${plain(listed.words, ascii)}`}`;
}

/** A line across, with titles that begin at their columns. */
function rule(
  titles: readonly { readonly at: number; readonly title: string }[],
  { width, ascii, paint }: Viewport,
): string {
  const { dash } = glyphsFor(ascii);
  let line = '';
  for (const [index, { at, title }] of titles.entries()) {
    const end = titles[index + 1]?.at ?? width;
    line += dash.repeat(Math.max(0, at - textWidth(line)));
    const shown = `${dash} ${title} `;
    line += textWidth(shown) <= end - at ? shown : fit(shown, Math.max(0, end - at), 'left', ascii);
  }
  return paint('dim', line + dash.repeat(Math.max(0, width - textWidth(line))));
}
