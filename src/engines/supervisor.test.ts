import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fakeEngine, fakeRequest } from '../../test/fakes/request.js';
import { dtrace } from './dtrace.js';
import type { EngineEnd, EngineId, RunningEngine } from './engine.js';
import { isAlive } from './left-behind.js';
import { rootEnvironment } from './root-environment.js';
import { stap } from './stap.js';
import { ARM_TIMEOUT_MS, COMPILE_TIMEOUT_MS, startEngine, type SupervisorOptions } from './supervisor.js';

interface Recorded {
  readonly run: RunningEngine;
  readonly end: Promise<EngineEnd>;
  /** Resolves when stdout has shown the text. */
  shown(text: string): Promise<void>;
  /** Resolves when that much of it was lost. */
  lost(cause: string, count: number): Promise<void>;
  readonly losses: Map<string, number>;
  readonly calls: { losses: number; ends: number };
  readonly progress: string[];
  readonly notes: string[];
  stdout(): string;
}

// Logs of failed starts are meant to stay; here they go to a folder that does not.
const before = process.env.TMPDIR;
const folder = mkdtempSync(path.join(os.tmpdir(), 'pytrace-test-'));
beforeAll(() => {
  process.env.TMPDIR = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});

const runs: RunningEngine[] = [];

/** Runs a fake and plays the ingest's part: armed() at the A record, ended() at the Z record. */
function run(
  id: EngineId,
  behaviour: string,
  options: SupervisorOptions = {},
  ingest = true,
  sudo: string | false = false,
): Recorded {
  let stdout = '';
  const enough: { cause: string; count: number; resolve: () => void }[] = [];
  let waiting: { text: string; resolve: () => void }[] = [];
  const losses = new Map<string, number>();
  const calls = { losses: 0, ends: 0 };
  const progress: string[] = [];
  const notes: string[] = [];
  let isEnd!: (end: EngineEnd) => void;
  const end = new Promise<EngineEnd>((resolve) => (isEnd = resolve));
  const engine = startEngine(
    id === 'stap' ? stap : dtrace,
    fakeEngine(id, behaviour),
    { ...fakeRequest(), sudo },
    {
      data(chunk) {
        stdout += Buffer.from(chunk).toString('latin1');
        if (ingest && /(^|\n)A\t/.test(stdout)) engine.armed();
        if (ingest && /(^|\n)Z\t.*\n/.test(stdout)) engine.ended();
        waiting = waiting.filter(({ text, resolve }) => {
          if (!stdout.includes(text)) return true;
          resolve();
          return false;
        });
        if (stdout.length > 1e6) stdout = stdout.slice(-1e5);
      },
      progress: (phase, text) => progress.push(`${phase}: ${text}`),
      loss(cause, count) {
        calls.losses += 1;
        losses.set(cause, (losses.get(cause) ?? 0) + count);
        for (const wait of enough) if ((losses.get(wait.cause) ?? 0) >= wait.count) wait.resolve();
      },
      note: (text) => notes.push(text),
      end(value) {
        calls.ends += 1;
        isEnd(value);
      },
    },
    options,
  );
  runs.push(engine);
  return {
    run: engine,
    end,
    shown: (text) => new Promise((resolve) => (stdout.includes(text) ? resolve() : waiting.push({ text, resolve }))),
    lost: (cause, count) => new Promise((resolve) => enough.push({ cause, count, resolve })),
    losses,
    calls,
    progress,
    notes,
    stdout: () => stdout,
  };
}

afterEach(async () => {
  for (const engine of runs.splice(0)) {
    await engine.stop();
    await engine.gone();
  }
});

