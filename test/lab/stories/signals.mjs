// However pytrace or a part of it ends, the target lives on at its full speed and nothing is left in the kernel.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guarded } from '../../../dist/engines/guard.js';
import { isAlive } from '../../../dist/engines/left-behind.js';
import { checkout } from '../kit.mjs';
import {
  children,
  commandOf,
  lives,
  nothingLeft,
  partsOf,
  remains,
  semaphore,
  sentences,
  startOf,
  stapModules,
} from './parts/traces.mjs';

const program = `
import sys, threading

def tick():
    pass

def storm():
    while busy:
        tick()

print("ready")
busy = False
while True:
    word = input()
    if word == "storm":
        busy = True
        threading.Thread(target=storm).start()
    elif word == "rest":
        busy = False
    elif word == "import":
        assert "_ctypes" not in sys.modules
        import _ctypes
        print("imported", _ctypes.__file__)
    else:
        tick()
`;
const seen = /"function":"tick"/;

const trace = (t, target, ...options) =>
  t.startPytrace(['calls', target.pid, '--engine', t.engine, '--json', ...options]);

/** A breakpoint that a tracer had left in the dynamic linker would kill the target now. */
async function livesOn(target) {
  target.say('rest');
  target.say('import');
  await target.see(/^imported .*\.so$/m);
  assert.equal(target.ended, null);
}

const killed = {
  name: 'signals: after SIGKILL of pytrace tracing stops in 2 s and all is gone in 5 s',
  engines: ['dtrace', 'bpftrace', 'stap'],
  pythons: ['3.15'],
  views: ['calls'],
  alone: true,
  async run(t) {
    // A busy engine notices by itself that nobody reads what it writes; a quiet one only has its guard.
    const storms = t.engine === 'stap' ? [false] : [false, true];
    const late = (took) => took.some(({ off, gone }) => off > 2000 * t.patience || gone > 5000 * t.patience);
    const first = await Promise.all(storms.map((storm) => killedWhile(t, storm)));
    // Once it may be late, where other work takes the processors.
    const took = late(first) ? await Promise.all(storms.map((storm) => killedWhile(t, storm))) : first;
    assert.ok(!late(took), `ms until tracing had ended, and until nothing was left: ${JSON.stringify([first, took])}`);
    await nothingLeft(t);
  },
};

async function killedWhile(t, storm) {
  const target = await t.target(program);
  const modules = t.engine === 'stap' ? stapModules() : [];
  assert.equal(semaphore(target.pid), 0);
  const tracer = trace(t, target);
  await t.armed(tracer, target, seen);
  assert.equal(semaphore(target.pid), 1, 'the probe is on');
  const parts = partsOf(tracer);
  // Of bpftrace nothing is in the kernel's lists.
  const least = t.engine === 'bpftrace' ? 2 : 3;
  assert.ok(remains(t, parts, modules).length >= least, 'guard, engine and kernel things are there to be seen');
  if (storm) target.say('storm');
  await t.sleep(200);
  const start = performance.now();
  tracer.kill('SIGKILL');
  const passed = () => Math.round(performance.now() - start);
  await t.until(() => semaphore(target.pid) === 0, 10_000, 'the end of tracing');
  const off = passed();
  await t.until(() => remains(t, parts, modules).length === 0, 15_000, 'the end of all that was left');
  const gone = passed();
  await livesOn(target);
  return { off, gone };
}

const told = {
  name: 'signals: SIGINT, SIGTERM and SIGHUP end pytrace in good order',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  async run(t) {
    const target = await t.target(program);
    const traces = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => ({ signal, tracer: trace(t, target) }));
    await Promise.all(traces.map(({ tracer }) => t.armed(tracer, target, seen)));
    for (const one of traces) {
      one.parts = partsOf(one.tracer);
      one.tracer.kill(one.signal);
    }
    for (const { signal, tracer, parts } of traces) {
      await tracer.end();
      const end = tracer.json.at(-1);
      assert.equal(tracer.code, 0, signal);
      assert.deepEqual([end.type, end.reason, end.lost], ['end', 'interrupted', 0], signal);
      assert.equal(end.events, tracer.json.length - 2, signal);
      assert.match(tracer.stderr, /0 lost, probes removed, target still running\./, signal);
      assert.deepEqual(remains(t, parts), [], signal);
    }
    assert.equal(semaphore(target.pid), 0);
    await livesOn(target);
    await nothingLeft(t);
  },
};

const broken = {
  name: 'signals: an engine or a guard that is killed ends the trace with one sentence and exit status 1',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  async run(t) {
    const target = await t.target(program);
    const traces = [
      { victim: 'engine', sentence: `pytrace: ${t.engine} was killed by signal 9 during the trace.` },
      { victim: 'guard', sentence: `pytrace: The guard of ${t.engine} was killed, so the trace was stopped.` },
    ].map((one) => ({ ...one, tracer: trace(t, target) }));
    await Promise.all(traces.map(({ tracer }) => t.armed(tracer, target, seen)));
    for (const one of traces) {
      one.parts = partsOf(one.tracer);
      process.kill(one.parts[one.victim], 'SIGKILL');
    }
    for (const { victim, sentence, tracer, parts } of traces) {
      await tracer.end();
      assert.equal(tracer.code, 1, victim);
      assert.deepEqual(sentences(tracer), [sentence]);
      const end = tracer.json.at(-1);
      assert.deepEqual([end.type, end.reason], ['end', 'engine-died'], victim);
      assert.deepEqual(remains(t, parts), [], victim);
    }
    assert.equal(semaphore(target.pid), 0);
    await bothKilled(t, target);
    await livesOn(target);
    await nothingLeft(t);
  },
};

