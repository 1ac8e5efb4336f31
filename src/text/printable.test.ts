import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE } from '../../test/fakes/hostile.js';
import { printable, replaceUnfit, sanitize, sanitizeLines, sanitizeStart } from './printable.js';

test('replaces what could act on a terminal', () => {
  expect(printable('a\x1b[31m\r\n\tb\u202ec\u200b\x9bd\ud800')).toBe('a?[31m???b?c??d?');
  expect(printable('grüße 日本')).toBe('grüße 日本');
});

test('cuts to fit', () => {
  expect(printable('x'.repeat(60))).toHaveLength(60);
  expect(printable('x'.repeat(61))).toBe(`${'x'.repeat(57)}...`);
  expect(printable('😀'.repeat(1_000_000), 10)).toBe(`${'😀'.repeat(7)}...`);
});

test.each(Object.entries(HOSTILE))('there is one list of what is not shown: %s', (_, codes) => {
  for (const code of codes) {
    const char = String.fromCodePoint(code);
    expect(sanitize(`a${char}b`), code.toString(16)).toMatch(/^a\\(?:[tnr]|x[0-9a-f]{2}|u\{[0-9a-f]+\})b$/);
    expect(printable(`a${char}b`), code.toString(16)).toBe('a?b');
    expect(
      replaceUnfit(`a${char}b`, () => ''),
      code.toString(16),
    ).toBe('ab');
  }
});

test('what is written with accents, in any script, stays as it is', () => {
  for (const text of [
    'grüße',
    'e\u0301tude',
    '日本語',
    '한국어',
    'ไทยที่',
    'हिन्दी',
    'עִבְרִית',
    'Việt',
    '😀 🇩🇪',
    'a\\b "c"',
  ])
    expect(sanitize(text)).toBe(text);
});

test('no pile of marks stands on one character, and none on what is before the text', () => {
  expect(sanitize(`a${'\u0301'.repeat(1000)}`)).toBe(`a${'\u0301'.repeat(5)}${'\\u{301}'.repeat(995)}`);
  expect(sanitize('\u0301a')).toBe('\\u{301}a');
  expect(sanitize(`각${'\u11a8'.repeat(7)}`)).toBe(`각${'\u11a8'.repeat(5)}${'\\u{11a8}'.repeat(2)}`);
});

test('a text that is fit stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sanitize(sanitize(text))).toBe(sanitize(text));
      expect(sanitizeLines(sanitizeLines(text))).toBe(sanitizeLines(text));
    }),
  );
});

test('lines keep their ends, and a start holds no half of a character', () => {
  expect(sanitizeLines('a\u001b\nb\r\n')).toBe('a\\x1b\nb\\r\n');
  expect(sanitizeStart('😀😀', 3)).toBe('😀');
  expect(sanitizeStart('ab\u202ecd', 4)).toBe('ab\\u');
});
