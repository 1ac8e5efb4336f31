// `pytrace objects`: nineteen kinds of classes, each made and dropped a known number of times. What this build or engine
// cannot count is said, and never shown as a right number.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { debugFile, debugFolder } from './parts/debug-file.mjs';
import { nothingLeft, partsOf, remains, sentences, stapModules } from './parts/traces.mjs';

const COUNT = { chroot: 5000, vm: 1000 };
/** Debian's 3.9 frees some of the instances of these without PyObject_GC_Del. */
const NATIVE = /\.(Int|List|Dict|Str|Tuple|Problem|Point)$/;

const objects = {
  name: 'objects by pytrace: every instance of nineteen kinds of classes is counted, or the counts are said to be partial',
  views: ['objects-alloc'],
  modules(elf) {
    // Without it the module compiled beforehand would be another one than pytrace's.
    process.env.SYSTEMTAP_DEBUGINFO_PATH = debugFolder;
    debugFile(elf);
    return [];
  },
  timeout: 120_000,
  async run(t) {
    const count = COUNT[t.place];
    const target = await t.target('test/lab/programs/classes.py', { args: [count] });
    const { classes } = JSON.parse(target.lines[0]);
    assert.equal(classes.length, 19);
    const file = join(t.dir, 'objects.ptrace');
    const words = ['objects', target.pid, '--json', '--engine', t.engine];

    if (t.engine === 'dtrace') {
      const refused = await t.pytrace(words);
      assert.equal(refused.code, 3);
      assert.equal(refused.stdout, '');
      assert.equal(sentences(refused).length, 1, refused.stderr);
      assert.match(refused.stderr, /^pytrace: dtrace .* by ptrace.*--engine stap.*--allow-ptrace\.\n$/);
    }

    const before = t.engine === 'stap' ? stapModules() : [];
    const tracer = t.startPytrace([...words, '--allow-ptrace', '--record', file]);
    await tracer.see(/"type":"header"/, 30_000);
    const parts = partsOf(tracer);
    target.say('go');
    await target.see(/^done$/m, 60_000);
    tracer.kill('SIGINT');
    await tracer.end(30_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    await nothingLeft(t);
    assert.deepEqual(remains(t, parts, before), []);

    const { json } = tracer;
    const end = json.at(-1);
    assert.deepEqual([end.type, end.lost], ['end', 0]);
    const rows = new Map(
      json.slice(json.findLastIndex(({ type }) => type === 'snapshot') + 1, -1).map((row) => [row.class, row]),
    );
    for (const row of rows.values()) assert.equal(row.alive, row.created - row.destroyed);
    const seen = classes.map(({ module, qualname }) => {
      const name = `${module}.${qualname}`;
      const { created, destroyed } = rows.get(name) ?? {};
      return [
        name,
        created,
        t.version === '3.9' && t.engine !== 'bpftrace' && NATIVE.test(name) && destroyed === 0 ? count : destroyed,
      ];
    });
    assert.deepEqual(
      seen,
      classes.map(({ module, qualname }) => [`${module}.${qualname}`, count, count]),
    );
    if (t.version === '3.9' && t.engine !== 'bpftrace') {
      assert.equal(json[0].quality, 'partial');
      assert.match(end.partial, /frees some subclasses of dict, tuple and exceptions/);
    } else assert.deepEqual([json[0].quality, end.partial], ['exact', undefined]);

    const replay = await t.pytrace(['replay', file, '--json']);
    assert.equal(replay.code, 0, replay.stderr);
    assert.deepEqual(
      new Map(
        replay.json
          .slice(replay.json.findLastIndex(({ type }) => type === 'snapshot') + 1, -1)
          .map((row) => [row.class, row]),
      ),
      rows,
    );
    assert.deepEqual(replay.json.at(-1), end);

    // No breakpoint and no module is left in the process.
    target.say('go');
    await target.see(/^done\ndone$/m, 60_000);
  },
};

/** A second thread loads a shared library as soon as it is told to: dtrace's breakpoint there would kill the process. */
const threaded = `
import sys, threading, time
def loads():
    sys.stdin.readline()
    import _decimal, _ctypes
    print('loaded', flush=True)
thread = threading.Thread(target=loads)
if 'late' not in sys.argv:
    thread.start()
print('ready', flush=True)
if 'late' in sys.argv:
    sys.stdin.readline()
    thread.start()
time.sleep(60)
`;

const threads = {
  name: 'objects: dtrace holds no process of several threads, and lets go of one that starts a second thread',
  engines: ['dtrace'],
  pythons: ['3.13'],
  views: [],
  async run(t) {
    const words = (target) => ['objects', target.pid, '--json', '--engine', 'dtrace', '--allow-ptrace'];
    const several = await t.target(threaded);
    const refused = await t.pytrace(words(several));
    assert.deepEqual([refused.code, refused.stdout, sentences(refused).length], [3, '', 1]);
    assert.match(refused.stderr, /^pytrace: dtrace must hold .* has 2 threads: .*--engine stap/);

    const late = await t.target(threaded, { args: ['late'] });
    const tracer = t.startPytrace(words(late));
    await tracer.see(/"type":"header"/, 30_000);
    const parts = partsOf(tracer);
    late.say('go');
    await tracer.end(30_000);
    assert.equal(tracer.code, 1);
    assert.match(tracer.stderr, /has started a second thread, .*: the trace was ended\.\n/);
    assert.equal(tracer.json.at(-1).reason, 'engine-died');
    await nothingLeft(t);
    assert.deepEqual(remains(t, parts, []), []);
    late.say('go');
    await late.see(/^loaded$/m);
  },
};

export default [
  threads,
  { ...objects, engines: ['dtrace'], pythons: ['3.9'] },
  { ...objects, engines: ['bpftrace'], pythons: ['3.9', '3.11', '3.13', '3.14', '3.15'] },
  { ...objects, engines: ['stap'], pythons: ['3.13'] },
];
