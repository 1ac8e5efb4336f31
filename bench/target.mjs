// What a target pays for being traced; in the laboratory only, with a real tracer and Python 3.15:
//
//     bash test/lab/lab enter node /pytrace/bench/target.mjs
//     bash test/lab/lab vm -c 'node /pytrace/bench/target.mjs --engine stap'
//
// A Python program counts how long a call of fib() takes it, alone and under: `pytrace calls`, the bundled script by
// hand, `pytrace top` with times and without, and (dtrace) a script of two bare printf, one that only counts by function,
// and bpftrace counting so. In rounds, since what else the machine does changes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { semaphore } from '../test/lab/stories/parts/traces.mjs';
import { MeasuredTarget } from './measured-target.mjs';
import { median, print, row } from './table.mjs';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3.15';
const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const { values: asked } = parseArgs({
  options: { engine: { type: 'string', default: 'dtrace' }, rounds: { type: 'string', default: '3' } },
});
const ID = asked.engine;
const ROUNDS = Number(asked.rounds);
const FIB = 'def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)';

const missing = obstacle();
if (missing !== null) {
  console.log(`skipped: ${missing}`);
  process.exit(0);
}

const { inspectTarget } = await import('../dist/target/inspect.js');
const engine = (await import(`../dist/engines/${ID}.js`))[ID];
const { callsParameters, NO_FILTERS } = await import('../dist/engines/parameters.js');
const { makePrivateFolder } = await import('../dist/engines/private-folder.js');
const { findEngine, readHost } = await import('../dist/engines/find-engine.js');

const target = new MeasuredTarget(PYTHON, FIB, 'fib(9)', 109);
await target.samples(2);
// That a probe is on, the target's own memory shows.
const on = () => semaphore(target.pid) > 0;

const facts = await findEngine(ID, await readHost());
const traced = inspectTarget(target.pid);
const request = {
  script: 'calls',
  target: traced,
  parameters: callsParameters(NO_FILTERS, traced.frames),
  sudo: false,
};
const ways = { alone: null };
if (ID === 'dtrace') {
  // dtrace's own library takes a second to compile, and on some kernels it does not compile.
  const folder = makePrivateFolder(facts.path, target.pid);
  process.on('exit', () => folder?.remove());
  const library = folder?.library ?? undefined;
  const bare = (name) =>
    `python${target.pid}:::function-${name} { printf("${name} %d %s:%d\\n", timestamp, copyinstr(arg1), (int)arg2); }`;
  const printf = `${bare('entry')} ${bare('return')}`;
  const chosen = library === undefined ? [] : ['-x', `syslibdir=${library}`];
  ways.bare = { file: facts.path, args: [...chosen, '-q', '-n', printf] };
  const count = `python${target.pid}:::function-entry { @[copyinstr(arg0), copyinstr(arg1)] = count(); }`;
  ways.count = { file: facts.path, args: [...chosen, '-q', '-n', count] };
  if (spawnSync('bpftrace', ['--version']).status === 0) {
    // Under the plain path bpftrace 0.27 attaches twice.
    const probe = `usdt:/proc/${target.pid}/exe:python:function__entry`;
    const program = `${probe} { @[str(arg0), str(arg1)] = count(); }`;
    ways.bpftrace = { file: 'bpftrace', args: ['-q', '-p', String(target.pid), '-e', program] };
  }
  ways.script = engine.command(facts, request, { syslibdir: library });
} else {
  ways.script = engine.command(facts, request);
  const probe = `process("${PYTHON}").provider("python").mark("function__entry")`;
  const program = `global c probe ${probe} { c[user_string($arg1), user_string($arg2)] <<< 1 }`;
  ways.count = { file: facts.path, args: ['-x', String(target.pid), '-e', program] };
}
const pytrace = [BIN, 'calls', String(target.pid), '--engine', ID];
ways.pytrace = { file: process.execPath, args: [...pytrace, '--output', 'tree'] };
const top = [BIN, 'top', String(target.pid), '--engine', ID, '--output', 'table'];
ways.top = { file: process.execPath, args: top };
ways.counts = { file: process.execPath, args: [...top, '--counts'] };
const ns = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
const first = [];
for (let round = 0; round < ROUNDS; round++) {
  for (const [way, command] of Object.entries(ways)) ns[way].push(await target.under(command, on));
  if (ID === 'dtrace') first.push(await firstEvent());
}
const cost = (way) => median(ns[way]) - median(ns.alone);
const rows = [
  row('target: a call, alone', median(ns.alone), 'ns', 'the clock'),
  ...(ns.bare ? [row('target: a call, bare printf script', median(ns.bare), 'ns', 'the clock')] : []),
  row('target: a call, bundled script by hand', median(ns.script), 'ns', 'the clock'),
  row('target: a call, pytrace calls', median(ns.pytrace), 'ns', 'the clock'),
  row('target: cost of pytrace', cost('pytrace') / cost('script'), 'x', 'the bundled script by hand', '<= 1.1'),
  ...(ns.bare ? [row('target: cost of pytrace', cost('pytrace') / cost('bare'), 'x', 'two bare printf')] : []),
  row('target: a call, pytrace top', median(ns.top), 'ns', 'the clock'),
  row('target: a call, pytrace top --counts', median(ns.counts), 'ns', 'the clock'),
  row('target: cost of top', cost('top') / cost('pytrace'), 'x', 'pytrace calls', '<= 0.5'),
  ...(ns.count
    ? [
        row(`target: a call, one-line ${ID} script that counts`, median(ns.count), 'ns', 'the clock'),
        row('target: cost of top --counts', cost('counts') / cost('count'), 'x', 'the one-line script', '<= 1.2'),
      ]
    : []),
  ...(ns.bpftrace
    ? [
        row('target: a call, bpftrace counting by function', median(ns.bpftrace), 'ns', 'the clock'),
        row('target: cost of top --counts', cost('counts') / cost('bpftrace'), 'x', 'bpftrace', '< 1'),
      ]
    : []),
  // The machine that stap runs in is emulated: its seconds say nothing.
  ...(ID === 'dtrace' ? [row('target: first event', median(first), 'ms', 'the clock, median of 3', '< 2000')] : []),
];
print(rows);
process.exit(rows.every(({ ok }) => ok) ? 0 : 1);

function obstacle() {
  if (ID !== 'dtrace' && ID !== 'stap') return `there is no engine ${ID}; there are dtrace and stap.`;
  if (process.getuid?.() !== 0) return `${ID} needs root.`;
  if (!existsSync(PYTHON)) return `there is no ${PYTHON}; run this in the laboratory.`;
  return spawnSync(ID, ['-V']).status === 0 ? null : `there is no ${ID} here; run this in the laboratory.`;
}

async function firstEvent() {
  const began = performance.now();
  const child = target.start({ file: process.execPath, args: pytrace });
  await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('fib')) resolve();
    });
    child.on('exit', () => reject(new Error(`pytrace ended before the first event: ${child.words}`)));
  });
  const took = performance.now() - began;
  await target.end(child, on);
  return took;
}
