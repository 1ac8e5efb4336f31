import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakePython } from '../cli/fake-python.js';
import { alive, BIN, pathWith, pytrace } from '../cli/run-pytrace.js';
import { withPty, type Pty, type PtyOptions } from './pty.js';

const COLOUR = /\u001b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m/;
const folder = mkdtempSync(join(tmpdir(), 'pytrace-live-'));
const python = new FakePython();
let pid = '';
beforeAll(() => {
  pid = String(python.start());
});
afterAll(() => {
  python.close();
  rmSync(folder, { recursive: true, force: true });
});

/** pytrace calls on the target in a terminal, with the fake tracers of one behaviour. */
function trace(
  behaviour: string,
  options: PtyOptions & { readonly words?: readonly string[] },
  use: (pty: Pty) => Promise<void>,
): Promise<void> {
  const env = { PATH: pathWith(behaviour), ...options.env };
  return withPty([process.execPath, BIN, 'calls', pid, ...(options.words ?? [])], { ...options, env }, use);
}
const live = (pty: Pty) => pty.waitForText(/LIVE[^]*step/);

describe('pytrace calls in a real terminal', () => {
  it('starts, is asked for help, and leaves the terminal as it was', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      expect(pty.screen.alternate()).toBe(true);
      pty.type('?');
      await pty.waitForText('EVERYWHERE');
      pty.type('clipb');
      await pty.waitFor((screen) => !screen.text().includes('IN CALLS'), { what: 'fewer lines of help' });
      pty.type('\u001b');
      await pty.waitForText(/CALL TREE.*\n(.*\n)+.*\? help/);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
      expect(pty.screen.alternate()).toBe(false);
      expect(pty.screen.text()).toMatch(/pytrace calls \d+: .* events, 0 lost, probes removed, target still\s+running/);
      expect(pty.screen.sent.lastIndexOf('\u001b[?25h')).toBeGreaterThan(pty.screen.sent.lastIndexOf('\u001b[?25l'));
      expect(pty.screen.scrollback()).toBe(0);
      expect(pty.screen.sent).not.toContain('\u001b[3J');
      expect(pty.screen.sent).toMatch(COLOUR);
    });
    await expect.poll(engines, { timeout: 10_000 }).toEqual([]);
  });

  it('says that the process is stopped, as soon as it is, and that it goes on', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      process.kill(Number(pid), 'SIGSTOP');
      try {
        await pty.waitForText('TARGET STOPPED');
      } finally {
        process.kill(Number(pid), 'SIGCONT');
      }
      await live(pty);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
      expect(pty.screen.text()).toMatch(/stood still for some \d+ s of that: it was stopped by a signal/);
    });
  });

  it('sorts, folds, zooms, filters and picks a thread', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      pty.type('s');
      await pty.waitForText('sort total');
      pty.type('\u001b[D');
      await pty.waitFor((screen) => !screen.text().includes('step  '), { what: 'a folded thread' });
      pty.type('\u001b[C');
      await pty.waitForText('step  ');
      pty.type('jz');
      await pty.waitForText(/>.*main/);
      pty.type('\u007f');
      await pty.waitForText(/python3\.10 +\d/);
      pty.type('/step\r');
      await pty.waitForText('filter step');
      pty.type('/\u0015\r');
      pty.type('t');
      await pty.waitForText('Enter chooses');
      pty.type('\u001b[B\r');
      await pty.waitForText(new RegExp(`thread ${pid}|thread python3`));
    });
  });

  it('is frozen: the picture stands, and what comes is still counted', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      pty.type(' ');
      await pty.waitForText(/FROZEN \d+s, \d+ behind/);
      const table = () => pty.screen.lines().slice(4, 20).join('\n');
      const before = table();
      await pty.waitForText(/FROZEN [1-9]s, [1-9]\d+ behind/);
      expect(table()).toBe(before);
      pty.type(' ');
      await live(pty);
      await pty.waitFor(() => table() !== before, { what: 'a picture that goes on' });
    });
  });

  it('shows the flow, scrolls back in it and returns to its end', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      pty.type('f');
      await pty.waitForText(/-> step {2}\/srv\/app\/work\.py:10[^]*newest events/);
      // Until the picture is full there is nothing to scroll back to.
      await pty.waitFor((screen) => /(->|<-)/.test(screen.lines()[30]), { what: 'a full picture' });
      pty.type('kkk');
      await pty.waitForText(/\d+ newer events below \(G follows\)/);
      const first = pty.screen.lines()[5];
      await pty.waitForText(/[1-9]\d newer events below/);
      expect(pty.screen.lines()[5]).toBe(first);
      pty.type('G');
      await pty.waitForText('newest events');
    });
  });

  it('follows the size of the terminal down to one that is too small, and back', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      pty.resize(80, 24);
      await pty.waitFor((screen) => /step/.test(screen.text()) && screen.lines()[22].includes('q quit'), {
        what: 'the key line at 80x24',
      });
      pty.resize(50, 10);
      await pty.waitForText('this is 50x10');
      pty.resize(200, 60);
      await pty.waitFor((screen) => /step/.test(screen.text()) && screen.lines()[58].includes('q quit'), {
        what: 'the key line at 200x60',
      });
      expect(pty.screen.scrollback()).toBe(0);
    });
  });

  it.each(['\u0003', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends in order on %j', async (how) => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      if (how === '\u0003') pty.type(how);
      else pty.signal(how);
      expect(await pty.exit()).toBe(0);
      expect(pty.screen.alternate()).toBe(false);
      expect(pty.screen.text()).toContain('probes removed');
    });
    await expect.poll(engines, { timeout: 10_000 }).toEqual([]);
  });

  it('breaks the lines of its last words between words', async () => {
    await trace('good', { columns: 80, rows: 24 }, async (pty) => {
      await live(pty);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
      expect(pty.screen.text()).toMatch(/probes removed, target( still)?\n {2}(still )?running\.\n/);
    });
  });

  it('ends with its tracer when its terminal goes away', async () => {
    await trace('good', {}, async (pty) => {
      await live(pty);
      const own = pty.pid;
      pty.hangUp();
      await expect.poll(() => alive(own), { timeout: 10_000 }).toBe(false);
    });
    await expect.poll(engines, { timeout: 10_000 }).toEqual([]);
  });

  it.each<[string, PtyOptions & { readonly words?: readonly string[] }]>([
    ['NO_COLOR', { env: { NO_COLOR: '1' } }],
    ['--no-color', { words: ['--no-color'] }],
  ])('has no colours with %s', async (_name, options) => {
    await trace('good', options, async (pty) => {
      await live(pty);
      pty.type(' ');
      await pty.waitForText('FROZEN');
      expect(pty.screen.sent).not.toMatch(COLOUR);
    });
  });

  it('draws with ASCII alone where that is asked for', async () => {
    await trace('good', { words: ['--ascii'] }, async (pty) => {
      await live(pty);
      pty.type('?');
      await pty.waitForText('EVERYWHERE');
      expect(pty.screen.text()).toMatch(/^[\x20-\x7e\n]*$/);
      pty.type('\u001b');
      await pty.waitForText('CALL TREE');
      pty.type('f');
      await pty.waitForText('-> step');
      expect(pty.screen.text()).toMatch(/^[\x20-\x7e\n]*$/);
    });
  });

  it('prints the flow on a terminal that is dumb', async () => {
    await trace('good', { env: { TERM: 'dumb' }, words: ['--duration', '0.5'] }, async (pty) => {
      expect(await pty.exit()).toBe(0);
      expect(pty.screen.sent).toContain('-> step /srv/app/work.py:10');
      expect(pty.screen.sent).not.toContain('\u001b');
    });
  });

  it('keeps the picture when the tracer dies, and says so', async () => {
    await trace('dies', {}, async (pty) => {
      await pty.waitForText(/TRACER ENDED[^]*step/i);
      pty.type('D');
      await pty.waitForText('dtrace ended by itself with exit status 1 during the trace.');
      pty.type('\u001b');
      await pty.waitForText('step');
      pty.type('q');
      expect(await pty.exit()).toBe(1);
      expect(pty.screen.text()).toContain('ended by itself');
    });
  });

  it('can be left while the tracer never arms its probes', async () => {
    await trace('hung', {}, async (pty) => {
      await pty.waitForText(/\[\.\.\.\.\] {2}compile/);
      await pty.waitForText(/starting, [1-9]\.\d s/);
      pty.type('q');
      // The tracer does not listen: its guard gives it three seconds.
      expect(await pty.exit()).toBeGreaterThanOrEqual(0);
      expect(pty.screen.alternate()).toBe(false);
    });
    await expect.poll(engines, { timeout: 10_000 }).toEqual([]);
  });

  it('says that lines which are no records are missing from the picture', async () => {
    const stream = join(folder, 'stream');
    const at = process.hrtime.bigint();
    writeFileSync(
      stream,
      `E\t${at}\t${pid}\t1\t0\t0\tstep\ta.py\nnonsense\nR\t${at + 9n}\t${pid}\t2\t0\t0\tstep\ta.py\n`,
    );
    await trace('good', { env: { FAKE_STREAM: stream } }, async (pty) => {
      await pty.waitForText(/PARTIAL/);
      pty.type('D');
      await pty.waitForText('1 lines that are no records');
    });
  });

  it('gives the terminal back when it is killed by SIGKILL', async () => {
    const command = ['/bin/sh', '-c', 'stty -a; "$@"; sleep 3; stty -a', 'sh', process.execPath, BIN, 'calls', pid];
    await withPty(command, { env: { PATH: pathWith('good') } }, async (pty) => {
      await live(pty);
      expect(pty.screen.alternate()).toBe(true);
      process.kill(Number(readFileSync(`/proc/${pty.pid}/task/${pty.pid}/children`, 'utf8')), 'SIGKILL');
      await pty.waitFor((screen) => !screen.alternate(), { what: 'the end of the alternate screen' });
      await pty.exit();
      const [before, after] = pty.screen.text().match(/isig[^]*?echoke/g) ?? [];
      expect(after).toBe(before);
      expect(pty.screen.sent.lastIndexOf('\u001b[?25h')).toBeGreaterThan(pty.screen.sent.lastIndexOf('\u001b[?25l'));
    });
  });

  it('tells why a script does not compile on the plain terminal', async () => {
    await trace('compile-error', {}, async (pty) => {
      expect(await pty.exit()).toBe(3);
      expect(pty.screen.alternate()).toBe(false);
      expect(pty.screen.text()).toContain('undefined function name: foo');
    });
  });

  it('starts a program, holds its output back, and ends it', async () => {
    const command = [process.execPath, BIN, 'calls', '--', python.path, '1000000'];
    await withPty(command, { env: { PATH: pathWith('good') } }, async (pty) => {
      await live(pty);
      const own = Number(/pytrace {2}(\d+)/.exec(pty.screen.text())![1]);
      expect(alive(own)).toBe(true);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
      await expect.poll(() => alive(own), { timeout: 5000 }).toBe(false);
    });
  });
});

