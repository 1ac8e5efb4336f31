import asciichart from 'asciichart';
import type { Glyphs } from './glyphs.js';
import { cut, fit, textWidth } from '../text/width.js';

export interface ChartOptions {
  /** Columns and rows of the whole, labels included. */
  readonly width: number;
  readonly height: number;
  readonly glyphs: Glyphs;
  /** How a value at the axis is written. */
  readonly label: (value: number) => string;
  /** The bottom of the axis; the least value where left out. */
  readonly min?: number;
  readonly max?: number;
}

type Symbols = NonNullable<asciichart.PlotConfig['symbols']>;

/** The axis, and what the line is made of. asciichart would also cross the axis at the first value, and at its top. */
const UTF8_SYMBOLS: Symbols = ['┤', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'];
const ASCII_SYMBOLS: Symbols = ['+', '+', '.', '-', '-', '`', '.', '.', "'", '|'];

/**
 * Values as a line over time, newest at the right: always exactly `height` rows of `width` columns, from the left a
 * column a value; where a value is not finite its column stays empty. asciichart throws on an empty series and on NaN,
 * draws a row per unit without a height, one row only for a constant, and lets its labels' width vary with the values;
 * so it is called here and nowhere else.
 */
export function chart(values: readonly number[], options: ChartOptions): string[] {
  const { width, height } = options;
  const blank = ' '.repeat(Math.max(0, width));
  if (width <= 0 || height <= 0) return [];
  const finite = values.filter((value) => Number.isFinite(value));
  const min = options.min ?? finite.reduce((least, value) => Math.min(least, value), Infinity);
  let max = options.max ?? finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (finite.length === 0 || height < 2 || width < 8) {
    return Array.from({ length: height }, (_, at) =>
      at === height >> 1 ? fit('no values yet', width, 'center') : blank,
    );
  }
  // A range that is lost in rounding is none: asciichart would divide by it.
  const size = Math.max(1, Math.abs(min), Math.abs(max));
  if (!(max - min > 1e-9 * size)) max = min + 1e-6 * size;
  const step = (max - min) / (height - 1);
  const labels = Array.from({ length: height }, (_, at) => options.label(max - at * step));
  // The axis would be drawn over a label of one column.
  const labelWidth = Math.min(width >> 1, Math.max(2, ...labels.map(textWidth)));
  const shown = values.slice(-(width - labelWidth - 2));
  const known = shown.map((value) => Number.isFinite(value));
  // What leads to a value stands in the column before it: a lone newest one has its own, as a very short line.
  if (known.at(-1) && known.at(-2) !== true) shown.push(shown[shown.length - 1]);
  const series = carried(shown, min).map((value) => Math.min(max, Math.max(min, value)));
  const config: asciichart.PlotConfig = {
    height: height - 1,
    min,
    max,
    offset: 2,
    format: (value: number) => fit(cut(options.label(value), labelWidth, options.glyphs.ascii), labelWidth, 'right'),
    symbols: options.glyphs.ascii ? ASCII_SYMBOLS : UTF8_SYMBOLS,
  };
  const rows = asciichart.plot(series, config).split('\n').slice(0, height);
  while (rows.length < height) rows.push(blank);
  return rows.map((row) => fit(withGaps(row, labelWidth + 1, known), width, 'left', options.glyphs.ascii));
}

/** Instead of what is not known, the value before it, or `first`: asciichart needs one. */
function carried(values: readonly number[], first: number): number[] {
  let last = first;
  return values.map((value) => (Number.isFinite(value) ? (last = value) : last));
}

/** A row with blanks where nothing is known; the values' columns begin at `from`. */
function withGaps(row: string, from: number, known: readonly boolean[]): string {
  return row.slice(0, from) + [...row.slice(from)].map((char, at) => (known[at] === false ? ' ' : char)).join('');
}
