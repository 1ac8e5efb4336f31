import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakePython } from './fake-python.js';
import { BIN, pathWith, ROOT } from './run-pytrace.js';

const folder = mkdtempSync(join(tmpdir(), 'pytrace-full-'));
const recording = join(ROOT, 'demo', 'shop.ptrace');
const python = new FakePython();
let pid = '';
beforeAll(() => void (pid = String(python.start())));
afterAll(() => {
  python.close();
  rmSync(folder, { recursive: true, force: true });
});

/** pytrace with its streams sent elsewhere, as a shell writes that. */
function run(redirected: string, ...args: readonly string[]) {
  // The doctor tries each tracer that it finds.
  const env = { ...process.env, PATH: args[0] === 'doctor' ? process.env.PATH : pathWith('good') };
  const { status, signal, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', `exec "$0" "$@" ${redirected}`, process.execPath, BIN, ...args],
    { encoding: 'utf8', timeout: 30_000, cwd: folder, env },
  );
  return { status, signal, stdout, stderr };
}

const SENTENCE =
  'pytrace: Standard output cannot be written (no space left on device): what was printed is not whole.\n';

describe.skipIf(!existsSync('/dev/full'))('on a full disk', () => {
  it.each([
    ['--help'],
    ['--version'],
    ['calls', '--help'],
    ['help', 'gc'],
    ['completion', 'zsh'],
    ['man'],
    ['scripts'],
    ['doctor'],
    ['doctor', '--json'],
    ['replay', recording],
    ['replay', recording, '--json'],
    ['replay', recording, '--output', 'tree'],
    ['replay', recording, '--view', 'top'],
    ['replay', recording, '--view', 'top', '--json'],
    ['replay', recording, '--view', 'gc'],
    ['replay', recording, '--view', 'gc', '--output', 'table'],
    ['replay', recording, '--view', 'gc', '--json'],
    ['replay', recording, '--view', 'objects', '--json'],
    ['replay', recording, '--view', 'objects'],
  ])('%s %s: one sentence, and 1', (...args) => {
    expect(run('>/dev/full', ...args)).toEqual({ status: 1, signal: null, stdout: '', stderr: SENTENCE });
  });

  it.each([
    ['scripts', 'show', 'calls'],
    ['demo', '--recording'],
  ])('%s %s: one sentence after what it has to say, and 1', (...args) => {
    const { status, stderr } = run('>/dev/full', ...args);
    expect(status).toBe(1);
    expect(stderr.split(SENTENCE)).toHaveLength(2);
    expect(stderr.endsWith(SENTENCE)).toBe(true);
  });

  it.each([['--json'], ['--output=flow'], ['--output=tree']])('calls %s ends the trace, in order', (form) => {
    const { status, stderr } = run('>/dev/full', 'calls', pid, form, '--duration', '1');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pytrace: Tracing with .*\n/);
    expect(stderr.endsWith(SENTENCE)).toBe(true);
    expect(stderr.split(SENTENCE)).toHaveLength(2);
  });

  it('the words on standard error are not missed, and nothing else is', () => {
    const said = run('', 'replay', recording, '--view', 'gc');
    for (const elsewhere of ['2>/dev/full', '2>&-'])
      expect(run(elsewhere, 'replay', recording, '--view', 'gc')).toEqual({ ...said, stderr: '' });
    expect(run('2>/dev/full', 'calls', '--frobnicate')).toMatchObject({ status: 2, signal: null });
    expect(run('>/dev/full 2>/dev/full', 'scripts')).toMatchObject({ status: 1, signal: null });
  });

  it('--log is told to be cut off, and the trace goes on', () => {
    const { status, stdout, stderr } = run('', 'calls', pid, '--duration', '1', '--json', '--log', '/dev/full');
    expect(stderr).toContain('pytrace: The log /dev/full could not be written to its end (no space left on device).\n');
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({ type: 'end', reason: 'duration' });
    expect(status).toBe(1);
  });
});

it('a file that may not grow is told of too, however much of the last write it has taken', () => {
  const out = join(folder, 'limited');
  const { status, stderr } = spawnSync(
    '/bin/bash',
    ['-c', `ulimit -f 8; exec "$0" "$@" > '${out}'`, process.execPath, BIN, 'replay', recording, '--json'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('pytrace: Standard output cannot be written (file too large): what was printed is not whole.\n');
  expect(status).toBe(1);
  expect(statSync(out).size).toBe(8192);
});

describe('--log', () => {
  const log = (path: string) => run('', 'calls', pid, '--duration', '0.3', '--output', 'tree', '--log', path);

  it('follows no symbolic link', () => {
    const [there, gone] = [join(folder, 'there'), join(folder, 'gone')];
    writeFileSync(there, 'mine');
    for (const aim of [there, gone]) {
      const link = `${aim}.link`;
      symlinkSync(aim, link);
      const { status, stderr } = log(link);
      expect(stderr).toContain(
        `pytrace: --log ${link} cannot be written (it is a symbolic link): name another file.\n`,
      );
      expect(status).toBe(2);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
    }
    expect(readFileSync(there, 'utf8')).toBe('mine');
    expect(existsSync(gone)).toBe(false);
  });

  it('waits for no reader of a pipe, and for no folder', () => {
    const pipe = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    expect(log(pipe)).toMatchObject({ status: 2, stderr: expect.stringContaining('(it is no file)') as string });
    expect(log(folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('--log ') as string });
  });

  it('is appended to, and its owner alone reads it', () => {
    const path = join(folder, 'log');
    expect(log(path)).toMatchObject({ status: 0 });
    const first = statSync(path).size;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(log(path)).toMatchObject({ status: 0 });
    expect(statSync(path).size).toBeGreaterThanOrEqual(2 * first);
  });
});
