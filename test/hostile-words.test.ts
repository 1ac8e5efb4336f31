import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { main } from '../src/cli/main.js';
import { HOSTILE } from './fakes/hostile.js';
import { capturedOutput } from './fakes/output.js';

const folder = mkdtempSync(join(tmpdir(), 'pytrace-words-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = capturedOutput();

/** Of each kind one, but none that ends a word for the system. */
const BAD = `\u001b]0;PWN\u0007${Object.values(HOSTILE)
  .map((codes) => String.fromCodePoint(codes.find((code) => code !== 0 && (code < 0xd800 || code > 0xdfff)) ?? 0x7f))
  .join('')}\nz`;
const file = (name: string, text: string): string => {
  const path = join(folder, `${name}${BAD}`);
  writeFileSync(path, text);
  return path;
};

test.each([
  ['a command', () => [BAD]],
  ['an option', () => ['calls', `--${BAD}`]],
  ['the value of an option', () => ['calls', '1', '--engine', BAD]],
  ['a duration', () => ['calls', '1', '--duration', BAD]],
  ['a time', () => ['calls', '1', '--min-duration', BAD]],
  ['a condition', () => ['gc', '1', '--fail-if', BAD]],
  ['a column', () => ['top', '1', '--sort', BAD]],
  ['a name of a process', () => ['calls', BAD]],
  ['a program', () => ['calls', '--', `/nowhere/${BAD}`]],
  ['a program that is none', () => ['calls', '--', file('program', 'x')]],
  ['a view', () => ['replay', 'x', '--view', BAD]],
  ['a recording that is not there', () => ['replay', join(folder, BAD)]],
  ['a folder in place of one', () => ['replay', `${folder}/../${BAD}/`]],
  ['a recording that is empty', () => ['replay', file('empty', '')]],
  ['a recording that is none', () => ['replay', file('none', BAD)]],
  ['a recording that breaks off', () => ['replay', file('half', 'P\t1\t')]],
  ['a recording of a newer one', () => ['replay', file('newer', 'P\t9\tx\n')]],
  ['who is asked after', () => ['doctor', BAD]],
  ['who is asked after, as JSON', () => ['doctor', BAD, '--json']],
  ['a script', () => ['scripts', 'show', BAD]],
  ['a verb', () => ['scripts', BAD]],
  ['a target of a script', () => ['scripts', 'show', 'calls', '--target', BAD]],
  ['a shell', () => ['completion', BAD]],
] as const)('what is said of %s holds nothing of its own', async (_, argv) => {
  const status = await main(argv());
  const said = written.out + written.err;
  expect(status).not.toBe(70);
  expect(said).not.toBe('');
  for (const [kind, codes] of Object.entries(HOSTILE))
    for (const code of codes)
      if (code !== 10) expect(said.includes(String.fromCodePoint(code)), `${kind} ${code.toString(16)}`).toBe(false);
  expect(said.replace(/\\nz/g, '')).not.toMatch(/^z/m);
});
