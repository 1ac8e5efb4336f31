// Attached in the middle of things: what is not known is `?`, what is shown is true.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallsSession } from '../../../dist/models/calls-session.js';
import { readRecording } from '../recording.mjs';

// Every function calls only the one after it, so the true caller of each is known by its name.
const depth = 40;
const program = `
import threading

def leaf():
    pass

def inside():
    leaf()
    leaf()

def bottom():
    print("ready", flush=True)
    input()
    inside()

${Array.from({ length: depth }, (_, i) => `def level${i}():\n    ${i + 1 < depth ? `level${i + 1}()` : 'bottom()'}\n    inside()\n`).join('\n')}
def waiter():
    gate.wait()
    inside()

def late():
    inside()

gate = threading.Event()
early = threading.Thread(target=waiter, name="early-bird")
early.start()
level0()
gate.set()
early.join()
started = threading.Thread(target=late, name="late-comer")
started.start()
started.join()
inside()
threading.Thread(target=waiter, name="last").start()
`;
const callers = {
  leaf: ['inside'],
  inside: ['bottom', ...Array.from({ length: depth }, (_, i) => `level${i}`), 'waiter', 'late', '<module>'],
  bottom: [`level${depth - 1}`],
  waiter: ['run'],
  late: ['run'],
  ...Object.fromEntries(
    Array.from({ length: depth }, (_, i) => [`level${i}`, [i === 0 ? '<module>' : `level${i - 1}`]]),
  ),
};

/** Every node of the tree: its thread's id, the names from the thread down to it, `?` for what is unknown. */
function stacks(session) {
  const { nodes, threads } = session.picture(session.newest);
  const found = [];
  for (const { root, tid } of threads) {
    const path = [];
    nodes.walk(root, (node) => {
      if (node === root) return;
      path.length = nodes.depth[node] - 1;
      const fn = nodes.fn[node];
      path.push(fn < 0 ? '?' : session.symbols.name(session.functions.symbolOf(fn)));
      found.push({ tid, node, path: [...path], calls: nodes.calls[node] });
    });
  }
  return found;
}

function trueCaller(path) {
  const [caller, name] = [path.at(-2) ?? '?', path.at(-1)];
  assert.ok(
    caller === '?' || callers[name].includes(caller),
    `${name} was never called by ${caller}: ${path.join(' > ')}`,
  );
}

/** Lines of a recording by their times, as pytrace orders them: a thread that changes its processor shuffles them. */
function inOrder(text) {
  const timeOf = (line) => (/^[CEGRX]\t\d/.test(line) ? Number(line.split('\t')[1]) : 0);
  let last = 0;
  return text
    .split(/(?<=\n)/)
    .map((line) => ({ line, time: (last = timeOf(line) || last) }))
    .sort((a, b) => a.time - b.time)
    .map(({ line }) => line);
}

export default {
  name: 'attach: in the middle of a deep stack no caller is wrong, and all are named once they have returned',
  engines: ['dtrace'],
  pythons: ['3.9', '3.15'],
  async run(t) {
    const file = join(t.dir, 'run.ptrace');
    const target = await t.target(program);
    const tracer = t.startPytrace(['calls', target.pid, '--engine', t.engine, '--json', '--record', file]);
    await tracer.see(/"type":"header"/, 20_000);
    target.say('go');
    await target.end();
    await tracer.end();
    assert.equal(tracer.code, 0, tracer.stderr);
    const session = readRecording(file);
    const all = stacks(session);
    const own = all.filter(({ path }) => path.at(-1) in callers);
    assert.ok(own.length > 2 * depth);
    for (const { path } of own) trueCaller(path);
    // And at no moment before that was any caller wrong.
    const early = new CallsSession();
    let moments = 0;
    for (const line of inOrder(readFileSync(file, 'latin1'))) {
      early.push(Buffer.from(line, 'latin1'));
      early.flush();
      if (!line.includes('target.py')) continue;
      moments++;
      for (const { path } of stacks(early)) if (path.at(-1) in callers) trueCaller(path);
    }
    assert.ok(moments > 4 * depth);
    // All have returned: each of the forty stands under its caller, with nothing unknown in between.
    const chain = own.find(({ path }) => path.at(-1) === 'bottom').path;
    const levels = Array.from({ length: depth }, (_, i) => `level${i}`);
    assert.deepEqual(chain.slice(chain.indexOf('level0')), [...levels, 'bottom']);
    const open = all.filter(({ path }) => path.at(-1) === '?' && path.some((name) => name.startsWith('level')));
    assert.deepEqual(
      open.map(({ path }) => path.join(' > ')),
      [],
    );
    // Every `inside` is where it was called.
    for (const name of levels)
      assert.ok(
        own.some(({ path }) => path.at(-1) === 'inside' && path.at(-2) === name),
        name,
      );
    // The thread that was there is named; what began later has no unknown part.
    const waiting = all.find(({ path }) => path.at(-1) === 'waiter');
    if (t.version === '3.15') {
      // CPython tells the kernel its threads' names since 3.14.
      assert.equal(session.threadNames.get(waiting.tid), 'early-bird');
      const text = await t.pytrace(['replay', file, '--output', 'tree']);
      assert.match(text.stdout, /^# thread \d+ early-bird, watched for /m);
    }
    const begun = new Set(own.filter(({ path }) => path.at(-1) === 'late').map(({ tid }) => tid));
    assert.equal(begun.size, 1);
    for (const { tid, path } of all) if (begun.has(tid)) assert.ok(!path.includes('?'), path.join(' > '));
    // Counts are of what was seen: 40 levels, bottom, two waiters, late and <module>, each with one inside.
    const insides = own.filter(({ path }) => path.at(-1) === 'inside').reduce((sum, { calls }) => sum + calls, 0);
    assert.equal(insides, depth + 5);
    assert.equal(tracer.json.at(-1).corrections.missingEntries, 0);
    assert.equal(tracer.json.at(-1).corrections.missingReturns, 0);
  },
};
