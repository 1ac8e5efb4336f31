// bpftrace sets its probes, and takes them away, one after another. What a busy process does meanwhile must not look like
// instances that nobody frees, like one call of a tenth of a second, or like a function that calls itself.
import assert from 'node:assert/strict';
import { nothingLeft } from './parts/traces.mjs';

const program = `
import time
class Brief: pass
def tick():
    for i in range(20): Brief()
print("ready", flush=True)
while True:
    tick()
    time.sleep(0.002)
`;

const busy = `
def work():
    for i in range(3000): pass
print("ready", flush=True)
while True: work()
`;

/** The last row of a name, once the process has been watched for a second and goes on. */
async function lastRow(t, view, key, name) {
  const target = await t.target(program);
  const run = await t.pytrace([view, target.pid, '--engine', t.engine, '--json', '--duration', '1']);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(target.ended, null);
  target.kill('SIGKILL');
  const rows = run.json.slice(run.json.findLastIndex(({ type }) => type === 'snapshot'));
  assert.equal(rows.at(-1).lost, 0);
  return rows.find((row) => row[key] === name);
}

const story = {
  name: 'the first and the last moment of a trace: what a process does while the probes are set, or taken away, is not half seen',
  async run(t) {
    const { created, destroyed, alive } = await lastRow(t, 'objects', 'class', '__main__.Brief');
    assert.ok(created > 100, `${created} made`);
    // One may have been under way when it began, and one when it ended.
    assert.ok(Math.abs(alive) <= 1, `${created} made, ${destroyed} destroyed`);
    const { calls, selfNs, totalNs } = await lastRow(t, 'top', 'function', 'tick');
    assert.ok(calls > 10, `${calls} calls`);
    // Some microseconds each. Entries without returns would add all the time that the probes take to go.
    assert.ok(selfNs < 40e6 && Math.abs(totalNs - selfNs) < 5e6, `self ${selfNs} ns, total ${totalNs} ns`);
    const target = await t.target(busy);
    const run = await t.pytrace(['calls', target.pid, '--engine', t.engine, '--json', '--duration', '1']);
    target.kill('SIGKILL');
    const { events, lost, corrections } = run.json.at(-1);
    assert.ok(events > 20, run.stderr);
    // 0.17 has a buffer for each processor, so that what was not read at its end may be older than what was.
    if (t.edition === 'bpftrace') assert.equal(lost, 0, run.stderr);
    const { missingEntries, missingReturns, lateEvents } = corrections;
    if (lost === 0) assert.deepEqual([missingEntries, missingReturns, lateEvents], [0, 0, 0]);
    await nothingLeft(t);
  },
};

export default [
  { ...story, engines: ['bpftrace'], pythons: ['3.9', '3.15'] },
  { ...story, engines: ['bpftrace-0.17'], pythons: ['3.11'] },
];
