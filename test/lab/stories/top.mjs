// `pytrace top` on a program that counts its own calls and clocks its own work. Its times are slept, so that what a probe
// costs does not count.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { viewModule } from '../kit.mjs';
import { nothingLeft, partsOf, remains, stapModules } from './parts/traces.mjs';
import { PROGRAM } from './parts/timed-program.mjs';

/** Many functions, some of one name in one file: none may be taken for another. */
const MANY = `
calls = []
for file in range(50):
    source = "".join(f"def f{file}_{at}(): pass\\n" for at in range(40))
    source += "class A:\\n def same(self): pass\\nclass B:\\n def same(self): pass\\n"
    space = {}
    exec(compile(source, f"/of/{file}.py", "exec"), space)
    calls += [(space[f"f{file}_{at}"], (file * 7 + at) % 5 + 1) for at in range(40)]
    calls += [(space["A"]().same, 2), (space["B"]().same, 3)]
print("ready", flush=True)
input()
for function, times in calls:
    for i in range(times): function()
print("done", flush=True)
input()
`;
const MS = { chroot: 5, vm: 40 };
const SHARE = { chroot: 0.02, vm: 0.1 };
const TIMES = ['line', 'calls', 'selfNs', 'totalNs', 'p50Ns', 'p99Ns', 'maxNs'];

/** The last snapshot's lines, with the one that begins it. */
function lastSnapshot(json) {
  const from = json.findLastIndex(({ type }) => type === 'snapshot');
  assert.equal(json[from].cumulative, true);
  return json.slice(from, -1);
}

/** Its rows of the program's own file, by name; the numbers of functions of one name added up. */
function ownRows(json, numbers = TIMES) {
  const rows = new Map();
  for (const { type, file, function: name, ...row } of lastSnapshot(json).slice(1)) {
    assert.equal(type, 'function');
    assert.deepEqual(Object.keys(row), numbers);
    for (const [key, value] of Object.entries(row)) {
      assert.ok(Number.isSafeInteger(value) && value >= (key === 'line' ? -1 : 0), `${name} ${key}: ${value}`);
    }
    if (numbers === TIMES) assert.ok(row.p50Ns <= row.p99Ns && row.p99Ns <= row.maxNs, `${name}: percentiles`);
    if (!/\/target\d*\.py$/.test(file ?? '')) continue;
    const before = rows.get(name) ?? { calls: 0, selfNs: 0, totalNs: 0 };
    for (const key of Object.keys(before)) before[key] += row[key] ?? 0;
    rows.set(name, before);
  }
  return rows;
}

/** One round of the program under `pytrace top`: its own sums, and the tracer once it has ended. */
async function traced(t, ms, options = []) {
  const target = await t.target(PROGRAM, { args: [ms] });
  const before = t.engine === 'stap' ? stapModules() : [];
  const tracer = t.startPytrace(['top', target.pid, '--json', '--engine', t.engine, ...options]);
  await tracer.see(/"type":"header"/, 30_000);
  const parts = partsOf(tracer);
  target.say('go');
  const [line] = await target.see(/^\{.*\}$/m, 60_000);
  if (!options.includes('--duration')) tracer.kill('SIGINT');
  await tracer.end(30_000);
  assert.equal(tracer.code, 0, tracer.stderr);
  assert.equal(target.ended, null);
  target.kill('SIGKILL');
  await nothingLeft(t);
  assert.deepEqual(remains(t, parts, before), []);
  const { type, lost, reason } = tracer.json.at(-1);
  assert.deepEqual([type, lost, reason], ['end', 0, options.includes('--duration') ? 'duration' : 'interrupted']);
  return { tracer, truth: JSON.parse(line) };
}

const truthOf = (truth, what) =>
  Object.entries(truth).flatMap(([name, value]) =>
    name.startsWith(`${what} `) ? [[name.slice(what.length + 1), value]] : [],
  );

function callsAreExact(rows, truth) {
  const wanted = truthOf(truth, 'calls');
  assert.ok(wanted.length > 25);
  assert.deepEqual(
    wanted.map(([name]) => [name, rows.get(name)?.calls]),
    wanted,
  );
}

/** What is further from the truth than `share`. */
function wrongTimes(rows, truth, what, share) {
  return truthOf(truth, what).flatMap(([name, wanted]) => {
    const ns = rows.get(name)?.[`${what}Ns`] ?? 0;
    return Math.abs(ns - wanted) <= share * wanted ? [] : [`${name}: ${what} ${ns} is really ${wanted}`];
  });
}

const common = {
  engines: ['dtrace', 'bpftrace', 'stap'],
  views: ['top'],
  alone: true,
  timeout: 120_000,
};

const precise = {
  ...common,
  name: 'top by pytrace: calls are exact, times right to within 2 %, and a recording says the same',
  run: counted,
};

