import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../text/width.js';
import { hanging } from './hanging.js';

const ROW = '  99.3%   5.69s  handle     /tmp/shop.py:4    281 calls   p99 26.3ms';

test('a line that fits is left as it is', () => {
  expect(hanging(ROW, ROW.length)).toEqual([ROW]);
  expect(hanging('', 80)).toEqual(['']);
});

test('rows are broken at their gaps, sentences between words, and what follows is indented', () => {
  expect(hanging(ROW, 60)).toEqual(['  99.3%   5.69s  handle     /tmp/shop.py:4    281 calls', '    p99 26.3ms']);
  expect(hanging('pytrace calls 7001: 5.7s, 3,653 events, 0 lost, probes removed, target still running.', 80)).toEqual([
    'pytrace calls 7001: 5.7s, 3,653 events, 0 lost, probes removed, target still',
    '  running.',
  ]);
});

test('a command stays in one piece where it can, a path always', () => {
  const path = '/var/tmp/traces/of/last/night/run.ptrace';
  expect(hanging(`saved: ${path}    replay: pytrace replay ${path}`, 70)).toEqual([
    `saved: ${path}`,
    `  replay: pytrace replay ${path}`,
  ]);
  expect(hanging(`  All messages: ${path}`, 30)).toEqual(['  All messages:', `    ${path}`]);
});

test('nothing is lost, and no line is wider than it must be', () => {
  const text = fc.array(fc.constantFrom('a', 'word', 'wörter', '漢字', ' ', '  ', '    ', 'x'.repeat(30)));
  fc.assert(
    fc.property(text, fc.integer({ min: 24, max: 90 }), (pieces, columns) => {
      const line = pieces.join('').trimEnd();
      const lines = hanging(line, columns);
      const words = (each: string) => each.split(' ').filter((word) => word !== '');
      expect(lines.flatMap(words)).toEqual(words(line));
      for (const each of lines) if (textWidth(each) > columns) expect(words(each)).toHaveLength(1);
    }),
  );
});
