import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BIN, pytrace } from '../cli/run-pytrace.js';
import { withPty } from './pty.js';

const DEPTH = 20_000;
const START = 3_720_104_144_152;
const folder = mkdtempSync(join(tmpdir(), 'pytrace-deep-'));
const recording = join(folder, 'deep.ptrace');
const files = (): string[] => readdirSync(folder).filter((name) => name !== 'deep.ptrace');
const command = [process.execPath, BIN, 'replay', recording];

/** One thread whose recursion is 20,000 deep. */
beforeAll(async () => {
  const file = createWriteStream(recording);
  const about = {
    ...{ pytrace: '0.1.0', pid: 42, command: ['python3', 'app.py'], exe: '/usr/bin/python3', python: '3.15.2' },
    ...{ engine: 'dtrace', engineVersion: '2.0.7', script: 'calls', startedAt: '2026-01-02T03:04:05.000Z' },
    ...{ since: 'attach', filters: { thread: 0, functionGlob: '', fileGlob: '', minDurationNs: 0, depth: 0 } },
  };
  file.write(`P\t1\t${JSON.stringify(about)}\nH\t1\t${START}\t1795927870085191196\tcalls\tdtrace\nA\t${START}\n`);
  let ts = START;
  const frame = (at: number): number => 140196548309520 + 80 * at;
  for (let at = 0; at < DEPTH; at++)
    file.write(`E\t${(ts += 2000)}\t42\t6\t${frame(at + 1)}\t${frame(at)}\tdescend\\0\t/srv/parser.py\\0\n`);
  for (let at = DEPTH - 1; at >= 0; at--)
    file.write(`R\t${(ts += 2000)}\t42\t7\t${frame(at + 1)}\t0\tdescend\\0\t/srv/parser.py\\0\n`);
  file.end(`Z\t${ts + 1000}\t${2 * DEPTH}\nQ\t${2 * DEPTH}\ttarget-exited\n`);
  await finished(file);
});
afterEach(() => {
  for (const name of files()) rmSync(join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('--max-depth', () => {
  it.each(['0', '2', '-1', '1.5', '1e3', 'deep', '1000001'])('%s is refused, in one sentence', async (value) => {
    const { code, stdout, stderr } = await pytrace(['replay', recording, '--output', 'tree', `--max-depth=${value}`]);
    expect(stderr).toBe(`pytrace: --max-depth ${value}: needs a whole number from 3 to 1000000.\n`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('e on a recursion 20,000 deep', () => {
  it('pressed before the recording has been read writes all of it', async () => {
    await withPty(command, { cwd: folder }, async (pty) => {
      // The first picture, whatever is in it by then.
      await pty.waitForText('q quit');
      pty.type('e');
      await pty.waitForText('written to');
      pty.type('qq');
      expect(await pty.exit()).toBe(0);
    });
    expect(files()).toHaveLength(5);
    const text = (ending: string): string =>
      readFileSync(
        join(
          folder,
          files().find((name) => name.endsWith(ending))!,
        ),
        'utf8',
      );
    // A heading, the frame below the recursion, and each call of it.
    expect(text('.csv').split('\r\n')).toHaveLength(DEPTH + 3);
    const stacks = text('.collapsedstack.txt').trimEnd().split('\n');
    expect(Math.max(...stacks.map((line) => line.split(';').length))).toBe(512);
    expect(stacks.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)).toBeGreaterThan(79_000);
    expect(text('.speedscope.json').length).toBeLessThan(3e6);
  });

  it('cuts at --max-depth', async () => {
    await withPty([...command, '--max-depth', '9'], { cwd: folder }, async (pty) => {
      await pty.waitForText('q quit');
      pty.type('e');
      await pty.waitForText('written to');
      pty.type('qq');
      expect(await pty.exit()).toBe(0);
    });
    const name = files().find((each) => each.endsWith('.collapsedstack.txt'))!;
    const stacks = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    expect(Math.max(...stacks.map((line) => line.split(';').length))).toBe(9);
  });

  it('called off by q leaves nothing', async () => {
    await withPty(command, { cwd: folder }, async (pty) => {
      await pty.waitForText('q quit');
      pty.type('eq');
      expect(await pty.exit()).toBe(0);
    });
    expect(files()).toEqual([]);
  });
});
