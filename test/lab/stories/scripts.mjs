// The bundled scripts keep to the grammar of the wire, under every choice of their arguments, also when run by hand.
import assert from 'node:assert/strict';
import { bpftrace } from '../../../dist/engines/bpftrace.js';
import { dtrace } from '../../../dist/engines/dtrace.js';
import { callsParameters } from '../../../dist/engines/parameters.js';
import { guarded } from '../../../dist/engines/guard.js';
import { stap } from '../../../dist/engines/stap.js';
import { inspectTarget } from '../../../dist/target/inspect.js';
import { checkGrammar, wireOf } from './parts/grammar.mjs';
import { nothingLeft } from './parts/traces.mjs';

const program = `
import os, threading, time

def generator():
    yield 1

def slow():
    time.sleep(0.02)

class Made:
    def __init__(self):
        slow()

def work():
    return [Made(), list(generator()), len(open(__file__).read())]

print("thread", os.getpid())
print("ready")
while True:
    input()
    work()
    one = threading.Thread(target=work)
    one.start()
    one.join()
`;
const engines = { bpftrace, dtrace, stap };
/** What tells, in what an engine prints, that the probes are armed, and that calls have come. */
const signs = {
  wire: { armed: /^A\t/m, events: /^[EX]\t[^\n]*\n(?:[^\n]*\n)*[RX]\t/m },
  // bpftrace's JSON, of which pytrace makes the wire's records: where it sees nothing in the process, of what comes
  // after the fifth time that the script says it is armed (and a tick more).
  bpftrace: { armed: /(?:"A \d[^]*?){6}/, events: /(?:"A \d[^]*?){6}"[EX] [^\n]*\n(?:[^\n]*\n)*[^\n]*"[RX] /m },
};
const all = { thread: 0, functionHas: '', fileHas: '', minDurationNs: 0, depth: 0 };
/** name -> filters, kinds of events that must come, kinds that must not. Frames are only there where Python needs them. */
const variations = [
  { name: 'everything', some: 'ER', none: 'X' },
  { name: 'no frame layout', frames: null, some: 'ER', none: 'GCX' },
  { name: 'one thread', thread: true, some: 'ER', none: 'X' },
  { name: 'functionHas', functionHas: 'slow', some: 'ER', none: 'GCX' },
  { name: 'fileHas', fileHas: 'target', some: 'ER', none: 'X' },
  { name: 'minDurationNs', minDurationNs: 10_000_000, some: 'X', none: 'ERGC' },
  { name: 'depth', depth: 1, some: 'ER', none: 'X' },
  {
    name: 'all at once',
    thread: true,
    functionHas: 'low',
    fileHas: '.py',
    minDurationNs: 1000,
    depth: 50,
    some: 'X',
    none: 'ERGC',
  },
];

function check(name, script, engine, text, { some, none }) {
  const { scanner, kinds, records } = checkGrammar(text, script, engine);
  for (const kind of some) assert.ok(kinds[kind] > 0, `${name}: records ${kind} in ${JSON.stringify(kinds)}`);
  for (const kind of none) assert.equal(kinds[kind], undefined, `${name}: no record ${kind}`);
  assert.equal(Number(records.Z.ints.emitted), scanner.events, `${name}: emitted and received`);
}

const library = { DTRACE_OPT_SYSLIBDIR: '/dtrace-lib' };

/** As pytrace does: dtrace needs seconds to end, and is not always willing to. */
function start(t, { file, args, env }) {
  const guard = guarded(t.engine, '', [file, ...args]);
  return t.start(guard.file, guard.args, { env: { ...env, ...library } });
}

/** Runs tracers side by side until each has seen two rounds of the target's work, and ends them. */
async function outputs(t, target, tracers, { armed, events }) {
  await Promise.all(tracers.map((tracer) => t.armed(tracer, target, armed)));
  await Promise.all(tracers.map((tracer) => t.armed(tracer, target, events)));
  await t.sleep(300);
  for (const tracer of tracers) tracer.child.stdin.end('stop\n');
  await Promise.all(tracers.map((tracer) => tracer.end(30_000)));
}