/** Nobody but pytrace itself is left then to see when the probes are gone. */
async function bothKilled(t, target) {
  const tracer = trace(t, target);
  await t.armed(tracer, target, seen);
  const { guard, engine } = partsOf(tracer);
  process.kill(guard, 'SIGKILL');
  process.kill(engine, 'SIGKILL');
  await tracer.end();
  assert.equal(semaphore(target.pid), 0, 'pytrace has waited for the end of the probes');
  assert.equal(tracer.code, 1);
  await t.until(() => remains(t, { guard, engine }).length === 0, 1000, 'the end of all that was left');
}

/** As dtrace does that is killed late: its first thread is a zombie while another one still takes its probes out. */
const lastThread = `
import ctypes, signal, threading, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(0.7,)).start()
print("alone")
ctypes.CDLL(None).pthread_exit(None)
`;

const zombie = {
  name: 'signals: an engine lives until its last thread has ended',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    const { file, args } = guarded('dtrace', '', [t.python, '-u', t.file('engine.py', lastThread)]);
    const guard = t.start(file, args);
    await guard.see(/^alone$/m);
    const engine = Number(/engine (\d+)/.exec(guard.stderr)[1]);
    await t.until(
      () => /\) Z/.test(readFileSync(`/proc/${engine}/stat`, 'latin1')),
      500,
      'the end of its first thread',
    );
    assert.ok(isAlive(engine) && lives(engine));
    // Nobody but the guard's second process is left to see when it ends, and it says so.
    process.kill(guard.pid, 'SIGKILL');
    await guard.seeError(/^pytrace-guard: clean$/m);
    assert.ok(!existsSync(`/proc/${engine}/stat`) || readdirSync(`/proc/${engine}/task`).length === 1);
    assert.ok(!isAlive(engine) && !lives(engine));
  },
};

const unread = {
  name: 'signals: a reader that has seen enough (| head) ends pytrace quietly, and the probes are removed',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  alone: true,
  async run(t) {
    const target = await t.target(program);
    const command = `"$@" | head -n 3; echo "status \${PIPESTATUS[0]}" >&2`;
    const pytrace = [process.execPath, join(checkout, 'dist/bin.js'), 'calls', target.pid, '--engine', t.engine];
    const pipe = t.start('bash', ['-c', command, 'bash', ...pytrace, '--output', 'flow']);
    target.say('storm');
    await pipe.when(() => semaphore(target.pid) === 1 || pipe.lines.length === 3, 20_000, 'an armed trace');
    await pipe.seeError(/^status/m, 20_000);
    assert.equal(pipe.lines.length, 3);
    assert.match(pipe.stderr, /^status 0$/m);
    assert.deepEqual(sentences(pipe), []);
    assert.doesNotMatch(pipe.stderr, /EPIPE|lost|Error/);
    await t.until(() => semaphore(target.pid) === 0, 2000, 'the removal of the probes');
    await livesOn(target);
    await t.until(() => t.leftovers().every(({ pid }) => !lives(pid)), 5000, 'the end of all');
  },
};

/** The processes that stand between pytrace and the engine, in the order of their start, and the engine. */
function standing(tracer) {
  const { guard, engine } = partsOf(tracer);
  const own = children(guard).filter((pid) => pid !== engine && commandOf(pid).includes('pytrace-guard'));
  const [watcher, waker] = own.sort((a, b) => startOf(a) - startOf(b) || a - b);
  return { guard, watcher, waker, engine };
}

const stopped = {
  name: 'signals: one that stands still (SIGSTOP) when pytrace is killed is continued: all ends, no probe is left',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  alone: true,
  timeout: 120_000,
  async run(t) {
    for (const victim of ['guard', 'watcher', 'waker', 'engine']) {
      const target = await t.target(program);
      const tracer = trace(t, target);
      await t.armed(tracer, target, seen);
      const parts = standing(tracer);
      assert.ok(parts.waker > 0);
      process.kill(parts[victim], 'SIGSTOP');
      tracer.kill('SIGKILL');
      await t.until(() => semaphore(target.pid) === 0, 3000, `the end of tracing with a stopped ${victim}`);
      await t.until(() => remains(t, parts).length === 0, 5000, `the end of all with a stopped ${victim}`);
      await livesOn(target);
    }
    await nothingLeft(t);
    // In order, too: pytrace lives, and is told to end.
    const target = await t.target(program);
    const tracer = trace(t, target);
    await t.armed(tracer, target, seen);
    const parts = standing(tracer);
    process.kill(parts.guard, 'SIGSTOP');
    tracer.kill('SIGINT');
    await tracer.end();
    assert.equal(tracer.code, 0);
    assert.match(tracer.stderr, /0 lost, probes removed, target still running\./);
    assert.deepEqual(remains(t, parts), []);
    await nothingLeft(t);
  },
};

export default [killed, told, broken, zombie, unread, stopped];
