import { count, percent, rate, shareOf, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cut, cutStart, fit, textWidth } from '../../text/width.js';
import { glyphsFor } from '../glyphs.js';
import type { Viewport } from '../view.js';
import { share } from './amounts.js';
import { histogramLines, latencyLine } from './histogram-lines.js';
import { WIDE } from './layout.js';
import type { TopRow } from './rows.js';
import type { Neighbour, TopModel } from './top-model.js';

const LABEL = 10;
const GUTTER = 3;
/** Columns of the pane's sides where they are not halves: a caller with its place, and four percentiles. */
const LEFT = 64;
const RIGHT = 57;
/** Less of a place tells nothing. */
const LEAST_PLACE = 8;

/** All about one function: exactly the viewport's size. `full` has no list beside it. */
export function detailLines(model: TopModel, row: TopRow, viewport: Viewport, full: boolean): string[] {
  const { width, height } = viewport;
  const lines = [ruleLine(row, viewport)];
  const room = height - 1;
  if (width >= WIDE) {
    const left = Math.max((width - GUTTER) >> 1, Math.min(LEFT, width - GUTTER - RIGHT));
    const beside = neighbourLines(model, row, { ...viewport, width: left }, room);
    const about = aboutLines(model, row, { ...viewport, width: width - GUTTER - left }, room, full);
    for (let i = 0; i < room; i++)
      lines.push(
        (beside[i] ?? ' '.repeat(left)) + ' '.repeat(GUTTER) + (about[i] ?? ' '.repeat(width - GUTTER - left)),
      );
  } else {
    const about = aboutLines(model, row, viewport, full ? room : 4, full);
    const around = Math.max(4, room - about.length);
    lines.push(...neighbourLines(model, row, viewport, full ? Math.min(around, 12) : around), ...about);
  }
  while (lines.length < height) lines.push(' '.repeat(width));
  return lines.slice(0, height);
}

/** `─ render  /srv/jinja2/environment.py:1290 ─────` */
function ruleLine(row: TopRow, { width, ascii, paint }: Viewport): string {
  const { dash } = glyphsFor(ascii);
  const name = cut(plain(row.name, ascii), Math.max(8, width >> 1), ascii);
  // The list may be of one thread, what is below never is.
  const whose = row.scope.thread === 0 ? '' : `${dash} all threads `;
  const room = Math.max(0, width - textWidth(name) - whose.length - 8);
  const place = cutStart(plain(row.place, ascii), room, ascii);
  const head = `${dash} ${name}${place === '' ? '' : `  ${place}`} ${whose}`;
  return paint('heading', fit(head + dash.repeat(Math.max(0, width - textWidth(head))), width, 'left', ascii));
}

/** Who calls it, as shares of its calls, and what it calls, as shares of its time. */
function neighbourLines(model: TopModel, row: TopRow, viewport: Viewport, room: number): string[] {
  const { ascii } = viewport;
  if (model.facts.countsOnly) return [labelled('', '--counts takes no times and no callers', viewport)];
  const callers = model.callers(row);
  const callees = model.callees(row);
  const known = row.scope.thread === 0 ? row : (model.row(row.fn, windowSeconds(row)) ?? row);
  const above = Math.min(callers.length, Math.max(room >> 1, room - Math.max(1, callees.length)));
  const below = Math.min(callees.length, Math.max(1, room - Math.max(1, above)));
  const calls = (one: Neighbour): string => `${percent(shareOf(one.calls, known.calls)).padStart(5)}% of calls`;
  const times = (one: Neighbour): string => `${percent(shareOf(one.total, known.total)).padStart(5)}% of time `;
  return [
    ...list('callers', callers, Math.max(1, above), calls),
    ...list('callees', callees, Math.max(1, below), times),
  ].slice(0, room);

  function list(label: string, all: readonly Neighbour[], most: number, told: (one: Neighbour) => string): string[] {
    if (all.length === 0) return [labelled(label, 'none seen', viewport)];
    const shown = all.slice(0, all.length > most ? most - 1 : most);
    const lines = shown.map((one, at) => {
      const name = cut(plain(one.name, ascii), 32, ascii);
      const head = `${told(one)}  ${name}  `;
      const place = cutStart(plain(one.place, ascii), Math.max(0, viewport.width - LABEL - textWidth(head)), ascii);
      return labelled(at === 0 ? label : '', head + place, viewport);
    });
    const left = all.length - shown.length;
    if (left > 0) lines.push(labelled(shown.length === 0 ? label : '', `${left} more: Enter shows them`, viewport));
    return lines;
  }
}