describe('pytrace replay in a real terminal', () => {
  const replay = (file: string, use: (pty: Pty) => Promise<void>) =>
    withPty([process.execPath, BIN, 'replay', file], {}, use);

  it('shows a recording in the same screens, whole or cut', async () => {
    const file = join(folder, 'run');
    const made = await pytrace(['calls', pid, '--duration', '0.5', '--output', 'tree', '--record', file], {
      PATH: pathWith('good'),
    });
    expect(made.code).toBe(0);
    await replay(file, async (pty) => {
      await pty.waitForText(/REPLAY[^]*step/i);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
    });
    const cut = join(folder, 'cut');
    writeFileSync(cut, readFileSync(file).subarray(0, -200));
    await replay(cut, async (pty) => {
      await pty.waitForText(/PARTIAL[^]*step/);
      pty.type('q');
      expect(await pty.exit()).toBe(1);
      expect(pty.screen.text()).toContain('breaks off before its end');
    });
  });

  it('takes no screen for what is no recording', async () => {
    await replay(process.execPath, async (pty) => {
      expect(await pty.exit()).toBe(2);
      expect(pty.screen.sent).not.toContain('\u001b[?1049h');
      expect(pty.screen.text()).toContain('is not a recording of pytrace');
    });
  });
});

/** Fake tracers that run for this target, by their command lines. */
function engines(): string[] {
  const found = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
  return found.split('\n').filter((line) => line.includes('fake-engine.mjs') && line.includes(` ${pid} `));
}
