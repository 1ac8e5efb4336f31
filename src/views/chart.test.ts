import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASCII, UTF8 } from './glyphs.js';
import { textWidth } from '../text/width.js';
import { chart } from './chart.js';

const options = { width: 40, height: 6, glyphs: UTF8, label: (value: number) => value.toFixed(0) };

describe('chart', () => {
  it('always has its size', () => {
    const value = fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.constantFrom(NaN, Infinity, 0, 1e12));
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 100 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(12),
        (values, width, height) => {
          const rows = chart(values, { ...options, width, height });
          expect(rows).toHaveLength(height);
          for (const row of rows) expect(textWidth(row)).toBe(width);
        },
      ),
    );
  });

  it('draws what asciichart would not', () => {
    expect(chart([], options).join('\n')).toContain('no values yet');
    expect(chart([5, 5, 5], options)).toHaveLength(6);
    expect(chart([0, 1e6], options)).toHaveLength(6);
    expect(chart([1, NaN, 2], options).join('')).toContain('┤');
    expect(chart([1, 5, 2], { ...options, glyphs: ASCII }).join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('leaves a column empty for each value that is not known', () => {
    const drawn = (values: readonly number[]): string[] =>
      chart(values, { ...options, width: 12, height: 2, min: 0, max: 1 }).map((row) => row.trimEnd());
    expect(drawn([NaN, NaN, 1, 1, NaN, 0, 0])).toEqual([' 1┤  ──', ' 0┤     ─']);
    expect(drawn([1, NaN, NaN, 1])).toEqual([' 1┤─  ─', ' 0┤']);
    expect(drawn([NaN, 0, 1, NaN])).toEqual([' 1┤ ╭─', ' 0┤ ╯']);
  });

  it('keeps its labels in one width', () => {
    const axis = chart([0, 7, 1000], options).map((row) => row.search(/[┤┼]/));
    expect(new Set(axis).size).toBe(1);
  });
});
