import { HISTOGRAM_BUCKETS, type Nodes } from '../../models/nodes.js';
import { bar } from '../bars.js';
import { glyphsFor } from '../glyphs.js';
import { fit } from '../../text/width.js';
import type { Viewport } from '../view.js';
import { count, time } from '../../text/amounts.js';

const EDGE = 7;
const COUNT = 10;

/** How long a node's returned calls took, a line for each power of two (or of four, …, if there are few lines). */
export function histogramLines(nodes: Nodes, node: number, width: number, room: number, viewport: Viewport): string[] {
  const { ascii, paint } = viewport;
  const counts = Array.from(nodes.histogram.subarray(node * HISTOGRAM_BUCKETS, (node + 1) * HISTOGRAM_BUCKETS));
  const first = counts.findIndex((value) => value > 0);
  if (first < 0 || room < 3) return [];
  const last = counts.findLastIndex((value) => value > 0);
  let step = 1;
  while (Math.ceil((last - first + 1) / step) > room - 1) step *= 2;
  const sums: { readonly edge: number; readonly calls: number }[] = [];
  for (let bucket = first; bucket <= last; bucket += step) {
    const calls = counts.slice(bucket, bucket + step).reduce((sum, value) => sum + value, 0);
    sums.push({ edge: bucket === 0 ? 0 : 2 ** bucket, calls });
  }
  const most = Math.max(...sums.map(({ calls }) => calls));
  const barWidth = Math.max(1, width - EDGE - COUNT - 2);
  const lines = [paint('dim', fit('  from  returned calls by duration', width, 'left', ascii))];
  for (const { edge, calls } of sums) {
    const drawn = bar(calls / most, barWidth, glyphsFor(ascii));
    lines.push(
      paint('dim', `${fit(time(edge, ascii), EDGE - 1, 'right')}  `) +
        drawn +
        fit(calls === 0 ? '' : count(calls), COUNT + 1, 'right'),
    );
  }
  return lines;
}
