import { count, rate, span, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cut, cutStart, fit } from '../../text/width.js';
import { bar } from '../bars.js';
import { chart } from '../chart.js';
import { glyphsFor } from '../glyphs.js';
import { wrapped } from '../notice.js';
import type { Viewport } from '../view.js';
import { signed, trendText } from './class-columns.js';
import type { Destroying } from './destroying.js';
import { aliveOver, type ClassRow, type ObjectsModel } from './objects-model.js';
import { TREND_NS } from './trends.js';

/** From here on there is room for words and chart side by side. */
const SIDE_BY_SIDE = 90;
const LEAST_CHART = 4;

/** All about one class: exactly `height` lines, the first of them its title. `since` is what counts are told from. */
export function detailLines(
  model: ObjectsModel,
  row: ClassRow | undefined,
  viewport: Viewport,
  height: number,
  since: string,
): string[] {
  const { width, ascii, paint } = viewport;
  if (height <= 0) return [];
  const blank = ' '.repeat(width);
  const { dash } = glyphsFor(ascii);
  const name = row === undefined ? '' : cutStart(plain(row.name.shown, ascii), Math.max(0, width - 6), ascii);
  const head = row === undefined ? '' : `${dash} ${name} `;
  const lines = [paint('heading', fit(head + dash.repeat(width), width, 'left', true).replace(/~$/, dash))];
  if (row !== undefined) {
    const room = height - 1;
    if (width >= SIDE_BY_SIDE) {
      const left = Math.floor(width * 0.52);
      const words = wordLines(model, row, left, room, ascii, since);
      const drawn = chartLines(row, width - left, room, ascii);
      for (let at = 0; at < room; at++)
        lines.push(fit(words[at] ?? '', left, 'left', ascii) + fit(drawn[at] ?? '', width - left, 'left', ascii));
    } else {
      const words = wordLines(model, row, width, room, ascii, since);
      const left = room - words.length - 1;
      const drawn = left >= LEAST_CHART ? ['', ...chartLines(row, width, left, ascii)] : [];
      for (const line of [...words, ...drawn]) lines.push(fit(line, width, 'left', ascii));
    }
  }
  while (lines.length < height) lines.push(blank);
  return lines.slice(0, height);
}

function wordLines(
  model: ObjectsModel,
  row: ClassRow,
  width: number,
  room: number,
  ascii: boolean,
  since: string,
): string[] {
  const { name } = row;
  const base = name.base === '' || name.base === 'object' ? '' : `   base ${plain(name.base, ascii)}`;
  const lines = [
    `  made ${count(row.created)}   destroyed ${count(row.destroyed)}   alive ${signed(row.alive)}`,
    `  ${since}   peak ${signed(row.peak)}   trend ${trendText(row)}${base}`,
  ];
  if (row.alive < 0 && !row.createdUnsure) lines.push('  below zero: some were made before counting began');
  const told = [
    name.named ? '' : 'the class was gone, or unreadable, before its name was read',
    row.createdUnsure ? `made?  ${model.unsure.get('created') ?? ''}` : '',
    row.destroyedUnsure ? `destroyed?  ${model.unsure.get('destroyed') ?? ''}` : '',
  ];
  for (const text of told.filter((each) => each !== ''))
    lines.push(...wrapped(plain(text, ascii), Math.max(8, width - 4), ascii).map((line) => `  ${line}`));
  if (model.fromProbes) lines.push(...timesLines(model, row, width, room - lines.length, ascii));
  else {
    const sinceAttach = `since ${model.since}`;
    if (since !== sinceAttach && row.table.sites.of(row.id).length > 0) lines.push(`  ${sinceAttach}:`);
    lines.push(...siteLines(model, row, width, room - lines.length, ascii));
  }
  return lines.slice(0, room).map((line) => cut(line, width - 1, ascii));
}

/** Where its instances were made. */
function siteLines(model: ObjectsModel, row: ClassRow, width: number, room: number, ascii: boolean): string[] {
  const sites = row.table.sites.of(row.id);
  if (sites.length === 0) {
    if (!model.sites && !row.table.sites.any) return ['  made where: ask with --sites (costs more)'];
    return ['  made where: not known for this class'];
  }
  const whole = sites.reduce((sum, site) => sum + site.count, 0);
  const shown = sites.slice(0, Math.max(1, room));
  return shown.map(({ place, count: made }, at) => {
    const share = `${Math.round((100 * made) / whole)}%`.padStart(5);
    const where = place.at === '' ? '(not known, or no Python code)' : `${place.at}  ${place.function}`;
    const rest = at === shown.length - 1 && sites.length > shown.length ? `  +${sites.length - shown.length} more` : '';
    const amount = `  ${count(made)}${rest}`;
    return (
      `${at === 0 ? '  made in ' : '          '}${share}  ` +
      cut(plain(where, ascii), width - 19 - amount.length, ascii) +
      amount
    );
  });
}

/** How long destroying took, with all that fell with it. */
function timesLines(model: ObjectsModel, row: ClassRow, width: number, room: number, ascii: boolean): string[] {
  const lasted = model.destroying.get(row.name.qualname);
  if (lasted === undefined || lasted.count === 0) return ['  time destroying: none was the outermost so far'];
  const each = (ns: number): string => time(ns, ascii);
  const head =
    `  time destroying  p50 ${each(lasted.quantile(0.5))}  p99 ${each(lasted.quantile(0.99))}  ` +
    `max ${each(lasted.max)}  all ${each(lasted.sum)}`;
  return [head, ...histogram(lasted, width, room - 1, ascii)];
}

function histogram(lasted: Destroying, width: number, room: number, ascii: boolean): string[] {
  const octaves = Array.from({ length: 64 }, (_, n) => lasted.octave(n));
  const first = octaves.findIndex((value) => value > 0);
  const last = octaves.findLastIndex((value) => value > 0);
  if (first < 0 || room < 1) return [];
  let step = 1;
  while (Math.ceil((last - first + 1) / step) > room) step *= 2;
  const sums: { edge: number; value: number }[] = [];
  for (let n = first; n <= last; n += step)
    sums.push({ edge: 2 ** n, value: octaves.slice(n, n + step).reduce((sum, value) => sum + value, 0) });
  const most = Math.max(...sums.map(({ value }) => value));
  const barWidth = Math.max(4, Math.min(40, width - 24));
  return sums.map(
    ({ edge, value }) =>
      `  ${time(edge, ascii).padStart(8)}  ${bar(value / most, barWidth, glyphsFor(ascii))} ${value > 0 ? count(value) : ''}`,
  );
}

/** Living instances over the last minute. */
function chartLines(row: ClassRow, width: number, height: number, ascii: boolean): string[] {
  if (height < 3 || width < 20) return [];
  const { history, now } = row.table;
  const values = aliveOver(row.table, row.id, Math.min(60, width - 14));
  const known = values.filter((value) => !Number.isNaN(value));
  const least = Math.min(...known);
  const drawn = chart(values, {
    ...{ width: width - 1, height: height - 1 },
    glyphs: glyphsFor(ascii),
    label: (value) => signed(Math.round(value)),
    // There is no half instance: a line of the chart stands for one at least.
    ...(known.length > 0 ? { min: least, max: Math.max(least + height - 2, ...known) } : {}),
  });
  const length = history.count > 0 ? now - history.time(0) : 0;
  const when = length < TREND_NS * 0.98 ? `last ${span(length)} of 60 s` : 'last 60 s';
  return [
    fit(`  alive, ${when}   ${rate(row.made)} made/s   ${rate(row.freed)} freed/s`, width, 'left', ascii),
    ...drawn,
  ];
}
