import { thousands, time } from '../../text/amounts.js';
import { cut, cutStart, fit, textWidth } from '../../text/width.js';
import { share } from './amounts.js';
import type { TopModel } from './top-model.js';

const TOP = 5;

/** What is said after the trace: at most seven lines. */
export function topSummary(model: TopModel): string[] {
  const { countsOnly, threadCount } = model.facts;
  const rows = model.rows(-1);
  if (rows.length === 0) return ['No call was seen: what ran all the time shows only when it calls, or returns.'];
  const first = [...rows].sort((a, b) => (countsOnly ? b.calls - a.calls : b.self - a.self)).slice(0, TOP);
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const told = first.map((row) => ({
    cost: countsOnly ? '' : `${share(row.selfShare).padStart(6)}%  ${time(row.self).padStart(6)}  `,
    calls: `${thousands(row.calls)} ${row.calls === 1 ? 'call' : 'calls'}`,
    name: cut(row.name, 32),
    place: cutStart(row.place, 40),
    p99: row.p99 > 0 ? `   p99 ${time(row.p99)}` : '',
  }));
  const width = (key: 'calls' | 'name' | 'place'): number => Math.max(...told.map((each) => textWidth(each[key])));
  const [name, place, number] = [width('name'), width('place'), width('calls')];
  const of = threadCount > 1 ? `the time watched, of ${threadCount} threads` : 'the time watched';
  return [
    `${thousands(calls)} calls of ${thousands(rows.length)} ${rows.length === 1 ? 'function' : 'functions'}`,
    countsOnly ? 'most calls:' : `most self time, waits included, as a share of ${of}:`,
    ...told.map(
      (each) =>
        ` ${each.cost}${fit(each.name, name)}  ${fit(each.place, place)}  ${each.calls.padStart(number)}${each.p99}`,
    ),
  ];
}
