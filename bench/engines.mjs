// What a target pays under each tracer, for each view, in one run; in the laboratory only:
//
//     bash test/lab/lab enter node /pytrace/bench/engines.mjs [--rounds 3] [--views calls,top]
//     bash test/lab/lab vm -c 'node /pytrace/bench/engines.mjs --engines dtrace,bpftrace,stap'
//
// calls and top: a call of an empty function with its return. gc: a collection of the youngest generation that finds
// nothing. objects: an instance of a class of one's own, made and dropped. Each is the time beside that of the same
// program alone, in the same round.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { MeasuredTarget } from './measured-target.mjs';
import { median, print, row } from './table.mjs';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const { values: asked } = parseArgs({
  options: {
    engines: { type: 'string', default: 'dtrace,bpftrace' },
    views: { type: 'string', default: 'calls,top,counts,gc,objects' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: process.env.PYTHON ?? '/usr/bin/python3.15' },
  },
});
const ROUNDS = Number(asked.rounds);
const FIB = 'def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)';
const VIEWS = {
  calls: { words: ['calls'], setup: FIB, work: 'fib(9)', count: 109, what: 'a call' },
  top: { words: ['top'], setup: FIB, work: 'fib(9)', count: 109, what: 'a call' },
  counts: { words: ['top', '--counts'], setup: FIB, work: 'fib(9)', count: 109, what: 'a call' },
  gc: {
    words: ['gc'],
    setup: 'import gc\ngc.disable()\ngc.collect()',
    work: 'gc.collect(0)',
    count: 1,
    what: 'a collection',
  },
  objects: {
    words: ['objects'],
    setup: 'class A:\n    pass',
    work: 'A(); A(); A(); A(); A(); A(); A(); A(); A(); A()',
    count: 10,
    what: 'an instance',
  },
};

if (process.getuid?.() !== 0 || !existsSync(asked.python)) {
  console.log(`skipped: needs root and ${asked.python}; run this in the laboratory.`);
  process.exit(0);
}
const rows = [];
for (const view of asked.views.split(',')) rows.push(...(await costs(view)));
print(rows);
process.exit(0);

async function costs(view) {
  const { words, setup, work, count, what } = VIEWS[view];
  const target = new MeasuredTarget(asked.python, setup, work, count);
  await target.samples(2);
  const engines = asked.engines.split(',').filter((id) => spawnSync(id, ['-V']).status === 0);
  const alone = [];
  const ns = Object.fromEntries(engines.map((id) => [id, []]));
  const failed = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await target.under(null));
    for (const id of engines.filter((id) => !failed.has(id))) {
      const ptrace = view === 'objects' && id === 'dtrace' ? ['--allow-ptrace'] : [];
      const args = [BIN, ...words, String(target.pid), '--engine', id, '--json', ...ptrace];
      try {
        ns[id].push(await target.under({ file: process.execPath, args }, ({ head }) => head.includes('"header"')));
      } catch (error) {
        failed.set(
          id,
          error.message
            .replace(/^.* ended: /s, '')
            .trim()
            .split('\n')
            .at(-1),
        );
      }
    }
  }
  target.close();
  for (const [id, words] of failed) console.log(`${view} with ${id}: ${words}`);
  const cost = (id) => median(ns[id]) - median(alone);
  const measured = engines.filter((id) => !failed.has(id));
  const [first] = measured;
  return [
    row(`${view}: ${what}, alone`, median(alone), 'ns', 'the clock'),
    ...measured.map((id) => row(`${view}: ${what}, more with ${id}`, cost(id), 'ns', 'the clock')),
    ...measured.slice(1).map((id) => row(`${view}: cost with ${id}`, cost(id) / cost(first), 'x', first)),
  ];
}
