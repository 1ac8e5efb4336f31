import { describe, expect, it } from 'vitest';
import { bar, columns, spark } from './bars.js';
import { ASCII, glyphsFor, UTF8, wantsAscii } from './glyphs.js';
import { textWidth } from '../text/width.js';

describe('bar', () => {
  it('is drawn in eighths of a column', () => {
    expect(bar(0.5, 4, UTF8)).toBe('██  ');
    expect(bar(1 / 32, 4, UTF8)).toBe('▏   ');
    expect(bar(5 / 32, 4, UTF8)).toBe('▋   ');
    expect(bar(1, 4, UTF8)).toBe('████');
    expect(bar(0.5, 4, ASCII)).toBe('##  ');
  });

  it('shows the least thing and stays in its width whatever it is given', () => {
    expect(bar(1e-9, 3, UTF8)).toBe('▏  ');
    expect(bar(0, 3, UTF8)).toBe('   ');
    expect(bar(NaN, 3, UTF8)).toBe('   ');
    expect(bar(Infinity, 3, UTF8)).toBe('███');
    expect(bar(7, 3, UTF8)).toBe('███');
    expect(bar(0.3, 0, UTF8)).toBe('');
  });
});

describe('spark', () => {
  it('scales to the greatest value, newest at the right', () => {
    expect(spark([0, 1, 2, 4], 4, UTF8)).toBe('▁▃▅█');
    expect(spark([9, 9, 0, 4], 2, UTF8)).toBe('▁█');
    expect(spark([4], 3, UTF8)).toBe('  █');
    expect(spark([], 3, UTF8)).toBe('   ');
    expect(spark([NaN, 1], 2, UTF8)).toBe(' █');
    expect(spark([0, 0], 2, ASCII)).toBe('..');
  });
});

describe('columns', () => {
  it('stacks eighths over rows', () => {
    expect(columns([0, 0.25, 0.5, 1], 2, UTF8)).toEqual(['   █', ' ▄██']);
    expect(columns([0.001], 2, UTF8)).toEqual([' ', '▁']);
  });
});

describe('glyphs', () => {
  it('are all of one column, except the ones that say so', () => {
    for (const glyphs of [UTF8, ASCII]) {
      for (const glyph of [
        ...glyphs.heights,
        ...glyphs.eighths,
        glyphs.pipe,
        glyphs.branch,
        glyphs.corner,
        glyphs.open,
      ]) {
        expect(textWidth(glyph)).toBe(1);
      }
    }
  });

  it('of the ASCII set are ASCII', () => {
    expect(JSON.stringify(glyphsFor(true))).toMatch(/^[\x20-\x7e]*$/);
  });

  it('follow the flag, else the locale', () => {
    expect(wantsAscii(undefined, { LANG: 'en_US.UTF-8' })).toBe(false);
    expect(wantsAscii(undefined, { LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(true);
    expect(wantsAscii(undefined, { LC_CTYPE: 'C.utf8' })).toBe(false);
    expect(wantsAscii(undefined, {})).toBe(true);
    expect(wantsAscii(true, { LANG: 'en_US.UTF-8' })).toBe(true);
    expect(wantsAscii(false, {})).toBe(false);
  });
});
