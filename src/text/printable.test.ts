import { expect, test } from 'vitest';
import { printable } from './printable.js';

test('replaces what could act on a terminal', () => {
  expect(printable('a\x1b[31m\r\n\tb\u202ec\u200b\x9bd\ud800')).toBe('a?[31m???b?c??d?');
  expect(printable('grüße 日本')).toBe('grüße 日本');
});

test('cuts to fit', () => {
  expect(printable('x'.repeat(60))).toHaveLength(60);
  expect(printable('x'.repeat(61))).toBe(`${'x'.repeat(57)}...`);
  expect(printable('😀'.repeat(1_000_000), 10)).toBe(`${'😀'.repeat(7)}...`);
});
