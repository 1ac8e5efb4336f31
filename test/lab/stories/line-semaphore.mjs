// CPython 3.11 fires function-entry only while the semaphore of its line probe is up: pytrace raises it without a trap at
// each line, and however a part of it ends it falls again, also in children that the program has forked meanwhile.
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import { withElf } from '../../../dist/target/elf.js';
import { findInterpreter } from '../../../dist/target/interpreter.js';
import { readExe, readMaps } from '../../../dist/target/proc.js';
import counts from './calls-counts.mjs';
import { lives, nothingLeft, partsOf, semaphore, sentences } from './parts/traces.mjs';

/** Each in the virtual machine takes a minute or two: there only what another engine might do otherwise. */
const common = { engines: ['dtrace', 'bpftrace', 'bpftrace-0.17', 'stap'], pythons: ['3.11'], views: ['calls'] };

const withoutStap = { ...common, engines: common.engines.filter((engine) => engine !== 'stap') };

/** Tells what sys.setprofile sees of one round in each thread, as `E name` and `R name`; then does it again, traced. */
const rounds = `
import json, sys, threading

def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def numbers(n):
    for i in range(n): yield i
def relay(n): yield from numbers(n)
def patient():
    while True:
        try: yield 1
        except KeyError: cleanup()
def cleanup(): pass
def raises(n):
    if n == 0: raise RuntimeError("unwind")
    raises(n - 1)
async def leaf(n): return n
async def parent(n):
    for i in range(n): await leaf(i)
class Shape:
    def __init__(self, size): self.own = size
    @property
    def size(self): return self.own
    def __len__(self): return 3
    def __del__(self): cleanup()

def round_of(n):
    fib(n)
    list(relay(n))
    g = patient(); next(g); g.throw(KeyError("a")); g.close()
    try: raises(n)
    except RuntimeError: cleanup()
    try: parent(n).send(None)
    except StopIteration: pass
    shape = Shape(n); len(shape); shape.size; del shape
    sorted([3, 1, 2], key=lambda x: -x)
    [x for x in range(n)]
    sum(x for x in range(n))
    exec(compile("def made(): pass\\nmade()", __file__, "exec"), {})

seen = {}
def profiler(frame, event, arg):
    if frame.f_code.co_filename == __file__ and event in ("call", "return"):
        seen.setdefault(threading.current_thread().name, []).append(("E " if event == "call" else "R ") + frame.f_code.co_name)

def work():
    threads = [threading.Thread(target=round_of, args=(n,), name=f"worker-{n}") for n in range(3, 9)]
    for thread in threads: thread.start()
    round_of(9)
    for thread in threads: thread.join()

work()
threading.setprofile(profiler)
sys.setprofile(profiler)
work()
sys.setprofile(None)
threading.setprofile(None)
print("ready", flush=True)
sys.stdin.readline()
work()
print(json.dumps(sorted(seen.values())))
`;

const ordered = {
  ...common,
  name: 'python 3.11: entries and returns are those of sys.setprofile, one for one and in order, in each thread',
  timeout: 120_000,
  async run(t) {
    const target = await t.target(rounds);
    const tracer = t.startPytrace(['calls', target.pid, '--json', '--engine', t.engine]);
    await tracer.see(/"type":"header"/, 30_000);
    target.say('go');
    await target.end(60_000);
    await tracer.end(30_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    assert.match(tracer.stderr, /^pytrace: Python 3\.11 tells of entries only while .* slower/m);
    const threads = new Map();
    for (const { type, file, tid, function: name } of tracer.json) {
      if (type !== 'entry' && type !== 'return') continue;
      if (!/\/target\d*\.py$/.test(file)) continue;
      const events = threads.get(tid) ?? [];
      threads.set(tid, events);
      events.push(`${type === 'entry' ? 'E' : 'R'} ${name}`);
    }
    const truth = JSON.parse(target.lines.at(-1));
    // What the profiler saw of the main thread ends within `work`, which it saw the end of; the module's end it did not.
    const main = threads.get(target.pid);
    assert.deepEqual([main.pop(), main.pop()], ['R <module>', 'R work']);
    const main2 = ['E work', ...main.slice(main.indexOf('E work') + 1), 'R work'];
    threads.set(target.pid, main2);
    assert.deepEqual([...threads.values()].sort(), truth.sort());
    assert.ok(truth.flat().length > 1000);
  },
};

const exact = {
  ...counts,
  ...withoutStap,
  name: `python 3.11: ${counts.name}`,
};

const forking = `
import os, signal, sys, threading, time

def tick():
    pass

def busy():
    while True:
        tick()
        time.sleep(0.01)

print("ready")
threading.Thread(target=busy, daemon=True).start()
while True:
    word = input()
    if word == "fork":
        child = os.fork()
        if child == 0:
            signal.pause()
        print("child", child)
    elif word == "execute":
        child = os.posix_spawn(sys.executable, [sys.executable, "-c", "import signal; signal.pause()"], os.environ)
        print("executed", child)
    else:
        tick()
`;
const seen = /"function":"tick"/;
const trace = (t, target) => t.startPytrace(['calls', target.pid, '--engine', t.engine, '--json']);
const line = (pid) => semaphore(pid, 'line');

/** The first byte at the site of a probe in a process's memory. */
function siteByte(pid, probe) {
  const { elf, bias } = findInterpreter(pid, readExe(pid).path, readMaps(pid));
  const address = withElf(elf.readPath, (file) => {
    const notes = file.contents(file.section('.note.stapsdt'), 1 << 20);
    // The site's address stands 24 bytes before the provider's name.
    return Number(notes.readBigUInt64LE(notes.indexOf(`python\0${probe}\0`) - 24));
  });
  const fd = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, address + bias);
    return byte[0];
  } finally {
    closeSync(fd);
  }
}
const NOP = 0x90;
const INT3 = 0xcc;

