import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { StderrLog } from './stderr-log.js';

it('keeps the beginning and the end, and little memory', () => {
  const log = new StderrLog(100, 50);
  log.push(Buffer.from('first\n'));
  for (let i = 0; i < 10_000; i++) log.push(Buffer.from(`line ${i}\n`));
  const text = Buffer.from(log.bytes()).toString();
  expect(text).toMatch(/^first\nline 0\n/);
  expect(text).toMatch(/\[… \d+ bytes left out …\]/);
  expect(text.endsWith('line 9999\n')).toBe(true);
  expect(text.length).toBeLessThan(300);
  const file = log.save('dtrace')!;
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
