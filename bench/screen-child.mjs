// Drives pytrace in a pseudo-terminal and without one: node --import tsx screen-child.mjs FOLDER MINUTES
// FOLDER holds the fake dtrace. Prints what was seen as JSON.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { FakePython } from '../test/cli/fake-python.ts';
import { BIN, Running } from '../test/cli/run-pytrace.ts';
import { withPty } from '../test/tty/pty.ts';
import { quantile } from './table.mjs';

const [folder, minutes] = process.argv.slice(2);
const PROBE = new URL('./heap-probe.mjs', import.meta.url).href;
const KEYS = 240;
const KEY_EVERY_MS = 100;
const WARM_UP_MS = 6000;
const HEAP_EVERY_MS = 3000;
const PHASE_MS = 10_000;
const TICKS = 100;

const python = new FakePython();
const heapFile = join(folder, 'heap');
const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, PYTRACE_BENCH_HEAP: heapFile };
const node = [process.execPath, '--expose-gc', '--import', PROBE, BIN, 'calls', String(python.start())];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU time of a process so far, ms. */
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** What the producer has told of itself last: ms in write, ms in all, lines. */
function producer() {
  const line = readFileSync(join(folder, 'stats'), 'latin1').trim().split('\n').at(-1);
  const [inside, all, lines] = line.split(' ').map(Number);
  return { inside: inside / 1e6, all: all / 1e6, lines };
}

/** % of a core, % of the time that the producer sat in write and lines a second, while `work` goes on. */
async function measured(pid, work) {
  const before = { cpu: cpu(pid), at: performance.now(), ...producer() };
  await work();
  const after = { cpu: cpu(pid), at: performance.now(), ...producer() };
  const all = after.all - before.all;
  return {
    cpu: (100 * (after.cpu - before.cpu)) / (after.at - before.at),
    blocked: (100 * (after.inside - before.inside)) / all,
    lines: ((after.lines - before.lines) * 1000) / all,
  };
}

async function bare() {
  const run = new Running(node[0], [...node.slice(1), '--output', 'tree'], env, 120_000);
  await sleep(WARM_UP_MS);
  const result = await measured(run.child.pid, () => sleep(PHASE_MS));
  run.child.kill('SIGINT');
  await run.ended;
  return result;
}

async function drawn() {
  return withPty(node, { columns: 200, rows: 60, env: { ...env, CI: 'false' } }, async (pty) => {
    await pty.waitForText(/LIVE/, { timeoutMs: 60_000 });
    await sleep(WARM_UP_MS);
    const frames = () => pty.screen.sent.split('\u001b[?2026h').length;
    const cursor = () => pty.screen.lines().findIndex((line) => line.startsWith('>'));
    const latencies = [];
    pty.type('g');
    await pty.waitFor(() => cursor() >= 0);
    pty.screen.sent = '';
    const from = performance.now();
    const calm = await measured(pty.pid, () => sleep(PHASE_MS));
    const calmFps = (frames() - 1) / ((performance.now() - from) / 1000);
    pty.screen.sent = '';
    const keysFrom = performance.now();
    const busy = await measured(pty.pid, async () => {
      for (let key = 0; key < KEYS; key++) {
        const before = cursor();
        const began = performance.now();
        pty.type(key % 2 === 0 ? 'j' : 'k');
        while (cursor() === before && performance.now() - began < 2000) await pulse();
        const took = performance.now() - began;
        latencies.push(took);
        await sleep(Math.max(0, KEY_EVERY_MS - took));
      }
    });
    const busyFps = (frames() - 1) / ((performance.now() - keysFrom) / 1000);
    const heap = await heapOver(pty);
    pty.type('q');
    await pty.exit(30_000);
    const keys = { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), count: KEYS };
    return { calm: { ...calm, fps: calmFps }, busy: { ...busy, fps: busyFps }, keys, heap };
  });
}

const pulse = () => new Promise((resolve) => setImmediate(resolve));

async function heapOver(pty) {
  const samples = () => (existsSync(heapFile) ? readFileSync(heapFile, 'latin1').trim().split('\n').map(Number) : []);
  const until = performance.now() + Number(minutes) * 60_000;
  const at = [];
  while (performance.now() < until) {
    pty.signal('SIGUSR2');
    at.push(performance.now() / 60_000);
    pty.screen.sent = '';
    await sleep(HEAP_EVERY_MS);
  }
  const mb = samples().map((bytes) => bytes / 2 ** 20);
  const n = Math.min(at.length, mb.length);
  const meanAt = at.slice(0, n).reduce((a, b) => a + b, 0) / n;
  const meanMb = mb.slice(0, n).reduce((a, b) => a + b, 0) / n;
  let above = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    above += (at[i] - meanAt) * (mb[i] - meanMb);
    below += (at[i] - meanAt) ** 2;
  }
  return { grown: mb[n - 1] - mb[0], slope: above / below, minutes: at[n - 1] - at[0] };
}

try {
  const before = await bare();
  const seen = await drawn();
  // Before and after: what else the machine does changes while this runs.
  const after = await bare();
  const mean = (name) => (before[name] + after[name]) / 2;
  console.log(JSON.stringify({ bare: { cpu: mean('cpu'), blocked: mean('blocked') }, ...seen }));
} finally {
  python.close();
}
