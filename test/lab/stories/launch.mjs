// A program that pytrace starts is seen from its first call on, gets what it was given, and ends with pytrace.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../kit.mjs';
import { lives, nothingLeft, sentences } from './parts/traces.mjs';

const program = `
import json, sys, threading, time

def first(words):
    return list(words)

def work():
    time.sleep(0.01)

if len(sys.argv) > 1 and sys.argv[1] == "stay":
    print("staying", flush=True)
    while True:
        work()
thread = threading.Thread(target=work)
thread.start()
thread.join()
with open("args.json", "w") as file:
    json.dump(first(sys.argv[1:]), file)
print("the program's own words")
sys.exit(7)
`;
const words = ['two words', 'a "quoted" \'one\'', '$HOME', '*', '', '--json', 'back\\slash', 'tab\tnew\nline', 'ünï'];

/** The trace of `command` shows everything from the interpreter's first Python call to its last, with nothing to mend. */
async function fromFirstToLast(t, name, command) {
  // What the laboratory's wrapper for 3.9 does, without the wrapper.
  const env = t.version === '3.9' ? { PYTHONHOME: '/opt/python3.9/usr' } : {};
  let tracer;
  // On a busy machine the program may run before it can be held, and that is said.
  for (let tries = 0; tries < 3; tries++) {
    tracer = t.startPytrace(['calls', '--json', '--engine', t.engine, '--', ...command], { env });
    await tracer.end(40_000);
    if (!/could not be held/.test(tracer.stderr)) break;
  }
  assert.equal(tracer.code, 0, `${name}: ${tracer.stderr}`);
  const events = tracer.json;
  const [header, first] = events;
  const end = events.at(-1);
  assert.equal(header.type, 'header', name);
  assert.deepEqual([end.reason, end.lost, header.quality], ['target-exited', 0, 'exact'], `${name}: ${tracer.stderr}`);
  for (const mended of ['missingEntries', 'missingReturns', 'beforeAttach', 'lateEvents']) {
    assert.equal(end.corrections[mended], 0, `${name}: ${mended}`);
  }
  // The first Python that a CPython runs is frozen: importlib's own set-up.
  assert.deepEqual([first.type, first.file], ['entry', '<frozen importlib._bootstrap>'], name);
  const own = events.filter(({ file }) => file === join(t.dir, 'main.py'));
  assert.deepEqual([own[0].type, own[0].function], ['entry', '<module>'], name);
  assert.ok(
    own.some((event) => event.type === 'entry' && event.function === 'first' && event.line === 4),
    name,
  );
  assert.ok(
    own.some((event) => event.type === 'return' && event.function === 'first' && event.durationNs > 0),
    name,
  );
  // Every function that was entered has returned, with its duration: no frame is unknown.
  const depth = new Map();
  for (const { type, tid, durationNs } of events.slice(1, -1)) {
    depth.set(tid, (depth.get(tid) ?? 0) + (type === 'entry' ? 1 : -1));
    if (type === 'return') assert.ok(durationNs >= 0, name);
  }
  assert.ok(
    [...depth.values()].every((count) => count === 0),
    name,
  );
  assert.equal(depth.size, 2, `${name}: the thread is seen too`);
  assert.deepEqual(JSON.parse(readFileSync(join(t.dir, 'args.json'), 'utf8')), words, name);
  // Its words are on standard error, its status in the last words.
  assert.match(tracer.stderr, /^the program's own words$/m, name);
  assert.match(tracer.stderr, /, target exited 7\./, name);
  await nothingLeft(t);
}

const whole = {
  name: 'launch: a program is seen from its first call to its last, with its arguments as they were given',
  views: ['calls'],
  async run(t) {
    const main = t.file('main.py', program);
    // The interpreter itself: a shell script in front of it is never started again when Python was caught too late.
    await fromFirstToLast(t, 'by its path', [t.elf, main, ...words]);
  },
};

export default [
  { ...whole, engines: ['dtrace', 'bpftrace'], pythons: ['3.9', '3.15'] },
  { ...whole, engines: ['stap'], pythons: ['3.15'] },
  {
    name: 'launch: through env and through #!, it is the same',
    engines: ['dtrace'],
    pythons: ['3.15'],
    async run(t) {
      const main = t.file('main.py', `#!/usr/bin/env python3.15${program}`);
      chmodSync(main, 0o755);
      await fromFirstToLast(t, 'env', ['env', 'python3.15', main, ...words]);
      await fromFirstToLast(t, '#!', [main, ...words]);
    },
  },
  {
    name: 'launch: the program is ended when pytrace is interrupted',
    engines: ['dtrace'],
    pythons: ['3.15'],
    alone: true,
    async run(t) {
      const main = t.file('main.py', program);
      const launch = () => t.startPytrace(['calls', '--json', '--engine', t.engine, '--', t.python, main, 'stay']);
      const [interrupted, killed] = [launch(), launch()];
      await Promise.all([interrupted, killed].map((tracer) => tracer.see(/"function":"work"/, 20_000)));
      const pids = [interrupted, killed].map((tracer) => tracer.json[0].pid);
      assert.ok(pids.every(lives));
      interrupted.kill('SIGINT');
      await interrupted.end();
      assert.equal(interrupted.code, 0);
      assert.equal(interrupted.json.at(-1).reason, 'interrupted');
      await t.until(() => !lives(pids[0]), 2000, 'the end of the program');
      // Nobody can end it then; but it is no longer traced, and it is the only thing that is left.
      killed.kill('SIGKILL');
      await t.until(() => t.leftovers().every(({ pid }) => pid === pids[1]), 5000, 'the end of the tracer');
      if (lives(pids[1])) process.kill(pids[1], 'SIGKILL');
    },
  },
  {
    name: 'launch: what is no program, or no Python, is said so and does not stay',
    engines: ['dtrace'],
    pythons: ['3.15'],
    async run(t) {
      const cases = [
        [['no-such-program'], 2, /^pytrace: No program no-such-program is on PATH: give its path, or /m],
        [
          ['./nothing.py'],
          2,
          /^pytrace: \.\/nothing\.py is not a program that can be run here: give the path of an executable file\.$/m,
        ],
        [['/bin/true'], 3, /^pytrace: `\/bin\/true` ended \(with exit code 0\) before it was seen to be Python: /m],
        [
          ['/bin/sleep', '100'],
          3,
          /^pytrace: `\/bin\/sleep 100` did not become Python in time: a launcher that starts Python as a child cannot be followed, so give the Python command itself\.$/m,
        ],
        [['python3.14', '-c', 'print(1)'], 3, /^pytrace: Python 3\.14\.\d+ has no function probes: /m],
      ];
      for (const [command, code, sentence] of cases) {
        const run = await t.pytrace(['calls', '--json', '--', ...command], { timeout: 40_000 });
        assert.equal(run.code, code, run.stderr);
        assert.match(run.stderr, sentence);
        assert.equal(sentences(run).length, 1, run.stderr);
        assert.equal(run.stdout, '');
        await nothingLeft(t);
      }
    },
  },
];