const grammar = {
  name: 'scripts: every line of calls is a record, whatever its arguments are',
  views: ['calls'],
  timeout: 120_000,
  async run(t) {
    const target = await t.target(program);
    const facts = { id: t.engine, path: t.engine, version: '', host: { platform: 'linux' } };
    const found = inspectTarget(target.pid);
    assert.equal(found.frames !== null, t.version === '3.15');
    const suffix = { bpftrace: '.bt', dtrace: '.d', stap: '.stp' }[t.engine];
    // Each engine has its price: where the script is the same, what shares no code with the rest is enough.
    const few = t.engine === 'stap' || t.version === '3.9' ? ['everything', 'depth', 'all at once'] : null;
    for (const script of ['calls']) {
      const file = `${script}${suffix}`;
      const queue = variations.filter(({ name }) => few === null || few.includes(name));
      while (queue.length > 0) {
        const some = queue.splice(0, 4);
        const tracers = some.map(({ frames = found.frames, thread, ...filters }) => {
          const chosen = Object.fromEntries(Object.keys(all).map((key) => [key, filters[key] ?? all[key]]));
          const request = {
            script,
            target: found,
            parameters: callsParameters({ ...chosen, thread: thread ? target.pid : 0 }, { ...found, frames }),
            sudo: false,
          };
          // It is told what has been printed at the end, when there is nothing to be seen in the process any more.
          const translator = engines[t.engine].translator?.(facts, { ...request, target: { ...found, python: null } });
          return Object.assign(start(t, engines[t.engine].command(facts, request)), { translator });
        });
        await outputs(t, target, tracers, signs[t.engine] ?? signs.wire);
        for (const [i, variation] of some.entries()) {
          const expected =
            t.version === '3.15' && variation.name === 'everything' ? { some: 'ERGC', none: 'X' } : variation;
          check(`${file}, ${variation.name}`, script, t.engine, wireOf(tracers[i]), expected);
        }
      }
    }
    await nothingLeft(t);
  },
};

export default [
  { ...grammar, engines: ['dtrace', 'bpftrace'], pythons: ['3.9', '3.15'] },
  { ...grammar, engines: ['stap'], pythons: ['3.15'] },
  {
    name: 'scripts: the command that `scripts show` prints can be run by hand',
    engines: ['dtrace'],
    pythons: ['3.15'],
    async run(t) {
      const target = await t.target(program);
      const shown = await t.pytrace(['scripts', 'show', 'calls', '--engine', t.engine, '--target', String(target.pid)]);
      assert.equal(shown.code, 0, shown.stderr);
      const [title, command] = shown.stderr.split('\n').map((line) => line.replace(/^# /, ''));
      assert.match(title, /^dtrace \S+\/scripts-d\/calls\.d, run as root by:$/);
      assert.match(shown.stdout, /^#!\/usr\/sbin\/dtrace -s\n/);
      // This kernel cannot compile dtrace's own library: pytrace does without it, by hand that takes a variable.
      const byHand = start(t, { file: 'sh', args: ['-c', `exec ${command}`] });
      // The script that was printed is the script that runs.
      const copy = t.file('printed.d', shown.stdout);
      const printed = start(t, { file: 'sh', args: ['-c', `exec ${command.replace(/\S+\/calls\.d/, copy)}`] });
      await outputs(t, target, [byHand, printed], { ...signs.wire, events: /^R\t/m });
      for (const run of [byHand, printed]) check('by hand', 'calls', 'dtrace', run.stdout, { some: 'ERGC', none: 'X' });
      const list = await t.pytrace(['scripts']);
      assert.equal(list.code, 0);
      assert.match(list.stdout, /^calls +dtrace .*\/scripts-d\/calls\.d$/m);
      assert.match(list.stdout, /^calls +stap .*\/scripts-stp\/calls\.stp$/m);
      const none = await t.pytrace(['scripts', 'show', 'nothing']);
      assert.deepEqual([none.code, none.stdout], [2, '']);
      assert.match(
        none.stderr,
        /^pytrace: There is no script nothing: there is calls, gc, objects, objects-alloc, top, top-small\.$/m,
      );
    },
  },
];
