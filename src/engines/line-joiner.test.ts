import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineJoiner } from './line-joiner.js';

function joined(chunks: readonly Uint8Array[], maxLength?: number): string[] {
  const lines: string[] = [];
  const joiner = new LineJoiner((line) => lines.push(line), maxLength);
  for (const chunk of chunks) joiner.push(chunk);
  joiner.end();
  return lines;
}

it('gives the same lines however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(20)), (texts, cuts) => {
      const bytes = Buffer.from(texts.join('\n'));
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
      chunks.push(bytes.subarray(at));
      expect(joined(chunks)).toEqual(joined([bytes]));
    }),
  );
});

it('joins fragments and ends what has no newline', () => {
  expect(
    joined(['dtrace: ', '5 dro', 'ps on CPU 0\ndtr', 'ace: x\r\n', 'rest'].map((text) => Buffer.from(text))),
  ).toEqual(['dtrace: 5 drops on CPU 0', 'dtrace: x', 'rest']);
});

it('cuts a line without end, and goes on after it', () => {
  const chunk = Buffer.from('x'.repeat(1_000));
  expect(joined([...Array<Uint8Array>(100).fill(chunk), Buffer.from('\nnext\n')], 10)).toEqual([
    'x'.repeat(10),
    'next',
  ]);
});
