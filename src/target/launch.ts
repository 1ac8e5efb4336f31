import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { interpreterProgress } from './first-call.js';
import { catchPython, type Catch } from './hold.js';
import { requireOwnProc } from './namespaces.js';
import { printable } from '../text/printable.js';
import { readStat } from './proc.js';
import { signal } from './signals.js';
import { ExitCode, UserError } from './user-error.js';

const LIMIT_MS = 10_000;
const ATTEMPTS = 30;

export interface LaunchOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where the program's output goes: ours, a pipe that the caller reads, or an open file. */
  readonly stdout: 'inherit' | 'pipe' | number;
  readonly stderr: 'inherit' | 'pipe' | number;
  /** `ignore` (the default) is /dev/null: the terminal's keys belong to the views. */
  readonly stdin?: 'inherit' | 'ignore' | number;
  /** Run the program as this user instead of ours. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** How long to wait for the program to become Python, ms of running or standing. */
  readonly limitMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that was started and stands still, as Python, until it is resumed. */
export interface Held {
  readonly pid: number;
  /** It was caught before the interpreter ran anything: no call will be missed. false: some of its start has been. */
  readonly fromFirstCall: boolean;
  /** null unless 'pipe' was asked for. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly exited: Promise<Exit>;
  resume(): void;
  /** SIGKILL unless another signal is given; works on the standing program too. */
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts a program, found as a shell would find it, and holds it as soon as it is Python, without ptrace: a shell stops
 * itself, which makes the pid known, and then executes the program in its own place; launchers that execute further
 * programs (env, a venv's script, uv) are let run on. Throws UserError where the program is not found, ends, or does
 * not become Python in time; the program is then no longer running. If this process exits first, so does the program.
 */
export async function launchHeld(argv: readonly string[], options: LaunchOptions): Promise<Held> {
  requireOwnProc();
  const cwd = options.cwd ?? currentFolder();
  const found = findProgram(argv[0] ?? '', cwd, (options.env ?? process.env)['PATH']);
  for (let attempt = 1; ; attempt++) {
    const held = await launchOnce(argv, found, options);
    if (held.fromFirstCall || !held.harmless || attempt === ATTEMPTS) return held;
    // On a busy machine it may run on for some milliseconds before it stands. As long as only the interpreter's own
    // startup code has run, nothing has happened that anyone could see: start again.
    held.kill();
    await held.exited;
  }
}

async function launchOnce(
  argv: readonly string[],
  found: string,
  options: LaunchOptions,
): Promise<Held & { harmless: boolean }> {
  // `exec -x` would be taken for an option of exec; every other name is passed on as it was typed, as sys.argv shows it.
  const words = argv[0].startsWith('-') ? [found, ...argv.slice(1)] : argv;
  const child = spawn('/bin/sh', ['-c', 'kill -STOP $$; exec "$@"', 'sh', ...words], {
    env: options.env ?? process.env,
    stdio: [options.stdin ?? 'ignore', options.stdout, options.stderr],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.user ?? {}),
  });
  const exited = exitOf(child);
  const pid = await startOf(child);
  const dieWithUs = (): void => void signal(pid, 'SIGKILL');
  process.once('exit', dieWithUs);
  const release = (): void => void process.off('exit', dieWithUs);
  void exited.then(release);
  try {
    await standing(pid);
    const caught = await catchPython(pid, options.limitMs ?? LIMIT_MS);
    if (caught.kind !== 'python') throw await failure(caught, argv, exited);
    const progress = interpreterProgress(pid, caught.interpreter);
    return {
      pid,
      fromFirstCall: progress === 'nothing',
      harmless: progress !== 'unknown' && caught.direct && !isShell(found),
      stdout: child.stdout,
      stderr: child.stderr,
      exited,
      resume: () => {
        release();
        signal(pid, 'SIGCONT');
      },
      kill: (name = 'SIGKILL') => {
        signal(pid, name);
        signal(pid, 'SIGCONT');
      },
    };
  } catch (error) {
    signal(pid, 'SIGKILL');
    throw error;
  }
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError(
      'The current folder was deleted: change to one that exists, then start the program.',
      ExitCode.usage,
    );
  }
}

/** Absolute path of a program, by the rules of execvp(3). Throws UserError naming what was looked for and where. */
export function findProgram(name: string, cwd: string, path = '/usr/local/bin:/usr/bin:/bin'): string {
  if (name === '') throw new UserError('No program was named: give a command after `--`.', ExitCode.usage);
  const places = name.includes('/') ? [resolve(cwd, name)] : path.split(':').map((dir) => resolve(cwd, dir, name));
  for (const place of places) if (isProgram(place)) return place;
  const shown = printable(name, 120);
  throw new UserError(
    name.includes('/')
      ? `${shown} is not a program that can be run here: give the path of an executable file.`
      : `No program ${shown} is on PATH: give its path, or the name of an installed program such as python3.`,
    ExitCode.usage,
  );
}

/**
 * Whether a program is the shell that we start programs with, or a script for it: then /proc/PID/exe does not change when
 * it takes over, and its commands, which may have effects, must not be run a second time.
 */
export function isShell(path: string): boolean {
  const shell = realPath('/bin/sh');
  if (realPath(path) === shell) return true;
  const interpreter = /^#![ \t]*([^\s]+)/.exec(firstBytes(path))?.[1];
  return interpreter !== undefined && realPath(interpreter) === shell;
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function firstBytes(path: string): string {
  const bytes = Buffer.alloc(256);
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function startOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid!));
    child.once('error', (error) => {
      reject(
        new UserError(`The program could not be started (${error.message}): check the working directory and /bin/sh.`),
      );
    });
  });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Waits until the shell has stopped itself. */
async function standing(pid: number): Promise<void> {
  for (let turn = 0; turn < 5000; turn++) {
    const state = readStat(pid)?.state;
    if (state === 'T' || state === 'Z' || state === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function failure(caught: Catch, argv: readonly string[], exited: Promise<Exit>): Promise<UserError> {
  const command = printable(argv.join(' '), 80);
  if (caught.kind === 'ended') {
    const { code, signal } = await exited;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    return new UserError(
      `\`${command}\` ended (${how}) before it was seen to be Python: give the Python command itself, such as python3 app.py.`,
    );
  }
  return new UserError(
    `\`${command}\` did not become Python in time: a launcher that starts Python as a child cannot be followed, so give the Python command itself.`,
  );
}
