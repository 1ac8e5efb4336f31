// gc.d and gc.stp: what they print of a process's collections is what CPython itself counts and its callbacks time.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { guarded } from '../../../dist/engines/guard.js';
import { stackLayoutOf } from '../../../dist/target/code-layout.js';
import { CodeNames } from '../../../dist/target/code-names.js';
import { findInterpreter } from '../../../dist/target/interpreter.js';
import { readExe, readMaps } from '../../../dist/target/proc.js';
import { checkout } from '../kit.mjs';
import { checkGrammar } from './parts/grammar.mjs';
import { program, size, tolerance } from './parts/gc-program.mjs';
import { nothingLeft } from './parts/traces.mjs';

/** As engines/stap.ts gives them: part of the cache key. */
const limits = ['-DMAXERRORS=1000000000', '-DMAXSKIPPED=1000000000', '-DMAXSTRINGLEN=1024', '-DSTP_NO_OVERLOAD'];

function layoutOf(pid) {
  return stackLayoutOf(findInterpreter(pid, readExe(pid).path, readMaps(pid)), pid);
}

function start(t, target, layout, { thread = 0, minNs = 0 } = {}) {
  const at = {
    main_interpreter: layout?.mainInterpreter ?? 0,
    holder: layout?.gilHolder ?? 0,
    current_frame: layout?.currentFrame ?? 0,
    previous: layout?.previous ?? 0,
    executable: layout?.executable ?? 0,
    owner: layout?.owner ?? 0,
    instr: layout?.instr ?? 0,
    code_adaptive: layout?.codeAdaptive ?? 0,
    code_flags: layout?.codeFlags ?? 0,
    cframe: layout?.cframe == null ? 0 : layout.cframe + 1,
  };
  const command =
    t.engine === 'dtrace'
      ? ['dtrace', '-s', join(checkout, 'scripts-d/gc.d'), target.pid, thread, minNs, ...Object.values(at)]
      : [
          ...['stap', ...limits, '-x', target.pid],
          ...Object.entries({ thread, min_ns: minNs, ...at }).flatMap(([name, value]) => ['-G', `${name}=${value}`]),
          ...[join(checkout, 'scripts-stp/gc.stp'), t.elf],
        ];
  const guard = guarded(t.engine, '', command.map(String));
  return t.start(guard.file, guard.args, { env: { DTRACE_OPT_SYSLIBDIR: '/dtrace-lib' } });
}

async function stop(tracer) {
  tracer.child.stdin.end('stop\n');
  await tracer.end(30_000);
  checkGrammar(tracer.stdout, 'gc', /^H(?:\t\d+){3}\tgc\t(\w+)$/m.exec(tracer.stdout)[1]);
}

