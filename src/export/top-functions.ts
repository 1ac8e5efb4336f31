import type { TreePicture } from '../models/treepicture.js';
import { frameName, place } from '../models/frames.js';
import { percent, shareOf, thousands, timeOrDash } from '../text/amounts.js';
import { cut, cutStart, fit, textWidth } from '../text/width.js';
import { functionQuantile, functionTotals } from './functions.js';

const TOP = 5;
const MAX_NAME = 32;
const MAX_PLACE = 40;

/** The functions with the most time of their own, with a heading that says what the shares are of. */
export function topFunctions(picture: TreePicture, count = TOP): string[] {
  const threads = picture.threads.length;
  const wall = picture.threads.reduce((sum, thread) => sum + thread.wall, 0);
  const top = functionTotals(picture)
    .filter(({ self }) => self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, count);
  if (top.length === 0) return [];
  const rows = top.map((entry) => {
    const called = frameName(picture.functions, entry.fn);
    return {
      share: `${percent(shareOf(entry.self, wall))}%`,
      self: timeOrDash(entry.self),
      name: cut(called.name, MAX_NAME),
      place: cutStart(place(called), MAX_PLACE),
      calls: `${thousands(entry.calls)} ${entry.calls === 1 ? 'call' : 'calls'}`,
      p99: timeOrDash(functionQuantile(picture, entry, 0.99)),
    };
  });
  const width = (key: keyof (typeof rows)[number]): number => Math.max(...rows.map((row) => textWidth(row[key])));
  const [self, name, where, calls] = [width('self'), width('name'), width('place'), width('calls')];
  const of = threads === 1 ? "the thread's time" : `the summed time of ${thousands(threads)} threads`;
  return [
    `most self time, as a share of ${of}:`,
    ...rows.map(
      (row) =>
        `${row.share.padStart(7)}  ${row.self.padStart(self)}  ${fit(row.name, name)}  ${fit(row.place, where)}  ` +
        `${row.calls.padStart(calls)}   p99 ${row.p99}`,
    ),
  ];
}
