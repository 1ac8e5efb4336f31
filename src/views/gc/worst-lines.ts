import { time } from '../../text/amounts.js';
import { cutStart, fit, textWidth } from '../../text/width.js';
import { chart } from '../chart.js';
import { glyphsFor } from '../glyphs.js';
import { wrapped } from '../notice.js';
import type { Viewport } from '../view.js';
import type { GcModel } from './gc-model.js';
import { ALL } from './generations.js';
import { isKnown, noPauseIn, whyUnknown, withReasons } from './known.js';
import type { GcState } from './state.js';
import { isOver, listRows } from './rows.js';
import { clockText, pauseText, trail } from './words.js';

export const WORST_SECONDS = 60;
/** Columns of the axis' labels, and of all that stands before the curve's first point. */
const LABEL = 7;
const AXIS = LABEL + 1;

/** The worst pause of each of the last seconds as a curve, with the marks and what was over the budget below it. */
export function worstLines(
  model: GcModel,
  state: GcState,
  width: number,
  height: number,
  viewport: Viewport,
): string[] {
  const { ascii, paint } = viewport;
  const plot = Math.max(1, width - AXIS - 1);
  const { second, worst } = series(model, state.generation < 0 ? ALL : state.generation, plot);
  const most = Math.max(0, ...worst.filter((value) => !Number.isNaN(value)));
  const marked = state.budget > 0 || model.marks.length > 0;
  const below = height >= 6 && marked ? 2 : height >= 4 ? 1 : 0;
  const sentence = height >= 9 ? worstSentence(model, state, most, width, ascii) : '';
  const chartHeight = height - below - (sentence === '' ? 0 : 1);
  const lines = most > 0 ? curve(model, worst, second, width, chartHeight, ascii) : [];
  if (most === 0) {
    const words = wrapped(noPauseIn(model, WORST_SECONDS, ascii), Math.max(1, width - 2), ascii);
    for (let at = 0; at < (chartHeight - words.length) >> 1; at++) lines.push(' '.repeat(width));
    for (const line of words) lines.push(fit(line, width, 'center', ascii));
    while (lines.length < chartHeight) lines.push(' '.repeat(width));
  }
  if (below === 2) {
    const over = worst.map((value) => (state.budget > 0 && value > state.budget ? '!' : ' ')).join('');
    lines.push(fit(' '.repeat(AXIS) + withMarks(over, model, second, plot), width));
  }
  if (below > 0) {
    const first = worst.findIndex((value) => !Number.isNaN(value));
    const ago = Math.floor(model.now / 1e9) - second(first);
    lines.push(paint('dim', fit(' '.repeat(AXIS) + scale(plot, first > 0 ? { column: first, ago } : null), width)));
  }
  if (sentence !== '') lines.push(fit(sentence, width, 'left', ascii));
  return lines.slice(0, height);
}

function curve(
  model: GcModel,
  worst: readonly number[],
  second: (column: number) => number,
  width: number,
  height: number,
  ascii: boolean,
): string[] {
  const label = (value: number): string => fit(value > 0 ? time(value, ascii) : '0', LABEL, 'right');
  const reasons = worst.map((value, column) => (Number.isNaN(value) ? whyUnknown(model, second(column)) : ''));
  const rows = chart(worst, { width, height, glyphs: glyphsFor(ascii), label, min: 0 });
  return rows.map((row, at) => (at === height >> 1 ? withReasons(row, AXIS, reasons) : row));
}

/** The worst of each column's seconds, ns, NaN where none of them is known, and the second that a column begins with. */
function series(model: GcModel, place: number, plot: number): { second: (column: number) => number; worst: number[] } {
  const newest = Math.floor(model.now / 1e9);
  const oldest = newest - WORST_SECONDS + 1;
  const second = (column: number): number => oldest + Math.floor((column * WORST_SECONDS) / plot);
  const worst = Array.from({ length: plot }, (_, column) => {
    const end = Math.max(second(column) + 1, second(column + 1));
    let most = Number.NaN;
    for (let each = second(column); each < end; each++) {
      const pause = model.store.seconds.worstIn(each, place);
      if (pause > 0 || isKnown(model, each)) most = Math.max(pause, most || 0);
    }
    return most;
  });
  return { second, worst };
}

/** Where moments were marked; the violations stay where there is no mark. */
function withMarks(line: string, { marks }: GcModel, second: (column: number) => number, plot: number): string {
  let text = line;
  for (const { name, at } of marks) {
    const when = Math.floor(at / 1e9);
    let column = -1;
    for (let each = 0; each < plot; each++) if (second(each) <= when && when < second(each + 1)) column = each;
    if (column < 0 || when < second(0)) continue;
    const from = Math.min(column, Math.max(0, plot - name.length));
    text = text.slice(0, from) + name + text.slice(from + name.length);
  }
  return fit(text, plot);
}

/** Seconds ago, and how many ago the curve begins, below its columns. */
function scale(plot: number, begin: { readonly column: number; readonly ago: number } | null): string {
  let text = ' '.repeat(plot);
  // What was put before is more important, and stays.
  const put = (column: number, label: string): void => {
    const from = Math.max(0, column);
    if (text.slice(Math.max(0, from - 1), from + label.length + 1).trim() === '')
      text = text.slice(0, from) + label + text.slice(from + label.length);
  };
  put(plot - 3, 'now');
  if (begin !== null) {
    const label = `-${begin.ago}s`;
    put(Math.min(begin.column, plot - 4 - label.length), label);
  }
  put(0, `-${WORST_SECONDS}s`);
  if (plot >= 30) put(plot >> 1, `-${WORST_SECONDS / 2}s`);
  return text;
}

/** `worst 74.0ms at 12:40:58 in Cart.reprice`; the list may not go back far enough to say where. */
function worstSentence(model: GcModel, state: GcState, most: number, width: number, ascii: boolean): string {
  if (!(most > 0)) return '';
  const from = model.now - WORST_SECONDS * 1e9;
  const rows = listRows({ ...model, listed: undefined }, { ...state, thread: 0 });
  const known = rows.findLast(({ ts, pause }) => ts >= from && pause === most);
  const text = `worst ${pauseText(most, state.unit, ascii)}`;
  if (known === undefined) return text;
  const head = `${text}${isOver(known, state.budget) ? ' !' : ''} at ${clockText(model.wall, known.ts)}`;
  const room = width - textWidth(head) - 4;
  // Innermost last, so it is the start that can go.
  return known.frames.length > 0 && room > 8 ? `${head} in ${cutStart(trail(known, ascii), room, ascii)}` : head;
}
