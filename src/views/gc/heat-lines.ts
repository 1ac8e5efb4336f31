import { time } from '../../text/amounts.js';
import { fit } from '../../text/width.js';
import { HISTOGRAM_BUCKETS } from '../../models/nodes.js';
import { glyphsFor } from '../glyphs.js';
import type { Mark, Viewport } from '../view.js';
import type { GcModel } from './gc-model.js';
import { ALL } from './generations.js';
import { isKnown, noPauseIn, whyUnknown, withReasons } from './known.js';
import { KEPT_SECONDS } from './seconds.js';
import type { GcState } from './state.js';

const LABEL = 8;
const AXIS = LABEL + 3;
const TICK = 10;

/** Pauses over time: a column a second, a line for each power of two, longest on top; fuller marks are more pauses. */
export function heatLines(model: GcModel, state: GcState, height: number, viewport: Viewport): string[] {
  const { width, ascii, paint } = viewport;
  const glyphs = glyphsFor(ascii);
  const plot = Math.max(1, Math.min(KEPT_SECONDS - 1, width - AXIS));
  const place = state.generation < 0 ? ALL : state.generation;
  const newest = Math.floor(model.now / 1e9);
  const { seconds } = model.store;
  const sums = new Float64Array(HISTOGRAM_BUCKETS);
  for (let octave = 0; octave < HISTOGRAM_BUCKETS; octave++) {
    for (let ago = 0; ago < plot; ago++) sums[octave] += seconds.countIn(newest - ago, place, octave);
  }
  const first = sums.findIndex((sum) => sum > 0);
  const room = Math.max(1, height - 1);
  const lines: string[] = [];
  if (first < 0) lines.push(paint('dim', fit(`  ${noPauseIn(model, plot, ascii)}`, width, 'left', ascii)));
  else {
    const last = sums.findLastIndex((sum) => sum > 0);
    let step = 1;
    while (Math.ceil((last - first + 1) / step) > room) step++;
    const edges: number[] = [];
    for (let octave = first; octave <= last; octave += step) edges.unshift(octave);
    const counts = edges.map((edge) =>
      Array.from({ length: plot }, (_, column) => {
        let sum = 0;
        for (let at = 0; at < step; at++) sum += seconds.countIn(newest - plot + 1 + column, place, edge + at);
        return sum;
      }),
    );
    const most = Math.log2(1 + Math.max(1, ...counts.flat()));
    const reasons = Array.from({ length: plot }, (_, column) => {
      const second = newest - plot + 1 + column;
      return isKnown(model, second) ? '' : whyUnknown(model, second);
    });
    for (const [at, edge] of edges.entries()) {
      const over = state.budget > 0 && 2 ** edge >= state.budget;
      const label = `${fit(time(2 ** edge, ascii), LABEL, 'right')}${over ? '!' : ' '}${glyphs.pipe} `;
      const cells = counts[at]
        .map((count) => (count === 0 ? ' ' : glyphs.heights[1 + Math.round((Math.log2(1 + count) / most) * 7)]))
        .join('');
      const told = at === edges.length >> 1 ? withReasons(cells, 0, reasons) : cells;
      const mark: Mark = over ? 'alarm' : 'accent';
      lines.push(paint('dim', fit(label, Math.min(AXIS, width))) + paint(mark, fit(told, Math.max(0, width - AXIS))));
    }
    if (lines.length < height) lines.push(paint('dim', scale(model, newest, plot, width)));
  }
  while (lines.length < height) lines.push(' '.repeat(width));
  return lines.slice(0, height);
}

/** Seconds ago below the columns, and marked moments instead where there are any. */
function scale({ marks }: GcModel, newest: number, plot: number, width: number): string {
  const cells = new Array<string>(plot).fill(' ');
  const put = (column: number, text: string): void => {
    const from = Math.max(0, Math.min(column, plot - text.length));
    for (const [at, char] of [...text].entries()) cells[from + at] = char;
  };
  for (let ago = TICK * 2; ago < plot; ago += TICK * 2) put(plot - 1 - ago, `-${ago}s`);
  put(plot - 3, 'now');
  for (const { name, at } of marks) {
    const column = plot - 1 - (newest - Math.floor(at / 1e9));
    if (column >= 0 && column < plot) put(column, name);
  }
  return fit(' '.repeat(AXIS) + cells.join(''), width);
}
