import type { Glyphs } from './glyphs.js';

/** A share out of 0..1, whatever division it came from. */
function share(value: number): number {
  return value > 0 ? Math.min(1, value) : 0;
}

/** A horizontal bar of exactly `width` columns, in steps of an eighth. More than nothing is never drawn as nothing. */
export function bar(value: number, width: number, glyphs: Glyphs): string {
  if (width <= 0) return '';
  let eighths = Math.round(share(value) * width * 8);
  if (eighths === 0 && value > 0) eighths = 1;
  const full = eighths >> 3;
  const rest = eighths & 7;
  const drawn = glyphs.eighths[8].repeat(full) + (rest > 0 ? glyphs.eighths[rest] : '');
  return drawn + ' '.repeat(width - full - (rest > 0 ? 1 : 0));
}

/**
 * The last `width` values as columns of one row, newest at the right; where there are fewer, the left stays empty.
 * The greatest of them (or `max`) fills its column; zero is the lowest mark, so that "nothing" and "not known" differ.
 */
export function spark(values: readonly number[], width: number, glyphs: Glyphs, max?: number): string {
  if (width <= 0) return '';
  const shown = values.slice(Math.max(0, values.length - width));
  let top = max ?? 0;
  if (max === undefined) for (const value of shown) if (value > top && value < Infinity) top = value;
  let drawn = '';
  for (const value of shown) {
    if (Number.isNaN(value)) drawn += ' ';
    else drawn += glyphs.heights[1 + Math.round(share(top > 0 ? value / top : 0) * 7)];
  }
  return ' '.repeat(width - shown.length) + drawn;
}

/**
 * Columns over `height` rows, highest row first; each row is `values.length` wide. `values` are shares 0..1. More than
 * nothing shows at least the lowest mark.
 */
export function columns(values: readonly number[], height: number, glyphs: Glyphs): string[] {
  const rows: string[] = [];
  for (let row = height - 1; row >= 0; row--) {
    let drawn = '';
    for (const value of values) {
      let eighths = Math.round(share(value) * height * 8);
      if (eighths === 0 && value > 0) eighths = 1;
      drawn += glyphs.heights[Math.max(0, Math.min(8, eighths - row * 8))];
    }
    rows.push(drawn);
  }
  return rows;
}
