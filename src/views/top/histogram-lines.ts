import { count, time } from '../../text/amounts.js';
import { fit } from '../../text/width.js';
import { bar, spark } from '../bars.js';
import { glyphsFor } from '../glyphs.js';
import type { Viewport } from '../view.js';
import { type Durations, lowerEdge, upperEdge } from './latency.js';

const EDGE = 8;
const COUNT = 10;

/** Neighbouring buckets taken together, `step` of them, from the first to the last in which there is a call. */
function grouped({ buckets, calls }: Durations, step: number): { readonly from: number; readonly calls: number }[] {
  const first = Math.floor(buckets[0] / step);
  const last = Math.floor(buckets[buckets.length - 1] / step);
  const groups = Array.from({ length: last - first + 1 }, (_, at) => ({ from: (first + at) * step, calls: 0 }));
  for (const [at, bucket] of buckets.entries()) groups[Math.floor(bucket / step) - first].calls += calls[at];
  return groups;
}

function groups(
  durations: Durations,
  most: number,
  finest: number,
): { readonly from: number; readonly calls: number }[] {
  let step = finest;
  let all = grouped(durations, step);
  while (all.length > most && step < 256) all = grouped(durations, (step *= 2));
  return all.slice(0, Math.max(0, most));
}

/** `1.00µs │▁▂▅█▆▃▁  ▁│ 16.0ms`: how many calls took how long, in one line. More than nothing always shows. */
export function latencyLine(durations: Durations, width: number, ascii: boolean): string {
  const { pipe } = glyphsFor(ascii);
  const all = groups(durations, Math.max(1, Math.min(48, width - 18)), 1);
  if (all.length === 0) return '';
  const most = Math.max(...all.map(({ calls }) => calls));
  const drawn = spark(
    // The lowest mark is for a few, a blank for none.
    all.map(({ calls }) => (calls > 0 ? calls : NaN)),
    all.length,
    glyphsFor(ascii),
    most,
  );
  const longest = durations.buckets[durations.buckets.length - 1];
  return `${time(lowerEdge(all[0].from), ascii)} ${pipe}${drawn}${pipe} ${time(upperEdge(longest), ascii)}`;
}

/** A line for each bucket, or for several together where there are few lines. */
export function histogramLines(durations: Durations, room: number, viewport: Viewport): string[] {
  const { width, ascii, paint } = viewport;
  if (durations.calls.length === 0 || room < 2) return [];
  const all = groups(durations, room - 1, 1);
  const most = Math.max(1, ...all.map(({ calls }) => calls));
  const barWidth = Math.max(1, width - EDGE - COUNT - 3);
  const lines = [paint('dim', fit('    from  returned calls by duration', width, 'left', ascii))];
  for (const { from, calls } of all)
    lines.push(
      fit(
        `${fit(time(lowerEdge(from), ascii), EDGE, 'right')}  ${bar(calls / most, barWidth, glyphsFor(ascii))}` +
          fit(calls === 0 ? '' : count(calls), COUNT + 1, 'right'),
        width,
        'left',
        ascii,
      ),
    );
  return lines;
}
