import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { stillSame, watchExit } from './alive.js';
import { findTarget, validPid } from './find.js';
import { inspectTarget } from './inspect.js';
import { findProgram, isShell, launchHeld, type Held } from './launch.js';
import { readProcessIds, readStat } from './proc.js';
import { ThreadNames } from './threads.js';
import { UserError } from './user-error.js';

// A Python that can run here, of whatever build: these tests ask for nothing but its being CPython. Not the first on
// PATH, which may be a version manager's script.
const places = [process.env['PYTRACE_TEST_PYTHON'], '/usr/bin/python3', '/usr/local/bin/python3'];
const python = places.find((path) => path !== undefined && existsSync(path)) ?? '';

const children: ChildProcess[] = [];
const held: Held[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const one of held.splice(0)) one.kill();
});

async function start(file: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

function complaint(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('expected a UserError');
}

async function hold(argv: readonly string[], limitMs?: number): Promise<Held> {
  const one = await launchHeld(argv, { stdout: 'pipe', stderr: 'pipe', ...(limitMs === undefined ? {} : { limitMs }) });
  held.push(one);
  return one;
}

describe.skipIf(process.platform !== 'linux')('any process', () => {
  test('process ids', () => {
    expect(validPid('4194304')).toBe(4194304);
    for (const text of ['0', '4194305', '99999999999', 'x']) expect(() => validPid(text)).toThrow(UserError);
    expect(findTarget('42')).toBe(42);
  });

  test('no such process, not Python', () => {
    expect(complaint(() => inspectTarget(4194304)).message).toMatch(/^No process has the id 4194304/);
    expect(complaint(() => inspectTarget(process.pid)).message).toMatch(/no CPython interpreter was found/);
    expect(complaint(() => findTarget('no-such-name')).message).toMatch(
      /No running Python program is called no-such-name/,
    );
  });

  test('a thread is not a process', () => {
    const tid = readdirSync('/proc/self/task')
      .map(Number)
      .find((id) => id !== process.pid)!;
    expect(complaint(() => inspectTarget(tid)).message).toBe(
      `${tid} is a thread of process ${process.pid}: give that process id.`,
    );
  });

  test('a zombie', async () => {
    const parent = await start(
      '/bin/sh',
      '-c',
      '(while [ "$(cat /proc/$$/comm)" = sh ]; do :; done) & echo; exec sleep 60',
    );
    let zombie: number | undefined;
    while (zombie === undefined) {
      zombie = readProcessIds().find((pid) => readStat(pid)?.parent === parent.pid && readStat(pid)?.state === 'Z');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(complaint(() => inspectTarget(zombie)).message).toMatch(/has already ended/);
    expect(stillSame({ pid: zombie, startTime: readStat(zombie)!.startTime })).toBe(false);
  });

  test('its end is noticed, once', async () => {
    const child = await start('/bin/sh', '-c', 'echo; exec sleep 60');
    const identity = { pid: child.pid!, startTime: readStat(child.pid!)!.startTime };
    expect(stillSame(identity)).toBe(true);
    expect(stillSame({ ...identity, startTime: 1 })).toBe(false);
    const noticed = new Promise<void>((resolve) => watchExit(identity, resolve, 5));
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await Promise.all([exit, new Promise((resolve) => setTimeout(resolve, 20)), noticed]);
    expect(stillSame(identity)).toBe(false);
  });

  test('names of threads', () => {
    const names = new ThreadNames(process.pid);
    expect(names.poll()).toBe(true);
    expect(names.get(process.pid)).toBe(readStat(process.pid)!.comm);
    expect(names.get(1)).toBeUndefined();
    expect(new ThreadNames(4194304).poll()).toBe(false);
  });

  test('programs that cannot be launched', async () => {
    expect(findProgram('sh', '/', '/nowhere:/bin')).toBe('/bin/sh');
    expect(findProgram('./sh', '/bin')).toBe('/bin/sh');
    for (const name of ['', 'no-such-program', '/etc/passwd', './bin'])
      expect(() => findProgram(name, '/')).toThrow(UserError);
    expect(isShell('/bin/sh')).toBe(true);
    expect(isShell(process.execPath)).toBe(false);
    await expect(hold(['no-such-program'])).rejects.toThrow(/No program no-such-program is on PATH/);
    await expect(hold(['sh', '-c', 'exit 3'])).rejects.toThrow(
      /ended \(with exit code 3\) before it was seen to be Python/,
    );
    await expect(hold(['sleep', '60'], 100)).rejects.toThrow(/did not become Python in time/);
  });
});

describe.skipIf(process.platform !== 'linux' || python === '')('a Python', () => {
  test('is inspected', async () => {
    const child = await start(python, '-c', 'import time; print(flush=True); time.sleep(60)');
    const target = inspectTarget(child.pid!);
    expect(target).toMatchObject({
      pid: child.pid,
      exeDeleted: false,
      elfVisibleHere: true,
      sameMountNamespace: true,
      uid: process.geteuid!(),
    });
    expect(target.python!.version.major).toBe(3);
    expect(target.python!.version.micro).toBeGreaterThanOrEqual(0);
    expect(target.command.slice(1, 2)).toEqual(['-c']);
    // Ours by descent: never what a name on the command line means.
    expect(() => findTarget(target.command[0])).toThrow(UserError);
  });

  test('is held before its first call, resumed, and its end told', async () => {
    const one = await hold([python, '-c', 'print(1); raise SystemExit(7)']);
    expect(one.fromFirstCall).toBe(true);
    expect(readStat(one.pid)?.state).toBe('T');
    expect(inspectTarget(one.pid).python).not.toBeNull();
    const output: Buffer[] = [];
    one.stdout!.on('data', (chunk: Buffer) => output.push(chunk));
    one.resume();
    expect(await one.exited).toEqual({ code: 7, signal: null });
    expect(Buffer.concat(output).toString()).toBe('1\n');
  });

  test('is caught behind launchers, with its arguments as given', async () => {
    const one = await hold([
      '/bin/sh',
      '-c',
      'exec env X=1 "$@"',
      'sh',
      python,
      '-c',
      'import sys; print(sys.argv)',
      'a b',
      "'$X",
    ]);
    const output: Buffer[] = [];
    one.stdout!.on('data', (chunk: Buffer) => output.push(chunk));
    one.resume();
    await one.exited;
    expect(Buffer.concat(output).toString()).toBe(`['-c', 'a b', "'$X"]\n`);
  });

  test('is killed while held', async () => {
    const one = await hold([python, '-c', 'pass']);
    one.kill();
    expect(await one.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
