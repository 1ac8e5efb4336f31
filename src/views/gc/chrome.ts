import { count, span, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cut } from '../../text/width.js';
import { sanitize } from '../../wire/names.js';
import { messageLine, type MessagePart } from '../message.js';
import { windowText } from '../table/state.js';
import type { ViewChrome, Viewport } from '../view.js';
import { arrange } from '../table/arrange.js';
import { figures, type FigureTable } from './figures.js';
import type { GcModel } from './gc-model.js';
import { ALL, generationTitle } from './generations.js';
import { listRows, listTable, threadName } from './rows.js';
import type { GcState } from './state.js';
import { firstOver, overWords } from './over-budget.js';
import { counted, unitText } from './words.js';

const MAX_NAME = 24;

/** What stands around the view: what is chosen, and what the numbers mean. */
export function gcChrome(model: GcModel, state: GcState, viewport: Viewport, now: number): ViewChrome {
  const parts = model.notice === '' ? message(model, state, viewport, now) : [];
  return { context: context(model, state, viewport.ascii), message: messageLine(parts, viewport) };
}

function context(model: GcModel, state: GcState, ascii: boolean): string {
  const { generation, unit, budget, thread, table } = state;
  const parts = [generation < 0 ? 'gen ALL' : generationTitle(model.names, generation)];
  if (thread !== 0) parts.push(`list: thread ${cut(threadName(model, thread, ascii), MAX_NAME, ascii)}`);
  if (table.filter.text !== '') parts.push(`filter ${cut(plain(sanitize(table.filter.text), ascii), MAX_NAME, ascii)}`);
  if (table.sort !== 'time' || table.reversed) parts.push(`sort ${table.sort}${table.reversed ? ' reversed' : ''}`);
  if (unit !== 'auto') parts.push(`unit ${unitText(unit, ascii)}`);
  if (budget > 0) parts.push(`budget ${time(budget, ascii)}`);
  parts.push(`window ${windowText(table.window, `since ${model.since}`)}`);
  return parts.join('   ');
}

/** Most important first: what does not fit is left out from the end. */
function message(model: GcModel, state: GcState, viewport: Viewport, now: number): MessagePart[] {
  const { ascii } = viewport;
  const { filter } = state.table;
  const table = figures(model, state.table.window);
  const parts: MessagePart[] = [];
  if (filter.error !== '')
    parts.push([`filter: ${plain(sanitize(filter.error), ascii)}`, 'filter: no regular expression']);
  if (state.table.detail === 'full') parts.push(['Enter or Bksp: back to the list']);
  if (model.lost > 0) parts.push([`PARTIAL: ${counted(model.lost, 'record')} lost`]);
  if (model.partial !== '') parts.push([`PARTIAL: ${plain(model.partial, ascii)}`, 'PARTIAL (D tells why)']);
  const over = state.budget > 0 && model.store.budget === state.budget;
  if (over) {
    const words = (model.store.over[ALL] > 0 ? '! ' : '') + overWords(model, ascii);
    parts.push(state.table.window === 0 ? [words] : [`${words} since ${model.since}`, words]);
  }
  if (table.short)
    parts.push([`the window holds the last ${time(table.watched, ascii)}: more collections came than are kept`]);
  if (table.leftOut > 0) {
    const shortest = time(model.minPause, ascii);
    parts.push([
      `${counted(table.leftOut, 'pause')} under ${shortest}: only in COLLECTIONS, RATE, TOTAL, % TIME`,
      `${count(table.leftOut)} under ${shortest} only counted`,
    ]);
  }
  if (model.listed !== undefined)
    parts.push([
      `list: only those in ${plain(model.listed.words, ascii)}; all are counted`,
      'list filtered, all are counted',
    ]);
  parts.push(denominator(model, state, table), ...largestShare(model, table));
  const first = over ? firstOver(model, '') : '';
  if (first !== '') parts.push([`first over budget ${first}`, `first ! ${first}`]);
  if (model.withoutFunctions !== '')
    parts.push([`no function: ${model.withoutFunctions}`, 'functions not known (Enter: why)']);
  if (table.rounded) parts.push(['P50 to P99 rounded up to a quarter of a power of two', 'quantiles rounded']);
  if (model.odd > 0) parts.push([`${counted(model.odd, 'odd record')} left out (D)`, `${count(model.odd)} odd (D)`]);
  const rows = listRows(model, state);
  const shown = arrange(rows, state.table, listTable(model, state), now).length;
  if (shown < rows.length) parts.push([`${count(shown)} of ${counted(rows.length, 'row')} after the filter`]);
  else if (model.store.listed().length < model.store.pauses[ALL].count)
    parts.push([`the list has the last ${count(model.store.listed().length)}`]);
  return parts;
}

/** `% TIME of wall time since attach`. */
function denominator({ since }: GcModel, { table }: GcState, { watched }: FigureTable): MessagePart {
  const seconds = table.window;
  const whole = watched > (seconds - 0.1) * 1e9;
  const window =
    seconds === 0 ? `since ${since}` : whole ? `in the last ${seconds} s` : `in the ${span(watched)} traced`;
  return [`% TIME of wall time ${window}`, `% of time ${window}`, `% ${window}`];
}

/** `gen 2 has 76% of the pause time`. */
function largestShare({ names }: GcModel, { rows }: FigureTable): MessagePart[] {
  const all = rows.find(({ place }) => place === ALL)!;
  if (!(all.total > 0)) return [];
  const largest = rows
    .filter(({ place }) => place !== ALL)
    .reduce((most, row) => (row.total > most.total ? row : most));
  const share = largest.total / all.total;
  const part = share > 0.995 ? 'all' : `${Math.round(share * 100)}%`;
  return [[`${generationTitle(names, largest.place)} has ${part} of the pause time`]];
}
