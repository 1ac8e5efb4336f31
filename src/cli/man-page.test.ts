import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandTree } from './command-tree.js';
import { manPage, text } from './man-page.js';
import { buildProgram } from './program.js';

const program = buildProgram();
const page = manPage(program);

test('every option of every command stands in its section', () => {
  for (const { name, options, args } of commandTree(program).slice(1)) {
    const section = page.split(`.SS pytrace ${name}\n`)[1]?.split(/^\.S[SH] /m)[0] ?? '';
    expect(section, name).not.toBe('');
    for (const { long, values } of options.filter((option) => option.long !== '--help')) {
      expect(section, `${name} ${long}`).toContain(`\\fB${text(long)}\\fR`);
      if (values.kind === 'words') expect(section).toContain(`One of ${values.words.join(', ')}`);
    }
    for (const { description } of args.filter((arg) => arg.description !== ''))
      expect(section).toContain(text(description).slice(1));
  }
});

test('groff has nothing against it, and prints what a reader would type', () => {
  const run = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-c', '-rLL=100n'], { input: page, encoding: 'utf8' });
  if (run.error) return; // not on every machine
  expect(run.stderr).toBe('');

  const plain = run.stdout.replace(/.\u0008/g, '').replace(/\s+/g, ' ');
  expect(plain).toContain("pytrace calls gunicorn --function 'get_*'");
  for (const heading of [
    'NAME',
    'SYNOPSIS',
    'COMMANDS',
    'SCREENS',
    'EXIT STATUS',
    'ENVIRONMENT',
    'FILES',
    'NOTES',
    'EXAMPLES',
    'SEE ALSO',
  ]) {
    expect(plain).toContain(heading);
  }
});

test('no text can become a request or an escape', () => {
  expect(text('.so /etc/passwd')).toBe('\\&.so /etc/passwd');
  expect(text("'x \\fB -")).toBe('\\(aqx \\(rsfB \\-');
});
