// Debian's greenlet, on three Pythons: who called whom, where stacks are switched within a thread.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { NodeFunction } from '../../../dist/models/nodes.js';
import { checkout } from '../kit.mjs';
import { readRecording } from '../recording.mjs';

const path = 'test/lab/programs/greenlets.py';
const program = join(checkout, path);

/** `callee<caller` -> calls, of the program's own functions; '?' where the tree shows a caller that is not known. */
function edges(session) {
  const { tree, functions, symbols } = session;
  const { nodes } = tree;
  const name = (node) => {
    if (nodes.fn[node] === NodeFunction.unknown) return '?';
    const symbol = nodes.fn[node] < 0 ? -1 : functions.symbolOf(nodes.fn[node]);
    return symbol >= 0 && symbols.file(symbol) === program ? symbols.name(symbol) : '';
  };
  const counts = {};
  for (const root of new Set([...tree.threads.stacks.values(), ...tree.threads.retired].map((thread) => thread.root))) {
    nodes.walk(root, (node) => {
      if (node === root || ['', '?', 'add'].includes(name(node)) || nodes.calls[node] === 0) return;
      const key = `${name(node)}<${name(nodes.parent[node])}`;
      counts[key] = (counts[key] ?? 0) + nodes.calls[node];
    });
  }
  return counts;
}

/** Calls by function alone. */
function sums(counts) {
  const out = {};
  for (const [key, calls] of Object.entries(counts)) {
    const name = key.slice(0, key.indexOf('<'));
    out[name] = (out[name] ?? 0) + calls;
  }
  return out;
}

async function traced(t, view, { args = [], options = [] } = {}) {
  const target = await t.target(path, { args });
  const file = join(t.dir, `${view}.ptrace`);
  const tracer = t.startPytrace([view, target.pid, '--json', '--engine', t.engine, '--record', file, ...options]);
  await tracer.see(/"type":"header"/, 30_000);
  target.say('go');
  await target.end(60_000);
  await tracer.end(30_000);
  assert.equal(tracer.code, 0, tracer.stderr);
  const end = tracer.json.at(-1);
  assert.equal(end.lost, 0);
  const truth = JSON.parse(target.lines.at(-1));
  return { tracer, quality: tracer.json[0].quality, end, truth, file };
}

const views = { views: ['calls'], timeout: 180_000 };

export default [
  {
    ...views,
    name: 'greenlets: callers and counts in the tree equal the program’s own, and the badge is EXACT',
    engines: ['dtrace', 'bpftrace', 'stap'],
    pythons: ['3.9', '3.11', '3.15'],
    async run(t) {
      const { end, quality, truth, file } = await traced(t, 'calls');
      const session = readRecording(file);
      assert.deepEqual(edges(session), truth);
      assert.deepEqual([quality, end.partial, session.quality], ['exact', undefined, 'exact']);
      const { missingReturns, missingEntries, greenletsGivenUp } = end.corrections;
      assert.deepEqual([missingReturns, missingEntries, greenletsGivenUp], [0, 0, 0]);
      // The last pair still waits for each other when the program ends.
      assert.ok(session.tree.parked.size <= 2);
    },
  },
  {
    ...views,
    name: 'greenlets loaded after the attach: no wrong caller, and PARTIAL where frames are not read',
    engines: ['dtrace', 'bpftrace'],
    pythons: ['3.9', '3.11', '3.15'],
    async run(t) {
      const { end, truth, file, tracer } = await traced(t, 'calls', { args: ['late'] });
      const session = readRecording(file);
      const seen = edges(session);
      if (t.version === '3.15') {
        assert.deepEqual(seen, truth);
        assert.deepEqual([end.partial, session.quality], [undefined, 'exact']);
        return;
      }
      assert.deepEqual(sums(seen), sums(truth));
      assert.deepEqual([...new Set(Object.keys(seen).map((key) => key.slice(key.indexOf('<'))))], ['<?']);
      assert.match(end.partial, /greenlets switch stacks .* after the attach/);
      assert.match(tracer.stderr, /partial: greenlets/);
      assert.equal(session.quality, 'partial');
    },
  },
  {
    ...views,
    name: 'greenlets in top, in doctor and with filters: calls are counted right, and PARTIAL says what is not',
    views: ['top', 'calls'],
    engines: ['dtrace', 'bpftrace'],
    pythons: ['3.11', '3.15'],
    async run(t) {
      const top = await traced(t, 'top');
      assert.equal(top.quality, 'partial');
      assert.match(top.end.partial, /callers are not known/);
      const rows = top.tracer.json.slice(top.tracer.json.findLastIndex(({ type }) => type === 'snapshot'));
      const counted = {};
      for (const row of rows) {
        if (row.type === 'function' && row.file === program) counted[row.function] = row.calls;
      }
      delete counted.add;
      assert.deepEqual(counted, sums(top.truth));

      const filtered = await traced(t, 'calls', { options: ['--function', 'leaf_*'] });
      assert.equal(filtered.quality, 'partial');
      const own = Object.keys(edges(readRecording(filtered.file, { functionGlob: 'leaf_*' })));
      assert.deepEqual(own.sort(), ['leaf_a<?', 'leaf_b<?', 'leaf_c<?']);

      const target = await t.target(path);
      const doctor = await t.pytrace(['doctor', target.pid]);
      assert.match(doctor.stdout.replace(/\s+/g, ' '), /greenlet is loaded: `calls` tells callers by their frames/);
    },
  },
];
