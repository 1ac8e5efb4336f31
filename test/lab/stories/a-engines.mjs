// The laboratory itself: each real engine sees exactly the calls that a program of known behaviour makes. When these
// fail, look at the laboratory before looking at pytrace.
import assert from 'node:assert/strict';

const program = `
def leaf(n):
    return n

def tick():
    pass

print("ready")
while True:
    word = input()
    if word == "tick":
        tick()
    else:
        for n in range(int(word)):
            leaf(n)
        tick()
`;
// Line 1 of the file is empty, so leaf is defined on line 2.
const entered = /^leaf 2$/gm;

async function callsAreSeen(t, tracerOf) {
  const target = await t.target(program);
  const tracer = tracerOf(target);
  await t.armed(tracer, target, /^tick /m);
  const before = tracer.stdout.length;
  target.say('25');
  await tracer.when(
    () => (tracer.stdout.slice(before).match(entered) ?? []).length >= 25,
    20_000,
    '25 entries of leaf',
  );
  tracer.kill('SIGTERM');
  await tracer.end();
  assert.equal(tracer.stdout.match(entered).length, 25);
  assert.equal(target.ended, null, 'the target lives on');
  assert.deepEqual(t.leftovers(), []);
}

const dtrace = {
  name: 'dtrace sees the calls of a live Python',
  run: (t) =>
    callsAreSeen(t, (target) =>
      t.dtrace('python$1:::function-entry { printf("%s %d\\n", copyinstr(arg1), (int)arg2); }', [target.pid]),
    ),
};

export default [
  { ...dtrace, engines: ['dtrace'], pythons: ['3.9', '3.15'] },
  { ...dtrace, engines: ['dtrace@vm'], pythons: ['3.15'] },
  {
    name: 'stap sees the calls of a live Python',
    engines: ['stap'],
    pythons: ['3.9', '3.15'],
    modules: (elf) => [['test/lab/stories/entries.stp', elf]],
    run: (t) => callsAreSeen(t, (target) => t.stap('test/lab/stories/entries.stp', { args: [t.elf], pid: target.pid })),
  },
  {
    name: 'bpftrace sees the calls of a live Python',
    engines: ['bpftrace', 'bpftrace-0.17'],
    pythons: ['3.9', '3.11', '3.15'],
    run: (t) =>
      callsAreSeen(t, (target) => {
        const entry = 'usdt:$1:python:function__entry { printf("%s %d\\n", str(arg1), (int32)arg2); }';
        // CPython 3.11 fires it only while `line` is on, too.
        const line = 'usdt:$1:python:line { @lines++; } END { clear(@lines); }';
        const program = t.version === '3.11' ? `${entry} ${line}` : entry;
        return t.bpftrace(program, { args: [`/proc/${target.pid}/exe`], pid: target.pid });
      }),
  },
  {
    name: 'a Python without the probe is told apart',
    engines: ['dtrace'],
    pythons: ['3.14'],
    async run(t) {
      const target = await t.target(program);
      const tracer = t.dtrace('python$1:::function-entry { printf("%s\\n", copyinstr(arg1)); }', [target.pid]);
      await tracer.end();
      assert.equal(tracer.code, 1);
      assert.match(tracer.stderr, /does not match any probes/);
    },
  },
];
