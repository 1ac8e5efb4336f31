// Drives pytrace in a pseudo-terminal and without one: node --import tsx screen-child.mjs FOLDER MINUTES
// FOLDER holds the fake dtrace. Prints what was seen as JSON.
import { existsSync, readFileSync, rmSync } from 'node:fs';
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
const HEAP_EVERY_MS = 2000;
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

/** % of a core over `ms`. */
async function cpuOver(pid, work) {
  const before = cpu(pid);
  const began = performance.now();
  await work();
  return (100 * (cpu(pid) - before)) / (performance.now() - began);
}

function stats() {
  const [inside, all, lines] = readFileSync(join(folder, 'stats'), 'latin1').split(' ').map(Number);
  rmSync(join(folder, 'stats'));
  return { blocked: (100 * inside) / all, lines: (lines * 1e9) / all };
}

async function bare() {
  const run = new Running(node[0], [...node.slice(1), '--output', 'tree'], env, 120_000);
  await sleep(WARM_UP_MS);
  const cpuBare = await cpuOver(run.child.pid, () => sleep(10_000));
  run.child.kill('SIGINT');
  await run.ended;
  return { cpuBare, blockedBare: stats().blocked };
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
    const share = await cpuOver(pty.pid, async () => {
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
    const fps = (frames() - 1) / ((performance.now() - from) / 1000);
    const heap = await heapOver(pty);
    pty.type('q');
    await pty.exit(30_000);
    return {
      cpu: share,
      fps,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      keys: KEYS,
      ...heap,
      ...stats(),
    };
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
  const without = await bare();
  console.log(JSON.stringify({ ...without, ...(await drawn()) }));
} finally {
  python.close();
}