export default [
  // stap on 3.9: top-script.mjs.
  { ...precise, engines: ['dtrace'], pythons: ['3.9', '3.15'] },
  { ...precise, engines: ['bpftrace'], pythons: ['3.9', '3.11', '3.15'] },
  // top-small.bt.
  { ...precise, engines: ['bpftrace-0.17'], pythons: ['3.11'] },
  {
    ...common,
    name: 'top by pytrace: calls are exact, times right to within 10 %, and a recording says the same',
    engines: ['stap'],
    pythons: ['3.15'],
    run: counted,
  },
  {
    ...common,
    name: 'top --counts: calls alone, and without times',
    pythons: ['3.15'],
    modules: async (elf) => [[...(await viewModule('top', elf)), 'counts']],
    async run(t) {
      const { tracer, truth } = await traced(t, 1, ['--counts', '--duration', String(3 * t.slow)]);
      // throw() and close() fire no entry on 3.15: counts alone cannot see them.
      truth['calls thrown'] -= 9 * 6;
      truth['calls quiet'] -= 6;
      callsAreExact(ownRows(tracer.json, ['line', 'calls']), truth);
    },
  },
  {
    ...common,
    name: 'top by pytrace: counts, filters, and what has not returned, with the small script',
    engines: ['bpftrace-0.17'],
    pythons: ['3.9'],
    async run(t) {
      const rowsOf = async (...options) => {
        const { tracer, truth } = await traced(t, MS[t.place], options);
        return { rows: ownRows(tracer.json, options.includes('--counts') ? ['line', 'calls'] : TIMES), truth };
      };
      const counts = await rowsOf('--counts');
      callsAreExact(counts.rows, counts.truth);
      const named = await rowsOf('--function', 'leaf');
      assert.deepEqual([...named.rows.keys()], ['leaf']);
      assert.equal(named.rows.get('leaf').calls, named.truth['calls leaf']);
      const shallow = await rowsOf('--depth', '2');
      assert.equal(shallow.rows.has('tiny'), false);
      assert.equal(shallow.rows.get('everything').calls, 1);
      const long = await rowsOf('--min-duration', '1ms');
      // Some of them wait that long for the GIL.
      assert.ok((long.rows.get('tiny')?.calls ?? 0) < long.truth['calls tiny'] / 2);
      assert.equal(long.rows.get('leaf').calls, long.truth['calls leaf']);
      assert.deepEqual(wrongTimes(long.rows, { 'total rec': long.truth['total rec'] }, 'total', 0.05), []);

      const target = await t.target(PROGRAM, { args: [2] });
      const tracer = t.startPytrace(['top', target.pid, '--json', '--interval', '0.2', '--engine', t.engine]);
      await tracer.see(/"type":"header"/, 30_000);
      target.say('forever');
      await target.see(/going\ngoing/, 60_000);
      tracer.kill('SIGINT');
      await tracer.end(30_000);
      const rows = ownRows(tracer.json);
      const { calls, selfNs, totalNs } = rows.get('forever');
      assert.equal(calls, 1);
      const least = 100 * 2 * 2 * 1e6;
      assert.ok(selfNs >= least * 0.95 && totalNs >= selfNs * 0.95, `${selfNs} ${totalNs} ${least}`);
      assert.ok(selfNs + rows.get('brief').selfNs >= totalNs * 0.9, `${selfNs} ${totalNs}`);
    },
  },
  {
    ...common,
    name: 'top by pytrace: two thousand functions of fifty files are told apart',
    engines: ['dtrace', 'bpftrace', 'bpftrace-0.17'],
    pythons: ['3.11'],
    alone: false,
    async run(t) {
      const target = await t.target(MANY);
      const tracer = t.startPytrace(['top', target.pid, '--json', '--engine', t.engine]);
      await tracer.see(/"type":"header"/, 30_000);
      target.say('go');
      await target.see(/^done$/m, 30_000);
      // One whole interval, since what comes at the very end of so many rows may take its time.
      await t.sleep(1500);
      tracer.kill('SIGINT');
      await tracer.end(30_000);
      const rows = lastSnapshot(tracer.json).filter(({ file }) => file?.startsWith('/of/'));
      const seen = Object.fromEntries(
        rows.map(({ function: name, file, line, calls }) => [name === 'same' ? `${file} ${line}` : name, calls]),
      );
      const truth = {};
      for (let file = 0; file < 50; file++) {
        for (let at = 0; at < 40; at++) truth[`f${file}_${at}`] = ((file * 7 + at) % 5) + 1;
        truth[`/of/${file}.py 42`] = 2;
        truth[`/of/${file}.py 44`] = 3;
      }
      assert.deepEqual(seen, truth);
      await nothingLeft(t);
    },
  },
  {
    ...common,
    name: 'top --once: one table after one interval, status 0',
    engines: ['dtrace'],
    pythons: ['3.15'],
    alone: false,
    async run(t) {
      const target = await t.target(PROGRAM, { args: [MS[t.place]] });
      target.say('forever');
      const run = await t.pytrace(['top', target.pid, '--once', '--engine', t.engine, '--limit', '5']);
      assert.equal(run.code, 0, run.stderr);
      const heads = run.lines.filter((line) => /SELF%.* FUNCTION/.test(line));
      assert.equal(heads.length, 1, run.stdout);
      assert.match(run.stdout, /^#.* of .*\n(#.*\n)*.*SELF%[^]*\bbrief\b[^]*target\.py:\d+/);
      await nothingLeft(t);
    },
  },
];

async function counted(t) {
  // 3.11 runs several times slower meanwhile, and its own clocks with it.
  const share = t.version === '3.11' ? 0.05 : SHARE[t.place];
  let wrong = [];
  // What preempts the target between a probe and its own clock is no fault of the sums: what is wrong is wrong each time.
  for (let tries = 0; tries < 5; tries++) {
    const file = join(t.dir, `top${tries}.ptrace`);
    const { tracer, truth } = await traced(t, MS[t.place], ['--record', file]);
    const rows = ownRows(tracer.json);
    callsAreExact(rows, truth);
    if (tries === 0) {
      const replay = await t.pytrace(['replay', file, '--json']);
      assert.equal(replay.code, 0, replay.stderr);
      assert.deepEqual(lastSnapshot(replay.json), lastSnapshot(tracer.json));
      assert.deepEqual(replay.json.at(-1), tracer.json.at(-1));
    }
    wrong = ['self', 'total'].flatMap((what) => wrongTimes(rows, truth, what, share));
    if (wrong.length === 0) return;
  }
  assert.deepEqual(wrong, []);
}
