import assert from 'node:assert/strict';
import { join } from 'node:path';
import { checkout } from '../kit.mjs';

const path = 'test/lab/programs/everything.py';
const program = join(checkout, path);

/** Function name -> entries, of the functions that stand in the program's own file. */
export function entries(json) {
  const counts = {};
  for (const event of json) {
    if (event.type === 'entry' && event.file === program) counts[event.function] = (counts[event.function] ?? 0) + 1;
  }
  return counts;
}

export default {
  name: 'counts per function equal the program’s own, over everything that calls can be',
  engines: ['dtrace', 'bpftrace', 'stap'],
  pythons: ['3.9', '3.15'],
  views: ['calls'],
  timeout: 120_000,
  async run(t) {
    const target = await t.target(path);
    const tracer = t.startPytrace(['calls', String(target.pid), '--json', '--engine', t.engine]);
    await tracer.see(/"type":"header"/, 30_000);
    target.say('go');
    await target.end(60_000);
    await tracer.end(30_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    const end = tracer.json.at(-1);
    assert.equal(end.type, 'end');
    assert.equal(end.reason, 'target-exited');
    assert.equal(end.lost, 0);
    const truth = JSON.parse(target.lines.at(-1));
    assert.deepEqual(entries(tracer.json), truth);
    // Entries and returns of each thread are properly nested: what a stack is made of.
    const stacks = new Map();
    for (const event of tracer.json) {
      if (event.file !== program) continue;
      const stack = stacks.get(event.tid) ?? [];
      stacks.set(event.tid, stack);
      if (event.type === 'entry') stack.push(event.function);
      else if (stack.length > 0) assert.equal(stack.pop(), event.function);
    }
  },
};