/** dtrace may take so long for its own end on a busy machine, ms: it is asked to, and nobody waits for less. */
const orderly = 25_000;
const killed = 2000;
/** How it ends -> what ends it, and how fast it must be over, ms. */
const ENDS = {
  'SIGTERM of pytrace': [(tracer) => tracer.kill('SIGTERM'), orderly],
  'SIGKILL of pytrace': [(tracer) => tracer.kill('SIGKILL'), killed],
  'SIGTERM of the engine': [(_, { engine }) => process.kill(engine, 'SIGTERM'), orderly],
  'SIGKILL of the engine': [(_, { engine }) => process.kill(engine, 'SIGKILL'), killed],
  'SIGKILL of the guard': [(_, { guard }) => process.kill(guard, 'SIGKILL'), orderly],
};

const falls = {
  ...common,
  name: 'python 3.11: the line semaphore is up while traced, no line traps, and it falls however the trace ends',
  timeout: 240_000,
  async run(t) {
    // In the emulated machine each end takes the better part of a minute: the hardest one stands for all.
    const ends = Object.entries(ENDS).filter(([how]) => t.place !== 'vm' || how === 'SIGKILL of pytrace');
    const inChildren = [];
    for (const [how, [end, ms]] of ends) {
      const target = await t.target(forking);
      const children = [];
      const child = async (word, answer) => {
        target.say(word);
        const [, pid] = await target.see(new RegExp(`^${answer} (\\d+)$`, 'm'));
        children.push(Number(pid));
        return Number(pid);
      };
      assert.deepEqual([line(target.pid), semaphore(target.pid)], [0, 0], how);
      const tracer = trace(t, target);
      await t.armed(tracer, target, seen, { ms: 60_000 });
      try {
        assert.deepEqual([line(target.pid), semaphore(target.pid)], [1, 1], how);
        assert.deepEqual([siteByte(target.pid, 'function__entry'), siteByte(target.pid, 'line')], [INT3, NOP], how);
        const forked = await child('fork', 'child');
        const executed = await child('execute', 'executed');
        inChildren.push(line(forked));
        await t.until(() => lives(executed) && line(executed) === 0, 5000, 'a program that knows nothing of it');
        const parts = partsOf(tracer);
        end(tracer, parts);
        // stap keeps the flag up until it has seen its module go; so it falls with the last of its processes.
        const limit = t.engine === 'stap' ? 5000 : ms;
        // stap 5.6 counts the other semaphore itself, and once too often where a process starts another meanwhile.
        const state = () => [line(target.pid), t.engine === 'stap' ? 0 : semaphore(target.pid)];
        await t
          .until(() => state().every((count) => count === 0), limit, `its fall at ${how}`)
          .catch((error) => {
            error.message += `: line and function-entry stand at ${state().join(' and ')}; still there: ${JSON.stringify(t.leftovers())}`;
            throw error;
          });
        assert.deepEqual([line(forked), siteByte(forked, 'line')], [0, NOP], `${how}: the child`);
        await tracer.end(30_000);
        await t.until(() => !lives(parts.engine) && !lives(parts.guard), 5000, `the end of all at ${how}`);
        assert.equal(target.ended, null, how);
        target.say('tick');
      } finally {
        for (const pid of children) process.kill(pid, 'SIGKILL');
        target.kill('SIGKILL');
        await target.end();
      }
    }
    // The end of another trace of this interpreter, in a story beside this one, takes it from a process that nobody traces.
    assert.ok(inChildren.includes(1), `in the children it was ${inChildren.join(', ')}`);
    await nothingLeft(t);
  },
};

const orphaned = {
  ...withoutStap,
  // Another trace's end could take it from the child, see above.
  alone: true,
  name: 'python 3.11: the line semaphore falls in a forked child whose parent has ended before the trace',
  async run(t) {
    const target = await t.target(forking);
    const tracer = trace(t, target);
    await t.armed(tracer, target, seen);
    target.say('fork');
    const [, pid] = await target.see(/^child (\d+)$/m);
    try {
      assert.equal(line(pid), 1);
      target.kill('SIGKILL');
      await tracer.end(30_000);
      assert.equal(tracer.code, 0, tracer.stderr);
      assert.equal(line(pid), 0);
      assert.ok(lives(Number(pid)));
    } finally {
      process.kill(Number(pid), 'SIGKILL');
    }
  },
};

const launched = {
  ...withoutStap,
  alone: true,
  name: 'python 3.11: a program that pytrace starts is seen from its first entry on',
  async run(t) {
    const path = t.file('own.py', 'def first(n):\n    return n and first(n - 1)\nfirst(9)\n');
    const words = ['calls', '--json', '--engine', t.engine, '--file', path, '--', t.python, path];
    let tracer;
    // On a busy machine the program may run before it can be held, and that is said.
    for (let tries = 0; tries < 3; tries++) {
      tracer = t.startPytrace(words);
      await tracer.end(60_000);
      assert.equal(tracer.code, 0, tracer.stderr);
      if (!/could not be held/.test(tracer.stderr)) break;
    }
    assert.deepEqual(sentences(tracer).slice(1), []);
    const own = tracer.json.filter(({ type }) => type === 'entry' || type === 'return');
    assert.deepEqual(
      own.map(({ type, function: name }) => `${type} ${name}`),
      ['entry <module>', ...Array(10).fill('entry first'), ...Array(10).fill('return first'), 'return <module>'],
    );
    assert.deepEqual(tracer.json.at(-1).corrections.missingEntries, 0);
  },
};

export default [ordered, exact, falls, orphaned, launched];