/** How long it takes, in which threads, and since when. */
function aboutLines(model: TopModel, row: TopRow, viewport: Viewport, room: number, full: boolean): string[] {
  const { ascii, width } = viewport;
  const { facts } = model;
  const lines: string[] = [];
  const field = (label: string, text: string): void => void lines.push(labelled(label, text, viewport));
  const all = model.row(row.fn, 0)!;
  const since = facts.resetAt >= 0 ? 'reset' : facts.since;
  if (facts.countsOnly) {
    field('calls', `${count(row.calls)}   ${rate(row.rate)}/s`);
    field(`since ${since}`, called(all.calls));
    return lines;
  }
  const timed = row.scope.thread === 0 ? row : (model.row(row.fn, windowSeconds(row)) ?? row);
  const { durations } = timed;
  if (durations.calls.length > 0) {
    if (!full) field('latency', latencyLine(durations, width - LABEL, ascii));
    const [p50, p90, p99, max] = [timed.p50, timed.p90, timed.p99, timed.max].map((ns) => time(ns, ascii));
    const four = `p50 ${p50}  p90 ${p90}  p99 ${p99}  max ${max}`;
    const fits = textWidth(four) <= width - LABEL;
    field(full ? 'latency' : '', fits ? four : `p50 ${p50}  p99 ${p99}  max ${max}`);
  } else field('latency', 'no call has returned in this time');
  const threads = model.threads(timed);
  if (threads.length > 0) {
    const told = threads.map(
      (each) => `${plain(cut(each.name, 16, ascii), ascii)} ${percent(shareOf(each.self, timed.self))}%`,
    );
    field('self in', fitting(told, width - LABEL));
  }
  if (full || room > 5) {
    field(
      'calls',
      `${count(timed.calls)}   ${rate(timed.rate)}/s   average ${timed.average > 0 ? time(timed.average, ascii) : '-'}`,
    );
    field('self', `${time(timed.self, ascii)}   ${share(timed.selfShare)}% of the time watched`);
    field('total', `${time(timed.total, ascii)}   ${share(timed.totalShare)}% of the time watched`);
  }
  field(`since ${since}`, `${called(all.calls)}  ${time(all.self, ascii)} self  ${time(all.total, ascii)} total`);
  if (full && room - lines.length >= 4)
    lines.push(' '.repeat(width), ...histogramLines(durations, room - lines.length - 1, viewport));
  return lines.slice(0, room);
}

/** As many of the texts as there is room for whole, and how many more there are. */
function fitting(texts: readonly string[], width: number): string {
  const joined = (shown: number): string => {
    const left = texts.length - shown;
    return [...texts.slice(0, shown), ...(left > 0 ? [`${left} more`] : [])].join('  ');
  };
  let shown = texts.length;
  while (shown > 1 && textWidth(joined(shown)) > width) shown--;
  return joined(shown);
}

function called(calls: number): string {
  return `${count(calls)} ${calls === 1 ? 'call' : 'calls'}`;
}

function windowSeconds({ scope }: TopRow): number {
  return scope.window >= 0 ? [1, 10, 60][scope.window] : 0;
}

function labelled(label: string, text: string, { width, ascii, paint }: Viewport): string {
  const columns = Math.max(LABEL, label.length + 3);
  return paint('dim', fit(`  ${label}`, columns)) + fit(text, width - columns, 'left', ascii);
}

/** The row under the cursor in one line, where there is no room for a pane. */
export function hintLine(row: TopRow, { width, ascii, paint }: Viewport): string {
  const facts =
    row.p99 > 0 ? [`p50 ${time(row.p50, ascii)}`, `p99 ${time(row.p99, ascii)}`, `max ${time(row.max, ascii)}`] : [];
  facts.push('Enter: details');
  // The name comes first; what is told about it, as far as there is room left.
  while (facts.length > 1 && facts.join('  ').length + 4 + Math.min(32, textWidth(plain(row.name, ascii))) > width)
    facts.shift();
  const tail = `  ${facts.join('  ')} `;
  const room = Math.max(0, width - tail.length - 1);
  const name = cut(plain(row.name, ascii), room, ascii);
  const left = room - textWidth(name) - 2;
  const place = left < LEAST_PLACE ? '' : cutStart(plain(row.shortPlace, ascii), left, ascii);
  return paint('dim', fit(` ${fit(`${name}  ${place}`, room, 'left', ascii)}${tail}`, width, 'left', ascii));
}
