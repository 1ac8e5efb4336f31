import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VIEWS } from '../views/registry.js';
import { commandTree } from './command-tree.js';
import { completion } from './completion.js';
import { buildProgram } from './program.js';

const program = buildProgram();

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, shell), completion(shell, program));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash would offer for these words, of which the last is being typed. */
function offered(...words: string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pytrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'test', join(folder, 'bash'), 'pytrace', ...words], {
    encoding: 'utf8',
    cwd: folder,
  })
    .split('\n')
    .filter((line) => line !== '');
}

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s: every command, option and choice stands in it', (shell) => {
    const text = completion(shell, program);
    for (const { name, options } of commandTree(program)) {
      expect(text).toContain(name);
      for (const { long, values } of options) {
        expect(text, `${name} ${long}`).toContain(shell === 'fish' ? `-l ${long.slice(2)} ` : long);
        if (values.kind === 'words') expect(text).toContain(values.words.join(' '));
      }
    }
    // Hidden: for packagers.
    expect(commandTree(program).map(({ name }) => name)).not.toContain('man');
  });

  test.each(['bash', 'zsh', 'fish'])('%s takes it', (shell) => {
    if (!has(shell)) return;
    const run = spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  test('bash offers commands, then their options, choices, files and scripts', () => {
    expect(offered('re')).toEqual(['replay']);
    expect(offered('calls', '--min')).toEqual(['--min-duration']);
    expect(offered('calls', '--engine', 'd')).toEqual(['dtrace']);
    expect(offered('calls', '--engine', '=', 's')).toEqual(['stap']);
    expect(offered('calls', '--output', '=')).toEqual(['flow', 'tree']);
    expect(offered('demo', '--view', '')).toEqual(VIEWS.map(({ id }) => id));
    expect(offered('replay', '--view', 'g')).toEqual(['gc']);
    expect(offered('calls', '--record', 'b')).toEqual(['bash']);
    expect(offered('replay', 'b')).toEqual(['bash']);
    expect(offered('scripts', 'show', 'ca')).toEqual(['calls']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('calls', '--file', '')).toEqual([]);
    // A program of its own, which may have a word that is a command of ours.
    expect(offered('calls', '--', 'replay', 'z')).toEqual(['zsh']);
  });

  test('fish offers the same', () => {
    if (!has('fish')) return;
    const offers = (line: string): string[] =>
      execFileSync('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', join(folder, 'fish'), line], {
        encoding: 'utf8',
        cwd: folder,
      })
        .split('\n')
        .map((each) => each.split('\t')[0])
        .filter((word) => word !== '');
    expect(offers('pytrace re')).toEqual(['replay']);
    expect(offers('pytrace calls --min')).toEqual(['--min-duration']);
    expect(offers('pytrace calls --engine d')).toEqual(['dtrace']);
    expect(offers('pytrace calls --record ba')).toEqual(['bash']);
    expect(offers('pytrace calls -- ba')).toContain('bash');
  });

  test('another shell is refused with the three that there are', () => {
    expect(() => completion('tcsh', program)).toThrow(/bash, zsh or fish/);
    expect(() => completion('toString', program)).toThrow(/bash, zsh or fish/);
  });
});