describe('a good run', () => {
  for (const id of ['dtrace', 'stap'] as const) {
    it(`of ${id} is stopped in order and leaves nothing`, async () => {
      const seen = run(id, 'good');
      await seen.shown('main');
      expect(isAlive(seen.run.pid)).toBe(true);
      await seen.run.stop();
      expect(await seen.end).toEqual({ reason: 'stopped', sentence: '', details: [] });
      expect(seen.stdout()).toMatch(/\nZ\t\d+\t\d+\n/);
      expect(await seen.run.gone()).toBe(true);
      expect(isAlive(seen.run.pid)).toBe(false);
      expect(seen.calls.ends).toBe(1);
    });
  }

  it('tells the passes of stap as progress', async () => {
    const seen = run('stap', 'good');
    await seen.shown('main');
    expect(seen.progress).toHaveLength(5);
    expect(seen.progress[2]).toBe('compile: SystemTap compiles the kernel module; a first time can take minutes');
    expect(seen.progress[4]).toBe('arm: SystemTap arms the probes');
  });

  it('is stopped as soon as the end record came, not when the engine is reaped', async () => {
    const seen = run('dtrace', 'slow-exit');
    await seen.shown('main');
    const before = performance.now();
    await seen.run.stop();
    const stopped = performance.now() - before;
    expect(isAlive(seen.run.pid)).toBe(true);
    expect(await seen.run.gone()).toBe(true);
    expect(stopped).toBeLessThan(1_500);
    expect(performance.now() - before).toBeGreaterThan(2_000);
  });

  it('can be stopped twice, and before it has begun', async () => {
    const seen = run('dtrace', 'good');
    await Promise.all([seen.run.stop(), seen.run.stop()]);
    expect((await seen.end).reason).toBe('stopped');
  });
});

