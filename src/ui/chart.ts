import asciichart from 'asciichart';
import type { Glyphs } from '../views/glyphs.js';
import { cut, fit, textWidth } from '../views/text.js';

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

const ASCII_SYMBOLS: asciichart.PlotConfig['symbols'] = ['+', '|', '.', '-', '-', '`', '.', '.', "'", '|'];

/**
 * Values as a line over time, newest at the right: always exactly `height` rows of `width` columns. asciichart throws
 * on an empty series and on NaN, draws a row per unit without a height, one row only for a constant, and lets its
 * labels' width vary with the values; so it is called here and nowhere else.
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
  const labelWidth = Math.min(width >> 1, Math.max(...labels.map(textWidth)));
  const series = finite.slice(-(width - labelWidth - 2)).map((value) => Math.min(max, Math.max(min, value)));
  // A single point has no line: it is drawn as a very short one.
  if (series.length === 1) series.push(series[0]);
  const config: asciichart.PlotConfig = {
    height: height - 1,
    min,
    max,
    offset: 2,
    format: (value: number) => fit(cut(options.label(value), labelWidth, options.glyphs.ascii), labelWidth, 'right'),
    ...(options.glyphs.ascii ? { symbols: ASCII_SYMBOLS } : {}),
  };
  const rows = asciichart.plot(series, config).split('\n').slice(0, height);
  while (rows.length < height) rows.push(blank);
  return rows.map((row) => fit(row, width, 'left', options.glyphs.ascii));
}
