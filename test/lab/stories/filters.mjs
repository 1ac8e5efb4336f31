// Each filter lets exactly what it names through, and has the engine itself leave the rest out, so that it costs less.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const other = `
def helper():
    pass

def get_helper():
    pass
`;
const program = `
import sys, threading, time
sys.path.insert(0, sys.argv[1])
import other

def get_one():
    pass

def get_two():
    get_one()

def forget():
    get_two()

def slow():
    time.sleep(0.3)
    forget()

def nested(n):
    if n:
        nested(n - 1)

def work():
    for i in range(10):
        get_one()
        get_two()
        forget()
        other.helper()
        other.get_helper()
    slow()
    slow()
    nested(6)

def side():
    while input_of_side.wait() is None:
        pass
    work()

import queue
class Gate(queue.SimpleQueue):
    def wait(self):
        return self.get()

input_of_side = Gate()
thread = threading.Thread(target=side)
thread.start()
print("side", thread.native_id)
print("ready")
input()
input_of_side.put(True)
thread.join()
work()
`;

/** What `work` calls, once: function -> calls. */
const once = { work: 1, get_one: 32, get_two: 22, forget: 12, slow: 2, nested: 7, helper: 10, get_helper: 10 };
function counts(events, type = 'entry') {
  const found = {};
  for (const event of events) {
    if (event.type === type && event.function in once) found[event.function] = (found[event.function] ?? 0) + 1;
  }
  return found;
}

const twice = Object.fromEntries(Object.entries(once).map(([name, count]) => [name, 2 * count]));
const only = (from, ...names) => Object.fromEntries(names.map((name) => [name, from[name]]));

/** kind -> records in the file that the engine itself wrote. */
function records(file) {
  const found = {};
  for (const [kind] of readFileSync(file, 'latin1').matchAll(/^[A-Z](?=\t)/gm)) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

const emitted = (file) => Number(/^Z\t\d+\t(\d+)$/m.exec(readFileSync(file, 'latin1'))[1]);
const sum = (numbers) => Object.values(numbers).reduce((all, one) => all + one, 0);

const filters = [
  {
    name: '--function',
    options: () => ['--function', 'get_*'],
    check({ events, seen }) {
      assert.deepEqual(counts(events), only(twice, 'get_one', 'get_two', 'get_helper'));
      // `forget` contains "get" but not "get_": the script leaves it out, too.
      assert.equal(seen.E, sum(only(twice, 'get_one', 'get_two', 'get_helper')));
    },
  },
  {
    name: '--function with a pattern of which the engine can only take a part',
    options: () => ['--function', '?et_[ot]*'],
    check({ events, seen }) {
      assert.deepEqual(counts(events), only(twice, 'get_one', 'get_two'));
      assert.equal(seen.E, sum(only(twice, 'get_one', 'get_two', 'get_helper')));
    },
  },
  {
    name: '--file',
    options: () => ['--file', '*/other.py'],
    check({ events, seen }) {
      assert.deepEqual(counts(events), only(twice, 'helper', 'get_helper'));
      assert.equal(seen.E, sum(only(twice, 'helper', 'get_helper')));
    },
  },
  {
    name: '--thread',
    options: (target) => ['--thread', /^side (\d+)$/m.exec(target.stdout)[1]],
    check({ events, target }) {
      const tid = Number(/^side (\d+)$/m.exec(target.stdout)[1]);
      assert.deepEqual(counts(events), once);
      for (const event of events) if (event.tid !== undefined) assert.equal(event.tid, tid);
    },
  },
  {
    name: '--min-duration',
    options: () => ['--min-duration', '200ms'],
    check({ events, seen }) {
      const long = events.filter(({ type }) => type === 'return');
      assert.ok(long.every(({ durationNs }) => durationNs >= 200e6));
      assert.deepEqual(counts(long, 'return'), only(twice, 'work', 'slow'));
      assert.deepEqual([seen.E, seen.G, seen.R], [undefined, undefined, undefined], 'records X only');
      assert.ok(seen.X >= 6);
    },
  },
  {
    name: '--depth',
    options: () => ['--depth', '3'],
    check({ events, seen }) {
      // work, what it calls, and what that calls: frames from before the attach do not count.
      const three = { ...once, get_one: 20, get_two: 20, nested: 2 };
      assert.deepEqual(
        counts(events),
        Object.fromEntries(Object.entries(three).map(([name, count]) => [name, 2 * count])),
      );
      assert.ok(seen.E >= 2 * sum(three) && seen.E < 2 * sum(three) + 20, `${seen.E} entries of ${2 * sum(three)}`);
    },
  },
];

const run = (t, target, file, options) =>
  t.startPytrace(['calls', target.pid, '--engine', t.engine, '--json', '--record', file, ...options]);

export default {
  name: 'filters: exactly what is asked for is shown, and the engine itself leaves the rest out',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.9', '3.15'],
  timeout: 120_000,
  async run(t) {
    t.file('other.py', other);
    const target = await t.target(program, { args: [t.dir] });
    // All at once on one target: tracers do not disturb each other.
    const traces = filters.map((filter, i) => {
      const file = join(t.dir, `${i}.ptrace`);
      return { ...filter, file, tracer: run(t, target, file, filter.options(target)) };
    });
    await Promise.all(traces.map(({ tracer }) => tracer.see(/"type":"header"/, 60_000)));
    target.say('go');
    await target.end(30_000);
    for (const { name, file, tracer, check } of traces) {
      await tracer.end(60_000);
      assert.equal(tracer.code, 0, tracer.stderr);
      const end = tracer.json.at(-1);
      assert.deepEqual([end.reason, end.lost], ['target-exited', 0], name);
      const seen = records(file);
      assert.equal(
        emitted(file),
        ['E', 'G', 'C', 'R', 'X'].reduce((all, kind) => all + (seen[kind] ?? 0), 0),
        name,
      );
      try {
        check({ events: tracer.json, seen, target });
      } catch (error) {
        error.message = `${name}: ${error.message}`;
        throw error;
      }
    }
  },
};