describe('a start that fails', () => {
  const cases: readonly (readonly [EngineId, string, RegExp, RegExp])[] = [
    ['dtrace', 'not-root', /^dtrace needs root: .*--sudo/, /run as root/],
    ['dtrace', 'compile-error', /cannot compile the script: calls\.d: line 7/, /D_FUNC_UNDEF/],
    ['dtrace', 'no-probe', /finds no probe python4321:::function-entry/, /does not match/],
    ['stap', 'not-root', /^SystemTap needs root.*stapdev/, /normal user/],
    ['stap', 'no-headers', /kernel's headers/, /Checking/],
    ['stap', 'no-probe', /no such probe .*similar marks: audit, line/, /no match/],
    ['stap', 'compile-error', /cannot use the script: parse failed in pass 1/, /parse error/],
    [
      'stap',
      'pass-4',
      /does not compile: .*too old for the running kernel/,
      /^\/usr\/share.*error: too many arguments/,
    ],
  ];
  for (const [id, behaviour, sentence, detail] of cases) {
    it(`${id}: ${behaviour}`, async () => {
      const end = await run(id, behaviour).end;
      expect(end.reason).toBe('failed-to-start');
      expect(end.sentence).toMatch(sentence);
      expect(end.details[0]).toMatch(detail);
      const log = /^All messages: (.*)$/.exec(end.details.at(-1)!)![1];
      expect(readFileSync(log, 'utf8')).toMatch(detail.source.startsWith('^') ? /error: too many/ : detail);
    });
  }

  it('names the log that the user asked for, and writes to it', async () => {
    let text = '';
    const log = { path: '/tmp/my.log', write: (chunk: Uint8Array) => void (text += Buffer.from(chunk).toString()) };
    const end = await run('stap', 'pass-4', { log }).end;
    expect(end.details.at(-1)).toBe('All messages: /tmp/my.log');
    expect(text).toContain('Pass 4: compilation failed.');
  });

  it('stops an engine that never arms', async () => {
    const seen = run('dtrace', 'hung', { armTimeoutMs: 300 });
    expect(await seen.end).toMatchObject({
      reason: 'failed-to-start',
      sentence: expect.stringMatching(/did not arm/) as string,
    });
    expect(await seen.run.gone()).toBe(true);
  });

  it('gives an engine 20 s to arm, and SystemTap ten minutes for each silence of its compiling', () => {
    expect({ ARM_TIMEOUT_MS, COMPILE_TIMEOUT_MS }).toEqual({ ARM_TIMEOUT_MS: 20_000, COMPILE_TIMEOUT_MS: 600_000 });
  });

  for (const id of ['dtrace', 'stap'] as const) {
    it(`stops ${id} that goes on talking and never arms`, async () => {
      const seen = run(id, 'hung-arming', { armTimeoutMs: 300 });
      expect(await seen.end).toMatchObject({
        reason: 'failed-to-start',
        sentence: `${id} did not arm its probes within 1 s, and was stopped.`,
      });
      expect(await seen.run.gone()).toBe(true);
    });
  }

  it('gives SystemTap the time of arming only until it tells that it compiles', async () => {
    const silent = await run('stap', 'hung', { armTimeoutMs: 300, compileTimeoutMs: 60_000 }).end;
    expect(silent.sentence).toBe(
      'stap did not arm its probes: it was stopped when nothing had been heard of it for 1 s.',
    );
    const compiling = await run('stap', 'hung-compiling', { armTimeoutMs: 60_000, compileTimeoutMs: 300 }).end;
    expect(compiling.sentence).toBe(silent.sentence);
  });

  it('says so where the engine cannot be executed', async () => {
    const end = await run('dtrace', 'no-such-behaviour').end;
    expect(end).toMatchObject({
      reason: 'failed-to-start',
      sentence: 'dtrace could not be executed before its probes were armed.',
    });
  });
});

describe('the private D library', () => {
  it('is used where dtrace has the file for it, and removed', async () => {
    const seen = run('dtrace', 'syslibdir');
    const end = await Promise.race([seen.end, seen.shown('main')]);
    if (end !== undefined) {
      // No dtrace is installed here, hence nothing to link to: the first failure stands.
      expect(end.sentence).toMatch(/cannot use its own library file .*io\.d/);
      return;
    }
    const folder = readFileSync(`/proc/${seen.run.pid}/cmdline`, 'latin1').match(/syslibdir=([^\0]*)/)![1];
    expect(existsSync(`${folder}/bpf_dlib.o`)).toBe(true);
    await seen.run.stop();
    await seen.run.gone();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a run that goes wrong', () => {
  it('that dies', async () => {
    const seen = run('dtrace', 'dies');
    expect(await seen.end).toMatchObject({
      reason: 'died',
      sentence: 'dtrace ended by itself with exit status 1 during the trace.',
    });
    expect(await seen.run.gone()).toBe(true);
  });

  it('that is killed', async () => {
    expect(await run('stap', 'killed').end).toMatchObject({
      reason: 'died',
      sentence: 'stap was killed by signal 9 during the trace.',
      details: [],
    });
  });

  it('that someone else ends', async () => {
    const seen = run('dtrace', 'good');
    await seen.shown('main');
    process.kill(seen.run.pid, 'SIGTERM');
    expect(await seen.end).toMatchObject({
      reason: 'died',
      sentence: expect.stringMatching(/without being asked/) as string,
    });
  });

  for (const id of ['dtrace', 'stap'] as const) {
    it(`whose guard is killed (${id})`, async () => {
      const seen = run(id, 'ignores-term');
      await seen.shown('main');
      const guard = Number(/^\d+ \(.*\) \S+ (\d+)/.exec(readFileSync(`/proc/${seen.run.pid}/stat`, 'utf8'))![1]);
      process.kill(guard, 'SIGKILL');
      expect(await seen.end).toMatchObject({
        reason: 'died',
        sentence: expect.stringMatching(/guard .* was killed/) as string,
      });
      expect(await seen.run.gone()).toBe(true);
      expect(isAlive(seen.run.pid)).toBe(false);
    });
  }

  it('that ignores SIGTERM is killed', async () => {
    const seen = run('dtrace', 'ignores-term');
    await seen.shown('main');
    await seen.run.stop();
    expect((await seen.end).reason).toBe('stopped');
    expect(await seen.run.gone()).toBe(true);
    expect(isAlive(seen.run.pid)).toBe(false);
  });

  it('that prints garbage can be stopped', async () => {
    const seen = run('stap', 'garbage');
    await seen.shown('\0');
    await seen.run.stop();
    expect((await seen.end).reason).toBe('stopped');
  });

  it('with messages in fragments', async () => {
    const seen = run('dtrace', 'fragments');
    await seen.shown('main');
    await seen.lost('speculative drops', 1);
    expect(Object.fromEntries(seen.losses)).toEqual({
      'buffer drops': 3153,
      'dynamic variable drops': 2377,
      'speculative drops': 1,
    });
    expect(seen.notes).toEqual([]);
  });

  it('with a flood of a million errors is bounded and complete', async () => {
    const seen = run('dtrace', 'floods');
    const before = performance.now();
    await seen.lost('probe errors: invalid address', 1_000_000);
    const seconds = (performance.now() - before) / 1_000;
    expect(seen.losses.get('probe errors: invalid address')).toBe(1_000_000);
    expect(seen.calls.losses).toBeLessThan(seconds * 11 + 3);
    await seen.run.stop();
  });
});

describe('where it runs as root', () => {
  // A shell, as the fakes are, adds some of its own.
  const environmentOf = (pid: number): string[] =>
    readFileSync(`/proc/${pid}/environ`, 'latin1')
      .split('\0')
      .filter((each) => each !== '' && !/^(?:PWD|OLDPWD|SHLVL|_)=/.test(each))
      .sort();

  it('engine and guard are given a short list of what the environment has, through sudo too', async () => {
    for (const name of ['LD_LIBRARY_PATH', 'PERL5LIB', 'BASH_ENV', 'SYSTEMTAP_DIR', 'TMPDIR'])
      vi.stubEnv(name, process.env.TMPDIR ?? folder);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`);
    // Stands for sudo; hands on all that it was given, and more, as a policy may.
    const sudo = path.join(folder, 'sudo');
    writeFileSync(sudo, '#!/bin/sh\nshift 2; POLICY=1; export POLICY; exec "$@"\n', { mode: 0o755 });
    const seen = run('stap', 'good', {}, true, sudo);
    await seen.shown('main');
    const { PATH, HOME } = rootEnvironment();
    const list = [`PATH=${PATH}`, `HOME=${HOME}`, 'LC_ALL=C'].sort();
    expect(environmentOf(seen.run.pid)).toEqual(list);
    const guard = Number(/\) \S+ (\d+)/.exec(readFileSync(`/proc/${seen.run.pid}/stat`, 'latin1'))![1]);
    expect(environmentOf(guard)).toEqual([...list, 'POLICY=1'].sort());
    vi.unstubAllEnvs();
  });
});

it('continues a guard that stands still, so that an orderly end stays one', async () => {
  const seen = run('dtrace', 'good');
  await seen.shown('main');
  const guard = Number(/\) \S+ (\d+)/.exec(readFileSync(`/proc/${seen.run.pid}/stat`, 'latin1'))![1]);
  process.kill(-guard, 'SIGSTOP');
  await seen.run.stop();
  expect(await seen.end).toEqual({ reason: 'stopped', sentence: '', details: [] });
  expect(await seen.run.gone()).toBe(true);
});

it('kills the helpers of stap that ignore SIGTERM', async () => {
  const seen = run('stap', 'helpers');
  await seen.shown('main');
  const children = readFileSync(`/proc/${seen.run.pid}/task/${seen.run.pid}/children`, 'utf8').trim();
  const helper = Number(children.split(' ')[0]);
  expect(isAlive(helper)).toBe(true);
  await seen.run.stop();
  await seen.run.gone();
  // It was sent SIGKILL, for which it has to be given a processor.
  await expect.poll(() => isAlive(helper)).toBe(false);
});
