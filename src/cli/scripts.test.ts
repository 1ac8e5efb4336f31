import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { capturedOutput } from '../../test/fakes/output.js';
import { UserError } from '../target/user-error.js';
import { bundledScripts, summaryOf } from './bundled-scripts.js';
import { scripts } from './scripts.js';
import { shellLine, shellQuote } from '../text/shell-quote.js';

describe('shell quoting', () => {
  test.each([
    '',
    'plain',
    "it's",
    'a b',
    '$(reboot)',
    '`x`',
    'x;y',
    '*',
    '\\',
    'a\nb',
    'esc\u001b[2J',
    'ü',
    "'\u001b'\\",
    '\u202e',
  ])('the shell reads %j as the one word that it was', (word) => {
    expect(execFileSync('bash', ['-c', `printf %s ${shellQuote(word)}`], { encoding: 'utf8' })).toBe(word);
  });

  test('nothing in it can write to the terminal', () => {
    expect(shellQuote('a\u001b]0;x\u0007\u202e')).toMatch(/^[\x20-\x7e]*$/);
    expect(shellLine({ LC_ALL: 'C' }, ['stap', '-x', '1', 'a b'])).toBe("LC_ALL=C stap -x 1 'a b'");
  });
});

describe('scripts', () => {
  const written = capturedOutput();

  test('every bundled script says what it shows', () => {
    const all = bundledScripts();
    expect(all.map(({ name, engine }) => `${name} ${engine}`)).toEqual(
      expect.arrayContaining(['calls dtrace', 'calls stap']),
    );
    for (const script of all) expect(script.summary, script.path).not.toBe('');
    expect(summaryOf('#!/usr/sbin/dtrace -s\n/*\n * gc.d - pauses of the collector.\n')).toBe(
      'pauses of the collector',
    );
  });

  test('the list names each with its path', async () => {
    expect(await scripts([], {})).toBe(0);
    for (const { name, engine, path } of bundledScripts()) {
      expect(
        written.out.split('\n').some((line) => line.startsWith(name) && line.includes(engine) && line.endsWith(path)),
      ).toBe(true);
    }
  });

  test.each(['dtrace', 'stap'] as const)(
    'show: %s gets the script unchanged on standard output, the command on standard error',
    async (engine) => {
      expect(await scripts(['show', 'calls'], { engine })).toBe(0);
      const script = bundledScripts().find((each) => each.engine === engine && each.name === 'calls')!;
      expect(written.out).toBe(readFileSync(script.path, 'utf8'));
      const lines = written.err.trimEnd().split('\n');
      expect(lines.every((line) => line.startsWith('# '))).toBe(true);
      expect(lines[1]).toContain(script.path);
      expect(lines[1]).toMatch(/ PID\b/);
      expect(lines.at(-1)).toContain('--target');
    },
  );

  test('what is not there is refused with what there is', async () => {
    await expect(scripts(['show', 'nonsense'], {})).rejects.toThrow(/There is no script nonsense: there is calls/);
    await expect(scripts(['list'], {})).rejects.toThrow(UserError);
    await expect(scripts(['show'], {})).rejects.toThrow(/show needs the name of a script/);
    await expect(scripts(['show', 'calls', 'more'], {})).rejects.toThrow(UserError);
    await expect(scripts([], { target: '1' })).rejects.toThrow(/--target needs a script/);
  });
});
