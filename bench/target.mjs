// What a target pays for being traced; in the laboratory only, with a real dtrace and Python 3.15:
//
//     bash test/lab/lab enter node /pytrace/bench/target.mjs
//
// A Python program counts how long a call of fib() takes it, alone and under: `pytrace calls`, the bundled D script by
// hand, and a script of two bare printf. In rounds, since what else the machine does changes.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median, print, row } from './table.mjs';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3.15';
const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const ROUNDS = 3;
const SETTLE = 4;
const SAMPLES = 6;
const FIB = `
import time
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
while True:
    begin, calls = time.perf_counter_ns(), 0
    while time.perf_counter_ns() - begin < 250_000_000:
        fib(9)
        calls += 109
    print((time.perf_counter_ns() - begin) / calls, flush=True)
`;

const missing = obstacle();
if (missing !== null) {
  console.log(`skipped: ${missing}`);
  process.exit(0);
}

const { inspectTarget } = await import('../dist/target/inspect.js');
const { dtrace } = await import('../dist/engines/dtrace.js');
const { makePrivateFolder } = await import('../dist/engines/private-folder.js');
const { findEngine, readHost } = await import('../dist/engines/find-engine.js');

const target = spawn(PYTHON, ['-S', '-E', '-c', FIB], { stdio: ['ignore', 'pipe', 'inherit'] });
const perCall = [];
let wake = () => undefined;
target.stdout.on('data', (chunk) => {
  perCall.push(...chunk.toString().trim().split('\n').map(Number));
  wake();
});
const running = new Set([target]);
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});
await samples(2);

const facts = await findEngine('dtrace', await readHost());
const filters = { thread: 0, functionHas: '', fileHas: '', minDurationNs: 0, depth: 0 };
const request = { script: 'calls', target: inspectTarget(target.pid), filters, sudo: false };
// dtrace's own library takes a second to compile, and on some kernels it does not compile.
const folder = makePrivateFolder(facts.path, target.pid);
process.on('exit', () => folder?.remove());
const library = folder?.library ?? undefined;
const byHand = dtrace.command(facts, request, { syslibdir: library });
const bare = (name) =>
  `python${target.pid}:::function-${name} { printf("${name} %d %s:%d\\n", timestamp, copyinstr(arg1), (int)arg2); }`;
const ways = {
  alone: null,
  bare: [
    facts.path,
    [
      ...(library === undefined ? [] : ['-x', `syslibdir=${library}`]),
      '-q',
      '-n',
      `${bare('entry')} ${bare('return')}`,
    ],
  ],
  script: [byHand.file, byHand.args],
  pytrace: [process.execPath, [BIN, 'calls', String(target.pid), '--engine', 'dtrace', '--output', 'tree']],
};
const ns = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
const first = [];
for (let round = 0; round < ROUNDS; round++) {
  for (const [way, command] of Object.entries(ways)) ns[way].push(await under(command));
  first.push(await firstEvent());
}
const cost = (way) => median(ns[way]) - median(ns.alone);
const rows = [
  row('target: a call, alone', median(ns.alone), 'ns', 'the clock'),
  row('target: a call, bare printf script', median(ns.bare), 'ns', 'the clock'),
  row('target: a call, bundled script by hand', median(ns.script), 'ns', 'the clock'),
  row('target: a call, pytrace calls', median(ns.pytrace), 'ns', 'the clock'),
  row('target: cost of pytrace', cost('pytrace') / cost('script'), 'x', 'the bundled script by hand', '<= 1.1'),
  row('target: cost of pytrace', cost('pytrace') / cost('bare'), 'x', 'two bare printf'),
  row('target: first event', Math.min(...first), 'ms', 'the clock, best', '< 2000'),
];
print(rows);
process.exit(rows.every(({ ok }) => ok) ? 0 : 1);

function obstacle() {
  if (process.getuid?.() !== 0) return 'dtrace needs root.';
  if (!existsSync(PYTHON)) return `there is no ${PYTHON}; run this in the laboratory.`;
  return spawnSync('dtrace', ['-V']).status === 0 ? null : 'there is no dtrace here; run this in the laboratory.';
}

/** The next `count` times that the target tells. */
async function samples(count) {
  const from = perCall.length;
  while (perCall.length < from + count) await new Promise((resolve) => (wake = resolve));
  return perCall.slice(from, from + count);
}

/** ns a call while a tracer, if any, looks. */
async function under(command) {
  if (command === null) return median(await samples(SAMPLES));
  const child = tracer(command);
  child.stdout.resume();
  // Compiling takes seconds on a busy machine; that the probes are there, the target itself shows.
  while ((await samples(1))[0] < 5 * median(ns.alone)) if (child.exitCode !== null) await end(child);
  await samples(SETTLE);
  const result = median(await samples(SAMPLES));
  await end(child);
  return result;
}

async function firstEvent() {
  const began = performance.now();
  const child = tracer([process.execPath, [BIN, 'calls', String(target.pid), '--engine', 'dtrace']]);
  await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('fib')) resolve();
    });
    child.on('exit', () => reject(new Error('pytrace ended before the first event')));
  });
  const took = performance.now() - began;
  await end(child);
  return took;
}

function tracer([file, args]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.words = '';
  child.stderr.on('data', (chunk) => (child.words += chunk));
  child.gone = new Promise((resolve) => child.once('close', resolve));
  running.add(child);
  return child;
}

async function end(child) {
  // One that has ended by itself has not traced: its time would be that of no tracer.
  if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended: ${child.words}`);
  child.stdout.resume();
  child.kill('SIGTERM');
  await child.gone;
  running.delete(child);
  await samples(2);
}
