import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has } from '../fakes/request.js';
import { FakePython } from './fake-python.js';
import { BIN, pathWith, pytrace, Running, start } from './run-pytrace.js';

const folder = mkdtempSync(join(tmpdir(), 'pytrace-cli-'));
const file = (name: string) => join(folder, name);
const python = new FakePython();
// A disk that is full soon; only root can make one.
const small = join(folder, 'small');
const mounted =
  spawnSync('/bin/sh', ['-c', `mkdir '${small}' && mount -t tmpfs -o size=16k tmpfs '${small}'`]).status === 0;
let pid = '';
let whole = Buffer.alloc(0);

beforeAll(async () => {
  pid = String(python.start());
  const made = await pytrace(
    ['calls', pid, '--duration', '0.5', '--output', 'tree', '--record', file('whole')],
    good(),
  );
  expect(made).toMatchObject({ code: 0 });
  whole = readFileSync(file('whole'));
});
afterAll(() => {
  python.close();
  if (mounted) spawnSync('umount', ['-l', small]);
  rmSync(folder, { recursive: true, force: true });
});

function good(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: pathWith('good'), ...more };
}

describe('the command line', () => {
  it.each(['calls', 'replay', 'doctor', 'scripts', 'demo', 'completion'])('has help for %s', async (command) => {
    const { code, stdout, stderr } = await pytrace([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: pytrace ${command}`);
    expect(stderr).toBe('');
    expect(await pytrace(['help', command])).toMatchObject({ code: 0, stdout });
  });

  it('shows help where nothing is asked for, and its version', async () => {
    const { code, stdout } = await pytrace([]);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: pytrace');
    expect((await pytrace(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['frobnicate']],
    [['calls', '--frobnicate', '1']],
    [['calls', '1', '--duration', 'soon']],
    [['calls', '1', '--min-duration', '5']],
    [['calls', '1', '--engine', 'gdb']],
    [['calls', '1', '2']],
    [['calls']],
    [['calls', '99999999999']],
    [['replay']],
    [['replay', '/nonexistent/run.ptrace']],
    [['completion', 'tcsh']],
    [['demo', '--view', 'lines']],
    [['replay', 'run.ptrace', '--view', 'lines']],
  ])('%j: one sentence, and 2', async (args) => {
    const { code, stdout, stderr } = await pytrace(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at |undefined|\[object/);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(stderr.trim()).not.toBe('');
  });

  it.skipIf(has('stap'))('names the cure where there is no tracer', async () => {
    const { code, stderr } = await pytrace(['calls', pid, '--engine', 'stap'], { PATH: pathWith('fragments') });
    expect(code).toBe(3);
    expect(stderr).toContain('systemtap');
  });
});

describe('without a terminal', () => {
  it('prints the flow', async () => {
    const { code, stdout, stderr } = await pytrace(['calls', pid, '--duration', '0.5'], good());
    expect(code).toBe(0);
    expect(stdout).toMatch(/-> main \/srv\/app\/work\.py:1\n/);
    expect(stdout).toMatch(/ {4}<- step \/srv\/app\/work\.py:12 {2}\d/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toMatch(/events, 0 lost, .*target still running/);
  });

  it('prints JSON that can be read line by line', async () => {
    const { code, stdout } = await pytrace(['calls', pid, '--duration', '0.5', '--json'], good());
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.length).toBeGreaterThan(4);
  });

  it('says of a process that stands still why, and afterwards for how long', async () => {
    const still = python.start();
    process.kill(still, 'SIGSTOP');
    const run = start(['calls', String(still), '--json'], good());
    await expect
      .poll(() => run.stderr, { timeout: 15_000 })
      .toMatch(/Process \d+ is stopped by a signal .*: kill -CONT/);
    await expect.poll(() => run.stdout, { timeout: 15_000 }).toContain('step');
    process.kill(still, 'SIGCONT');
    await expect
      .poll(() => run.stderr, { timeout: 15_000 })
      .toMatch(/Process \d+ runs again; it was stopped by a signal/);
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/target still running/);
    expect(stderr).toMatch(/^The process stood still for some \d+ s of that: it was stopped by a signal\.$/m);
    const end = JSON.parse(stdout.trim().split('\n').at(-1)!) as { standstill: { ms: number } };
    expect(end).toMatchObject({ type: 'end', standstill: { why: 'signal', heldBy: null, still: false } });
    expect(end.standstill.ms).toBeGreaterThan(0);
  });

  it('says in its last words that the process stands still', async () => {
    const still = python.start();
    process.kill(still, 'SIGSTOP');
    const { stderr } = await pytrace(['calls', String(still), '--duration', '0.5'], good());
    expect(stderr).toContain('target still stopped by a signal');
    const doctor = await pytrace(['doctor', String(still), '--json']);
    expect(doctor.stdout).toContain('it is stopped by a signal');
  });

  it('ends quietly when its reader has enough', async () => {
    const line = `'${process.execPath}' '${BIN}' calls ${pid} 2>err | head -2`;
    const run = new Running('bash', ['-c', `cd '${folder}'; set -o pipefail; ${line}; echo "$?"`], good());
    const { stdout } = await run.ended;
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
    expect(readFileSync(file('err'), 'utf8')).not.toMatch(/EPIPE|\n\s+at /);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends in order on %s', async (signal) => {
    const run = start(['calls', pid], good());
    await expect.poll(() => run.stdout, { timeout: 15_000 }).toContain('-> step');
    run.child.kill(signal);
    const { code, stderr } = await run.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('0 lost');
  });

  it('leaves no tracer behind when it is killed', async () => {
    const argv = file('argv');
    const run = start(['calls', pid], good({ FAKE_ARGV: argv }));
    await expect.poll(() => run.stdout, { timeout: 15_000 }).toContain('-> step');
    const script = readFileSync(argv, 'utf8');
    expect(script).toContain('calls.d');
    run.child.kill('SIGKILL');
    await run.ended;
    await expect.poll(() => enginesOf(pid), { timeout: 10_000 }).toEqual([]);
  });

  it('does not blame a tracer that ends with the process', async () => {
    const other = python.start();
    const tracer = start(['calls', String(other), '--json'], { PATH: pathWith('follows') });
    await expect.poll(() => tracer.stdout, { timeout: 15_000 }).toContain('"return"');
    process.kill(other, 'SIGKILL');
    const { code, stdout, stderr } = await tracer.ended;
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({ reason: 'target-exited' });
    expect(stderr).not.toMatch(/without being asked/);
    expect(code).toBe(0);
  });

  it('says what became of a tracer that dies, with what was seen', async () => {
    const { code, stdout, stderr } = await pytrace(['calls', pid], { PATH: pathWith('dies') });
    expect(code).toBe(1);
    expect(stdout).toContain('-> step');
    expect(stderr).toContain('dtrace ended by itself with exit status 1 during the trace.');
  });

  it('counts lines that are no records as lost', async () => {
    const stream = file('stream');
    const at = process.hrtime.bigint();
    writeFileSync(
      stream,
      `E\t${at}\t${pid}\t1\t0\t0\tf\ta.py\nnonsense\nE\tx\ty\nR\t${at + 9n}\t${pid}\t2\t0\t0\tf\ta.py\n`,
    );
    const { code, stderr } = await pytrace(['calls', pid, '--duration', '0.5'], good({ FAKE_STREAM: stream }));
    expect(code).toBe(0);
    expect(stderr).toContain('2 events, 2 lost');
  });

  it.each([
    ['compile-error', 'dtrace'],
    ['no-probe', 'dtrace'],
    ['not-root', 'dtrace'],
  ])('%s: says why and ends with 3', async (behaviour, engine) => {
    const { code, stdout, stderr } = await pytrace(['calls', pid, '--engine', engine], { PATH: pathWith(behaviour) });
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^pytrace: .+\.$/m);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('a recording', () => {
  it('replays what was recorded, and is not written over', async () => {
    const { code, stdout } = await pytrace(['replay', file('whole'), '--output', 'flow']);
    expect(code).toBe(0);
    expect(stdout).toContain('-> step /srv/app/work.py:10');
    const again = await pytrace(['calls', pid, '--record', file('whole'), '--duration', '0.2'], good());
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('exists already');
    expect(readFileSync(file('whole')).equals(whole)).toBe(true);
  });

  it('shows what came before it breaks off', async () => {
    writeFileSync(file('cut'), whole.subarray(0, whole.length - 300));
    const { code, stdout, stderr } = await pytrace(['replay', file('cut')]);
    expect(code).toBe(1);
    expect(stdout).toContain('-> step');
    expect(stderr).toContain('breaks off before its end');
  });

  it('shows what is left of a damaged one', async () => {
    const lines = whole.toString('latin1').split('\n');
    lines[6] = '\u0000\u0001 what is this';
    writeFileSync(file('damaged'), lines.join('\n'), 'latin1');
    const { code, stdout, stderr } = await pytrace(['replay', file('damaged')]);
    expect(code).toBe(1);
    expect(stdout).toContain('-> step');
    expect(stderr).toContain('1 of its lines cannot be read');
  });

  it('that never got its probes is not left behind, and one that was there is', async () => {
    for (const [behaviour, signal] of [
      ['compile-error', undefined],
      ['hung', 'SIGINT'],
    ] as const) {
      const record = file(`never-${behaviour}`);
      const run = start(['calls', pid, '--record', record, '--engine', 'dtrace'], { PATH: pathWith(behaviour) });
      if (signal !== undefined) {
        await expect.poll(() => existsSync(record), { timeout: 15_000 }).toBe(true);
        run.child.kill(signal);
      }
      const { stderr } = await run.ended;
      expect(existsSync(record), behaviour).toBe(false);
      expect(stderr).not.toContain('saved:');
    }
    const mine = file('mine');
    writeFileSync(mine, 'of last night');
    await pytrace(['calls', pid, '--record', mine, '--engine', 'dtrace'], { PATH: pathWith('compile-error') });
    expect(readFileSync(mine, 'utf8')).toBe('of last night');
  });

  it.each<[string, () => string | Buffer, string]>([
    ['without probes', () => `${whole.toString('latin1').split('\n')[0]}\nQ\t0\tfailed-to-start\n`, 'holds nothing'],
    ['newer', () => whole.toString('latin1').replace(/^P\t1/, 'P\t9'), 'newer pytrace'],
    ['empty', () => '', 'is empty'],
    ['foreign', () => 'GIF89a and so on\n', 'is not a recording of pytrace'],
    ['beheaded', () => whole.subarray(0, 40), 'breaks off in its first line'],
    ['garbled', () => 'P\t1\t{"pytrace":\n', 'damaged in its first line'],
  ])('%s is refused with a sentence', async (name, content, sentence) => {
    writeFileSync(file(name), content());
    const { code, stdout, stderr } = await pytrace(['replay', file(name)]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(sentence);
  });

  it.skipIf(!mounted)(
    'ends where the disk is full, and the trace goes on (only root can make a disk so small)',
    async () => {
      const record = join(small, 'run');
      const run = start(['calls', pid, '--record', record], good({ FAKE_EVERY_MS: '1' }));
      await expect.poll(() => run.stderr, { timeout: 15_000 }).toContain('the disk is full');
      const seen = run.stdout.length;
      await expect.poll(() => run.stdout.length, { timeout: 10_000 }).toBeGreaterThan(seen);
      run.child.kill('SIGINT');
      expect((await run.ended).code).toBe(1);
      const replayed = await pytrace(['replay', record, '--output', 'tree']);
      expect(replayed.code).toBe(1);
      expect(replayed.stdout).toContain('step');
    },
  );
});

/** Fake tracers that run for this target, by their command lines. */
function enginesOf(target: string): string[] {
  const found = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
  return found.split('\n').filter((line) => line.includes('fake-engine.mjs') && line.includes(` ${target} `));
}
