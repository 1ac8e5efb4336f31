import fc from 'fast-check';
import { HOSTILE } from '../../test/fakes/hostile.js';
import { describe, expect, it } from 'vitest';
import { compose } from './compositor.js';
import { lineWidth, plainText, safeLine, sliceColumns } from './sgr.js';
import { theme } from './theme.js';

const { paint } = theme('dark');
const piece = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '│', '█', '日'), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('x', 'é', '語'), maxLength: 4 }).map((text) => paint('alarm', text)),
);
const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

describe('painted lines', () => {
  it('are sliced to exactly the columns asked for', () => {
    fc.assert(
      fc.property(line, fc.nat(20), fc.nat(20), (text, from, width) => {
        expect(lineWidth(sliceColumns(text, from, from + width))).toBe(width);
      }),
    );
  });

  it('keep their text and colours when sliced', () => {
    const text = `ab${paint('warn', 'cdef')}gh`;
    expect(plainText(sliceColumns(text, 1, 7))).toBe('bcdefg');
    expect(sliceColumns(text, 3, 5)).toBe('\u001b[33mde\u001b[0m');
    expect(sliceColumns(text, 6, 10)).toBe('gh  ');
    expect(sliceColumns('日本', 1, 3)).toBe('  ');
  });

  it('never hold anything that controls a terminal', () => {
    expect(safeLine('a\u001b]52;c;eA==\u0007b\u009b2Jc\r\n\u001b[2Jd')).not.toMatch(/\u001b|\u0007|\u009b|\r|\n/);
    const painted = paint('alarm', 'x');
    expect(safeLine(painted)).toBe(painted);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const left = plainText(safeLine(text));
        expect(left).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
    for (const code of Object.values(HOSTILE).flat()) {
      const char = String.fromCodePoint(code);
      expect(safeLine(`a${char}${painted}`), code.toString(16)).toBe(`a?${painted}`);
    }
  });
});

describe('compositor', () => {
  const base = ['..........', '..........', '..........'];

  it('lays pieces over the base and holes over pieces', () => {
    const body = { rect: { x: 0, y: 1, width: 10, height: 2 }, lines: ['aaaaaaaaaa', 'bbbbbbbbbb'] };
    const cover = { rect: { x: 2, y: 1, width: 6, height: 1 } };
    const panel = { rect: { x: 3, y: 1, width: 4, height: 1 }, lines: ['PPPP'] };
    expect(compose(base, [body, cover, panel], 10, 3)).toEqual(['..........', 'aa.PPPP.aa', 'bbbbbbbbbb']);
  });

  it('makes lines of exactly the width, whatever it is given', () => {
    const rect = fc.record({ x: fc.nat(12), y: fc.nat(3), width: fc.nat(14), height: fc.nat(4) });
    const pieces = fc.array(fc.record({ rect, lines: fc.array(line, { maxLength: 3 }) }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), pieces, (under, over) => {
        for (const made of compose(under, over, 12, 3)) expect(lineWidth(made)).toBe(12);
      }),
    );
  });
});
