import fc from 'fast-check';
import { expect, it } from 'vitest';
import { needle } from './needle.js';

/** As a script looks for it: eight bytes at each place of a text, little endian. */
function found(text: string, [value, mask]: readonly [bigint, bigint]): boolean {
  const bytes = Buffer.concat([Buffer.from(text, 'utf8'), Buffer.alloc(8)]);
  for (let at = 0; at + 8 <= bytes.length; at++) if ((bytes.readBigUInt64LE(at) & mask) === value) return true;
  return false;
}

it('lets through every name that contains the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      (text, before, after) => {
        expect(found(before + text + after, needle(text))).toBe(true);
      },
    ),
  );
});

it('leaves out names without it', () => {
  expect(found('calculate', needle('load'))).toBe(false);
  expect(found('download', needle('load'))).toBe(true);
  expect(needle('')).toEqual([0n, 0n]);
});

it('gives numbers that fit into a positional parameter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const number of needle(text)) expect(number >= 0n && number < 1n << 63n).toBe(true);
    }),
  );
});
