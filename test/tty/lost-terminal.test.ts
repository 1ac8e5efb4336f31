import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakePython } from '../cli/fake-python.js';
import { alive, BIN, pathWith, ROOT } from '../cli/run-pytrace.js';
import { withPty, type Pty } from './pty.js';

const DEMO = join(ROOT, 'demo', 'shop.ptrace');
const folder = mkdtempSync(join(tmpdir(), 'pytrace-lost-'));
const python = new FakePython();
let pid = '';
beforeAll(() => {
  pid = String(python.start());
});
afterAll(() => {
  python.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Loss {
  readonly words: readonly string[];
  /** What its tracer does. */
  readonly behaviour?: string;
  /** Whether SIGHUP tells of it, as in a session of a shell; else only the terminal's silence does. */
  readonly told: boolean;
  /** The terminal is taken away when this is over. */
  readonly until: (pty: Pty, own: number) => Promise<void>;
}

let runs = 0;

/** Runs pytrace in a terminal that is taken away; its exit status, and what it has said on a stderr that is a file. */
async function lose({ words, behaviour = 'good', told, until }: Loss): Promise<{ status: string; said: string }> {
  const [status, said] = ['status', 'said'].map((name) => join(folder, `${name}-${++runs}`));
  // The shell outlives the terminal, and its trap is not pytrace's.
  const text = `trap : HUP; "$@" 2>"${said}"; echo $? >"${status}"`;
  const command = ['/bin/sh', '-c', text, 'sh', process.execPath, BIN, ...words];
  await withPty(command, { env: { PATH: pathWith(behaviour) } }, async (pty) => {
    const children = () => readFileSync(`/proc/${pty.pid}/task/${pty.pid}/children`, 'utf8').trim();
    await expect.poll(children, { timeout: 10_000 }).toMatch(/^\d+$/);
    const own = Number(children());
    await until(pty, own);
    pty.hangUp();
    // The kernel and each shell on the way tell of it: more often than a user asks before it is to end at once.
    for (let at = 0; told && at < 3 && alive(own); at++) {
      process.kill(own, 'SIGHUP');
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await expect.poll(() => existsSync(status) && readFileSync(status, 'utf8') !== '', { timeout: 15_000 }).toBe(true);
  });
  return { status: readFileSync(status, 'utf8').trim(), said: readFileSync(said, 'utf8') };
}

/** The last record of a recording. */
const lastOf = (file: string) => readFileSync(file, 'latin1').trimEnd().split('\n').at(-1);

describe.each([
  ['told of by SIGHUP', true],
  ['not told of', false],
])('a terminal that goes away, %s,', (_how, told) => {
  it('ends the screens of a recording in order', async () => {
    const until = (pty: Pty) => pty.waitForText(/REPLAY/i);
    for (let at = 0; at < 3; at++)
      expect(await lose({ words: ['replay', DEMO], told, until })).toEqual({ status: '129', said: '' });
  });

  it('ends a live trace in order, with its recording', async () => {
    const file = join(folder, `live-${told}`);
    const until = (pty: Pty) => pty.waitForText(/LIVE[^]*step/);
    expect(await lose({ words: ['calls', pid, '--record', file], told, until })).toEqual({ status: '129', said: '' });
    expect(lastOf(file)).toMatch(/^Q\t\d+\tinterrupted$/);
  });

  it('ends a start that hangs', async () => {
    const until = (pty: Pty) => pty.waitForText(/\[\.\.\.\.\] {2}compile/);
    expect(await lose({ words: ['calls', pid], behaviour: 'hung', told, until })).toEqual({ status: '129', said: '' });
  });

  it.each([['--json'], ['--output', 'flow'], ['--output', 'tree']])(
    'ends a trace that prints on it in order, with its recording: %s %s',
    async (...form) => {
      const file = join(folder, `printed-${told}-${form.join('')}`);
      const until = () =>
        expect.poll(() => existsSync(file) && readFileSync(file, 'latin1'), { timeout: 10_000 }).toMatch(/\nR\t/);
      const words = ['calls', pid, '--record', file, ...form];
      const { status, said } = await lose({ words, told, until: async () => void (await until()) });
      expect(status).toBe('129');
      expect(said).not.toMatch(/cannot be written|events|Assertion/);
      expect(lastOf(file)).toMatch(/^Q\t\d+\tinterrupted$/);
    },
  );
});

it('a terminal that goes away ends what was stopped by Ctrl-Z in order, with its recording', async () => {
  const file = join(folder, 'stopped');
  // The shell that waits for it makes it a job that can be stopped.
  const words = [process.execPath, BIN, 'calls', pid, '--record', file].join(' ');
  await withPty(['bash', '-ic', `set -m; ${words}; read`], { env: { PATH: pathWith('good') } }, async (pty) => {
    await pty.waitForText(/LIVE[^]*step/);
    const own = Number(readFileSync(`/proc/${pty.pid}/task/${pty.pid}/children`, 'utf8'));
    pty.type('\u001a');
    await expect.poll(() => readFileSync(`/proc/${own}/stat`, 'utf8'), { timeout: 10_000 }).toContain(') T ');
    pty.hangUp();
    await expect.poll(() => alive(own), { timeout: 15_000 }).toBe(false);
  });
  expect(lastOf(file)).toMatch(/^Q\t\d+\tinterrupted$/);
});

it('is left with the modes that it had, where it stays', async () => {
  await withPty(
    ['/bin/sh', '-c', 'stty -a; "$@"; stty -a', 'sh', process.execPath, BIN, 'replay', DEMO],
    {},
    async (pty) => {
      await pty.waitForText(/REPLAY/i);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
      const [before, after] = pty.screen.text().match(/isig[^]*?echoke/g) ?? [];
      expect(after).toBe(before);
    },
  );
});
