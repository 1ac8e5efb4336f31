// CPython's own test of these probes (test_dtrace, call_stack), with pytrace in the place of dtrace's and stap's scripts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const folder = '/usr/lib/python3.15/test/dtracedata';
const program = `${folder}/call_stack.py`;

/** The rows that must be reported, `entry call_stack.py:function_1:1`, between the entry and the return of `start`. */
function expected() {
  return readFileSync(`${folder}/call_stack.stp.expected`, 'utf8')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => row.replace(/^function__(entry|return):/, '$1 '));
}

/** dtrace's expectation also tells of `start`, and by its indentation of the depth of each. */
function expectedWithDepth() {
  return readFileSync(`${folder}/call_stack.d.expected`, 'utf8')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => {
      const [, kind, indent, rest] = /^\s*function-(entry|return):( *)(.*)$/.exec(row);
      return `${indent.length} ${kind} ${rest}`;
    });
}

const row = ({ type, file, function: name, line }) => `${type} ${basename(file)}:${name}:${line}`;

async function run(t, flags) {
  const command = [t.python, ...flags, program];
  const tracer = t.startPytrace(['calls', '--json', '--engine', t.engine, '--', ...command]);
  await tracer.end(40_000);
  assert.equal(tracer.code, 0, tracer.stderr);
  const events = tracer.json.filter(({ type }) => type === 'entry' || type === 'return');
  const of = (kind) => events.findIndex((event) => event.type === kind && event.function === 'start');
  const [from, to] = [of('entry'), of('return')];
  assert.ok(from >= 0 && to > from);
  assert.deepEqual(events.slice(from + 1, to).map(row), expected());
  let depth = 0;
  const indented = events.slice(from, to + 1).map((event) => {
    const indent = event.type === 'entry' ? depth++ : --depth;
    return `${indent} ${row(event)}`;
  });
  assert.deepEqual(indented, expectedWithDepth());
}

const story = {
  name: 'CPython’s own test of its function probes passes with pytrace',
  pythons: ['3.15'],
  views: ['calls'],
};

export default [
  { ...story, engines: ['dtrace', 'bpftrace', 'stap'], run: (t) => run(t, []) },
  {
    ...story,
    name: `${story.name}, with -O -O`,
    engines: ['dtrace', 'bpftrace'],
    run: (t) => run(t, ['-O', '-O']),
  },
];