/** Every line of an output; any that is no record fails. */
function parse(tracer) {
  const found = { D: [], d: [], b: [], V: [] };
  const lines = tracer.lines.filter((line) => line !== '');
  assert.match(lines[0], /^H\t1\t\d+\t\d+\tgc\t(dtrace|stap)$/);
  // A collection that was under way may end between the probes' arming and the record that tells of it.
  const armed = lines.findIndex((line) => /^A\t\d+$/.test(line));
  assert.ok(armed === 1 || (armed === 2 && lines[1].startsWith('d\t')), lines.slice(0, 3).join('\n'));
  assert.match(lines.at(-1), /^Z\t\d+\t\d+$/);
  for (const line of lines.slice(1, -1).filter((_, at) => at !== armed - 1)) {
    assert.match(line, /^(D(\t-?\d+){13}|[db](\t\d+){3}|V(\t\d+){3})$/);
    const [kind, ...fields] = line.split('\t');
    found[kind].push(fields.map(Number));
  }
  assert.equal(Number(lines.at(-1).split('\t')[2]), found.D.length, 'records as the end counts them');
  const { D, ...others } = found;
  const records = D.map(([ts, tid, generation, pause, collected, ...pairs]) => {
    const stack = [0, 2, 4, 6].map((i) => ({ code: pairs[i], instr: pairs[i + 1] }));
    return { ts, tid, generation, pause, collected, stack };
  });
  // Processors write into the stream independently.
  records.sort((a, b) => a.ts - b.ts);
  return { D: records, ...others };
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** One tracer over one round of the target's work. */
async function round(t, target, layout, options, word = 'go') {
  const tracer = start(t, target, layout, options);
  await tracer.see(/^A\t/m, 30_000);
  await t.sleep(100);
  const before = target.lines.length;
  target.say(word);
  await target.when(() => target.lines.length > before, 30_000, 'the end of the round');
  await t.sleep(300);
  await stop(tracer);
  const [began, ended] = [/^A\t(\d+)$/m, /^Z\t(\d+)\t/m].map((line) => Number(line.exec(tracer.stdout)[1]));
  return { ...parse(tracer), truth: JSON.parse(target.lines.at(-1)), tracer, seconds: (ended - began) / 1e9 };
}

function byGeneration(truth) {
  return truth.stats.map(([collections, collected], generation) => [generation, collections, collected]);
}

function counted(records) {
  return [0, 1, 2].map((generation) => {
    const of = records.filter((one) => one.generation === generation);
    return [generation, of.length, sum(of.map(({ collected }) => collected))];
  });
}

/** Sums of pauses of a millisecond and more, as the script and as the callbacks saw them. */
function timesAgree(t, D, truth, main) {
  const own = D.filter(({ tid }) => tid === main).slice(0, truth.times.length);
  assert.deepEqual(
    own.map(({ generation }) => generation),
    truth.times.map(([generation]) => generation),
  );
  const long = truth.times.flatMap(([, ns], i) => (ns >= 1e6 ? [[ns, own[i].pause]] : []));
  assert.ok(long.length >= 10, `${long.length} collections of a millisecond`);
  const [really, seen] = [sum(long.map(([ns]) => ns)), sum(long.map(([, ns]) => ns))];
  const off = Math.abs(seen - really) / really;
  return off <= tolerance[t.place];
}

/** The four innermost functions are those that ran, with the line on which each was. */
function stacksAreRight(t, target, layout, D, places) {
  const names = new CodeNames(target.pid, layout.code);
  const [innermost, middle, init, outer, key, sorts, generator, loops] = places;
  const expected = [
    [innermost, middle, init, outer],
    [key, sorts],
    [generator, loops],
  ];
  for (const stack of expected) {
    const found = D.filter((one) => one.stack[0].code === stack[0][0]);
    assert.equal(found.length, 10, stack[0][1]);
    for (const one of found) {
      for (const [i, [code, name, qualname, line]] of stack.entries()) {
        assert.equal(one.stack[i].code, code, `${name} at ${i}: ${JSON.stringify(one.stack)}`);
        const read = names.get(code);
        const at = read.line(one.stack[i].instr);
        assert.deepEqual([read.name, read.qualname], [name, qualname]);
        // All are on one line, but the loop.
        assert.equal(at, name === 'loops' ? line + 1 : line, `line of ${name}`);
      }
    }
  }
  // Every frame of every collection is a code object with a name, or there is none below.
  for (const { stack } of D) {
    const end = stack.findIndex(({ code }) => code === 0);
    for (const { code, instr } of end < 0 ? stack : stack.slice(0, end)) {
      const read = names.get(code);
      assert.ok(read !== null && read.line(instr) !== null, `${code} ${instr} is ${read?.name}`);
      assert.ok((read.flags & 0x2000000) === 0, 'no shim');
    }
    if (end >= 0) for (const pair of stack.slice(end)) assert.deepEqual(pair, { code: 0, instr: -1 });
  }
  assert.equal(names.get(D[0].stack[0].code).name, 'work');
  names.close();
}

const story = {
  name: 'gc script: collections, what they found, how long they took, where they began',
  modules: (elf) => [[...limits, join(checkout, 'scripts-stp/gc.stp'), elf]],
  alone: true,
  timeout: 180_000,
  async run(t) {
    const target = await t.target(program, { args: size[t.place] });
    const { main, places } = JSON.parse(target.lines[0]);
    const layout = layoutOf(target.pid);
    assert.notEqual(layout, null);

    // What preempts the target between a probe and its own clock is no fault of the script: wrong is what is always so.
    for (let attempt = 0, good = false; !good; attempt++) {
      assert.ok(attempt < 4, 'pauses as the callbacks time them');
      const { D, d, b, V, truth, tracer } = await round(t, target, layout, {});
      assert.deepEqual([d, b, V], [[], [], []]);
      assert.deepEqual(counted(D), byGeneration(truth));
      for (const [tid, count] of Object.entries(truth.threads)) {
        assert.equal(D.filter((one) => one.tid === Number(tid)).length, count, `thread ${tid}`);
      }
      assert.ok(D.every(({ ts, pause }) => pause > 0 && pause < ts));
      stacksAreRight(t, target, layout, D, places);
      assert.doesNotMatch(tracer.stderr, /error|drops|invalid/i);
      good = timesAgree(t, D, truth, main);
    }

    // Short ones are left out, but counted.
    const few = await round(t, target, layout, { minNs: 1_000_000 }, 'slowly');
    assert.ok(few.D.length > 0 && few.D.every(({ pause }) => pause >= 1_000_000));
    const printed = counted(few.D);
    const lastly = new Map(few.V.map((fields) => [fields[0], fields]));
    const total = printed.map(([generation, collections]) => collections + (lastly.get(generation)?.[1] ?? 0));
    assert.deepEqual(
      total,
      few.truth.stats.map(([collections]) => collections),
    );
    for (const [, collections, pause] of lastly.values()) assert.ok(pause > 0 && pause < collections * 1_000_000);
    // Once a second and at the end.
    const zero = few.V.filter(([generation]) => generation === 0).map(([, collections]) => collections);
    assert.ok(zero.length >= 2 && zero.length <= few.seconds / 0.9 + 2 && zero[0] < zero.at(-1), JSON.stringify(zero));

    // One thread; and no frames where none are given.
    const one = await round(t, target, null, { thread: main });
    const others = sum(Object.values(one.truth.threads));
    assert.equal(one.D.length, sum(one.truth.stats.map(([collections]) => collections)) - others);
    assert.ok(
      one.D.every(({ tid, stack }) => tid === main && stack.every(({ code, instr }) => code === 0 && instr === -1)),
    );

    // In the middle of a collection.
    target.say('forever');
    const late = start(t, target, layout);
    await late.see(/^D\t/m, 30_000);
    await stop(late);
    const { D, d, b } = parse(late);
    assert.ok(d.length <= 1 && b.length === 0 && D.every(({ generation }) => generation === 2));
    if (d.length === 1) assert.ok(d[0][0] < D[0].ts);
    await nothingLeft(t);
  },
};

export default [
  // Other versions: gc.mjs.
  { ...story, engines: ['dtrace'], pythons: ['3.15'] },
];
