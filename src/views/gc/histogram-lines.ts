import { count, rate, time } from '../../text/amounts.js';
import { fit } from '../../text/width.js';
import { bar } from '../bars.js';
import { glyphsFor } from '../glyphs.js';
import type { Viewport } from '../view.js';
import type { FigureTable } from './figures.js';
import type { GcModel } from './gc-model.js';
import { ALL, GENERATIONS, generationTitle } from './generations.js';
import { noPause } from './known.js';
import type { GcState } from './state.js';

/** `from` of a line, with room for the mark of the budget. */
const EDGE = 9;
const COUNT = 7;
const GAP = 2;
/** Narrower bars tell nothing. */
const LEAST_BAR = 4;

/**
 * How long pauses took, a line for each power of two (or several, where there are few lines), a column for each
 * generation. Bars fill for the most frequent of their own generation: the young one would outgrow all others.
 */
export function histogramLines(
  model: GcModel,
  state: GcState,
  { pauses }: FigureTable,
  width: number,
  height: number,
  { ascii, paint }: Viewport,
): string[] {
  const lines: string[] = [];
  const blank = ' '.repeat(width);
  const octaves = pauses[state.generation < 0 ? ALL : state.generation].octaves();
  if (octaves === null) {
    lines.push(paint('dim', fit(`  ${noPause(model, ascii)} in this window`, width, 'left', ascii)));
    while (lines.length < height) lines.push(blank);
    return lines.slice(0, height);
  }
  const places = shownPlaces(state, width);
  const [first, last] = octaves;
  let step = 1;
  while (Math.ceil((last - first + 1) / step) > Math.max(1, height - 1)) step++;
  const edges: number[] = [];
  for (let octave = first; octave <= last; octave += step) edges.push(octave);
  const sums = places.map((place) => edges.map((edge) => sum(step, (at) => pauses[place].octave(edge + at))));
  const room = Math.floor((width - EDGE) / places.length) - GAP;
  const barWidth = Math.max(LEAST_BAR, room - COUNT);
  const heading = places.map(
    (place) => ' '.repeat(GAP) + fit(generationTitle(model.names, place), room, 'left', ascii),
  );
  lines.push(paint('dim', fit(fit('from', EDGE - 2, 'right') + '  ' + heading.join(''), width, 'left', ascii)));
  const glyphs = glyphsFor(ascii);
  for (const [at, edge] of edges.entries()) {
    const over = state.budget > 0 && 2 ** edge >= state.budget;
    const label = fit(time(edge === 0 ? 0 : 2 ** edge, ascii), EDGE - 2, 'right') + (over ? ' !' : '  ');
    const cells = sums.map((column) => {
      const value = column[at];
      const most = Math.max(...column);
      return (
        ' '.repeat(GAP) +
        bar(value / most, barWidth, glyphs) +
        fit(value > 0 ? ` ${value < 1e5 ? count(value) : rate(value)}` : '', room - barWidth, 'left', ascii)
      );
    });
    const text = fit(cells.join(''), Math.max(0, width - EDGE), 'left', ascii);
    lines.push(paint(over ? 'alarm' : 'dim', fit(label, Math.min(EDGE, width))) + text);
  }
  while (lines.length < height) lines.push(blank);
  return lines.slice(0, height);
}

/** Those that have room side by side; all as one where they have none. */
function shownPlaces({ generation }: GcState, width: number): readonly number[] {
  if (generation >= 0) return [generation];
  const each = Math.floor((width - EDGE) / GENERATIONS) - GAP - COUNT;
  return each >= LEAST_BAR ? [0, 1, 2] : [ALL];
}

function sum(steps: number, value: (at: number) => number): number {
  let total = 0;
  for (let at = 0; at < steps; at++) total += value(at);
  return total;
}
