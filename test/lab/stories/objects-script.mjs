// The scripts of instances: objects-alloc counts each instance of nineteen kinds of classes at CPython's allocator;
// objects counts what instance probes say, on a program that stands in for a Python that has them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bpftrace } from '../../../dist/engines/bpftrace.js';
import { deletionsSeen, findAllocClone } from '../../../dist/target/alloc-clone.js';
import { CodeNames } from '../../../dist/target/code-names.js';
import { stackLayoutOf } from '../../../dist/target/code-layout.js';
import { withElf } from '../../../dist/target/elf.js';
import { findInterpreter } from '../../../dist/target/interpreter.js';
import { readExe, readMaps } from '../../../dist/target/proc.js';
import { TypeNames } from '../../../dist/target/type-names.js';
import { probeParameters } from '../../../dist/views/objects/parameters.js';
import { unescapeBytes } from '../../../dist/wire/escape.js';
import { checkout } from '../kit.mjs';
import { debugFile, debugFolder } from './parts/debug-file.mjs';
import { checkGrammar, wireOf } from './parts/grammar.mjs';

const COUNT = 5000;
/** As pytrace gives them; MAXACTION and MAXTRYLOCK: a snapshot of thousands of classes is long. */
const limits = [
  '-DMAXERRORS=1000000000',
  '-DMAXSKIPPED=1000000000',
  '-DMAXSTRINGLEN=1024',
  '-DSTP_NO_OVERLOAD',
  '-DMAXACTION=10000000',
  '-DMAXTRYLOCK=1000000',
];
const frameNames = ['main_interpreter', 'holder', 'current_frame', 'previous', 'executable', 'owner', 'instr'];
/** The stand-in; in the laboratory's tree, so that a module compiled for it fits in the VM too. */
const standIn = '/var/tmp/pytrace-instances';

/** Once, though the compilation of all modules and a story may ask for it at the same time. */
function buildStandIn() {
  const source = join(checkout, 'test/lab/programs/instances.c');
  const build = `[ "$1" -nt "$2" ] || { gcc -O1 -Wall -Werror -pthread -o "$1.new" "$2" && mv "$1.new" "$1"; }`;
  execFileSync('flock', [`${standIn}.lock`, 'sh', '-c', build, 'sh', standIn, source], { stdio: 'inherit' });
}

/** Starts a script as pytrace does; `values` are the arguments behind pid and thread, by name. */
function tracer(t, script, { pid, elf, thread = 0, frames = [], interval = 300, sites = 0, cframe = 0, env = {} }) {
  const layout = frames.length > 0 ? frames : Array(8).fill(0);
  if (t.engine === 'dtrace') {
    const options = ['-x', 'syslibdir=/dtrace-lib', '-s', join(checkout, `scripts-d/${script}.d`)];
    // A pid provider needs -p; without .symtab the allocator's copy is no probe: -Z.
    if (script === 'objects-alloc') options.push('-Z', '-p', pid);
    return t.start('dtrace', [...options, pid, thread, ...layout, interval, sites, cframe], { env });
  }
  if (t.engine === 'bpftrace') {
    const facts = { id: 'bpftrace', path: 'bpftrace', version: '0.27.1', host: { platform: 'linux' } };
    const target = { pid, exe: elf, python: { elf: { path: elf, readPath: `/proc/${pid}/exe`, kind: 'executable' } } };
    const parameters = probeParameters(target, { thread, intervalMs: interval, sites: false });
    const request = { script, target, parameters, sudo: false };
    const command = bpftrace.command(facts, request);
    const translator = bpftrace.translator(facts, request);
    return Object.assign(t.start(command.file, command.args, { env: command.env }), { translator });
  }
  const globals = { thread, interval_ms: interval };
  if (script === 'objects-alloc') {
    [...frameNames, 'code_adaptive'].forEach((name, i) => (globals[name] = layout[i]));
    Object.assign(globals, { sites, cframe });
  }
  const given = Object.entries(globals).flatMap(([name, value]) => ['-G', `${name}=${value}`]);
  const file = join(checkout, `scripts-stp/${script}.stp`);
  return t.start('stap', [...limits, '-s', '32', '-x', pid, ...given, file, elf], { env });
}

const kinds = { H: 6, A: 2, S: 2, s: 2, O: 4, W: 5, t: 4, q: 4, I: 5, J: 4, j: 4, L: 3, Z: 3 };
/** bpftrace tells one column of a row at a time. */
function add(rows, key, [, first, second]) {
  const [one, other] = rows.get(key) ?? [0, 0];
  rows.set(key, [one + Number(first), other + Number(second)]);
}

/** The snapshots of an output: { O: Map type -> [created, destroyed], … }; every line is looked at. */
function snapshots(output, script, engine) {
  const lines = output.split('\n').filter((line) => line !== '');
  const done = [];
  let open = null;
  for (const line of lines) {
    const fields = line.split('\t');
    assert.equal(fields.length, kinds[fields[0]], `a record: ${line}`);
    if (fields[0] === 'S') open = { O: new Map(), W: [], I: new Map(), J: [], j: new Map() };
    else if (fields[0] === 's') {
      done.push(open);
      open = null;
    } else if (fields[0] === 'O') open.O.set(Number(fields[1]), [Number(fields[2]), Number(fields[3])]);
    else if (fields[0] === 'I') add(open.I, `${text(fields[3])}\t${text(fields[4])}`, fields);
    else if (fields[0] === 'j') add(open.j, text(fields[3]), fields);
    else if (fields[0] === 'J') open.J.push([Number(fields[1]), Number(fields[2]), text(fields[3])]);
    else if (fields[0] === 'W') open.W.push(fields.slice(1).map(Number));
    // t and q come between snapshots: a class is seen, or has ended.
    else assert.notEqual(fields[0], 'L', line);
  }
  assert.deepEqual([lines[0].split('\t').slice(4), lines.at(-1).split('\t')[2]], [[script, engine], '0']);
  assert.equal(open, null);
  // Cumulative: no count is ever less than in the snapshot before.
  for (const [i, one] of done.entries()) {
    for (const table of i === 0 ? [] : ['O', 'I', 'j']) {
      for (const [key, before] of done[i - 1][table]) {
        const now = one[table].get(key);
        assert.ok(now !== undefined && now.every((count, at) => count >= before[at]), `${key}: ${before} then ${now}`);
      }
    }
  }
  return done;
}

const text = (field) => Buffer.from(unescapeBytes(Buffer.from(field, 'utf8'))).toString('hex');

const alloc = {
  name: 'objects-alloc: every instance of nineteen kinds of classes is counted once made and once destroyed',
  timeout: 120_000,
  modules(elf) {
    // For the compilation of all modules: this folder has nothing but these files.
    process.env.SYSTEMTAP_DEBUGINFO_PATH = debugFolder;
    debugFile(elf);
    return [[...limits, join(checkout, 'scripts-stp/objects-alloc.stp'), elf]];
  },
  async run(t) {
    const target = await t.target('test/lab/programs/classes.py', { args: [t.place === 'vm' ? COUNT / 5 : COUNT] });
    const count = t.place === 'vm' ? COUNT / 5 : COUNT;
    const { classes, builtin } = JSON.parse(target.lines[0]);
    const interpreter = findInterpreter(target.pid, readExe(target.pid).path, readMaps(target.pid));
    const [clone, deletions] = withElf(interpreter.elf.readPath, (elf) => [findAllocClone(elf), deletionsSeen(elf)]);
    assert.equal(clone.kind, t.version === '3.9' ? 'none needed' : 'found');
    assert.equal(deletions, t.version === '3.9' ? 'most' : 'all');
    const layout = stackLayoutOf(interpreter, target.pid);
    const frames = [...Object.values(layoutFields(layout))];

    const names = new TypeNames(target.pid, interpreter.version.minor);
    for (const { address, module, qualname } of classes) {
      const name = names.get(address);
      assert.deepEqual([name?.module, name?.qualname], [module, qualname]);
    }
    assert.deepEqual(names.get(builtin.int), { module: 'builtins', qualname: 'int', nativeBase: 'int' });
    assert.equal(names.get(builtin.deque).module, 'collections');
    assert.deepEqual([names.get(classes[0].address + 16), names.get(4096), names.get(NaN)], [null, null, null]);

    debugFile(t.elf);
    const run = tracer(t, 'objects-alloc', {
      pid: target.pid,
      elf: t.elf,
      thread: target.pid,
      frames,
      sites: 1,
      cframe: layout.cframe === null ? 0 : layout.cframe + 1,
      env: { SYSTEMTAP_DEBUGINFO_PATH: debugFolder },
    });
    await run.see(/^A\t/m, 30_000);
    await t.sleep(500);
    target.say('go');
    await target.see(/^done$/m, 60_000);
    run.kill('SIGTERM');
    await run.end(30_000);

    checkGrammar(run.stdout, 'objects-alloc', t.engine);
    const all = snapshots(run.stdout, 'objects-alloc', t.engine);
    assert.ok(all.length > 1, `${all.length} snapshots`);
    const last = all.at(-1);
    const code = new CodeNames(target.pid, layout.code);
    for (const { address, qualname } of classes) {
      const [created, destroyed] = last.O.get(address) ?? [0, 0];
      const native = names.get(address).nativeBase;
      // Debian's 3.9 frees some of the instances that have a native base without PyObject_GC_Del.
      if (deletions === 'all' || native === 'object') assert.equal(destroyed, count, `${qualname} destroyed`);
      else assert.ok(destroyed === count || destroyed === 0, `${qualname} destroyed ${destroyed}`);
      // dtrace does not find the allocator's copy in a stripped file.
      if (t.engine === 'stap' || clone.kind === 'none needed') assert.equal(created, count, `${qualname} created`);
      else assert.ok(created === count || created === 0, `${qualname} created ${created}`);
      const sites = last.W.filter(([type]) => type === address);
      assert.equal(
        sites.reduce((sum, [, , , made]) => sum + made, 0),
        created,
        `${qualname} by site`,
      );
      if (qualname === 'Node' && created > 0) {
        const [[, at, instr]] = sites;
        const site = code.get(at);
        assert.deepEqual([site?.name, site?.line(instr) - site?.firstLine], ['chain', 3]);
      }
    }
    // The process goes on after the tracer.
    target.say('go');
    await target.see(/^done\ndone$/m, 30_000);
    target.kill('SIGKILL');
    await target.end();
    assert.equal(names.get(classes[0].address).qualname, 'Plain', 'a name outlives the process');
    names.close();
    code.close();
  },
};

function layoutFields({ mainInterpreter, gilHolder, currentFrame, previous, executable, owner, instr, codeAdaptive }) {
  return { mainInterpreter, gilHolder, currentFrame, previous, executable, owner, instr, codeAdaptive };
}

const probes = {
  name: 'objects: instances by class and file, and the time of nested deletions, on a stand-in with instance probes',
  pythons: ['3.15'],
  alone: true,
  timeout: 120_000,
  modules() {
    buildStandIn();
    return [[...limits, join(checkout, 'scripts-stp/objects.stp'), standIn]];
  },
  async run(t) {
    buildStandIn();
    const target = t.start(standIn, [4, t.place === 'vm' ? 50 : 200]);
    await target.see(/^ready$/m);
    const run = tracer(t, 'objects', { pid: target.pid, elf: standIn });
    await run.see(/^A\t|"A \d/m, 30_000);
    await t.sleep(500);
    target.say('go');
    await target.see(/^done$/m, 60_000);
    run.kill('SIGTERM');
    await run.end(30_000);

    const output = wireOf(run);
    checkGrammar(output, 'objects', t.engine);
    const all = snapshots(output, 'objects', t.engine);
    assert.ok(all.length > 1, `${all.length} snapshots`);
    const last = all.at(-1);
    // bpftrace writes JSON, in which what is no UTF-8 has no place; and an empty text may be one that it could not read.
    const decoded = (hex) => Buffer.from(Buffer.from(hex, 'hex').toString() || '?').toString('hex');
    const cut = (hex) => (hex === '-' ? '01' : t.engine === 'bpftrace' ? decoded(hex) : hex.slice(0, 2 * 255));
    const times = new Map();
    const truth = target.lines.filter((line) => line.includes('\t')).map((line) => line.split('\t'));
    assert.equal(last.I.size, truth.length);
    for (const [name, file, created, destroyed, outermost, sum, longest] of truth) {
      assert.deepEqual(last.I.get(`${cut(name)}\t${cut(file)}`), [Number(created), Number(destroyed)], name);
      const before = times.get(cut(name)) ?? [0, 0, 0];
      times.set(cut(name), [before[0] + Number(outermost), before[1] + Number(sum), Math.max(before[2], longest)]);
    }
    assert.deepEqual([...last.j.keys()].sort(), [...times.keys()].sort());
    for (const [name, [outermost, sum, longest]] of times) {
      const buckets = last.J.filter(([, , of]) => of === name);
      const low = (bucket) => 2 ** Math.floor(bucket / 4) * (1 + (bucket % 4) / 4);
      const counted = buckets.reduce((n, [, count]) => n + count, 0);
      assert.equal(counted, outermost, `${name}: deletions in the histogram`);
      const [ns, most] = last.j.get(name);
      // The program's own clock stands around the probes.
      assert.ok(ns <= sum && most <= longest, `${name}: ${ns} ns of ${sum}, ${most} of ${longest}`);
      const least = buckets.reduce((n, [bucket, count]) => n + count * low(bucket), 0);
      const top = buckets.reduce((n, [bucket, count]) => n + count * low(bucket + 1), 0);
      assert.ok(least <= ns && ns <= top, `${name}: ${ns} ns, by buckets ${least} to ${top}`);
      assert.ok(
        buckets.some(([bucket]) => low(bucket) <= most && most < low(bucket + 1)),
        `${name}: longest ${most}`,
      );
    }
    const slow = Buffer.from('Slow').toString('hex');
    const share = last.j.get(slow)[0] / times.get(slow)[1];
    // In the emulated machine a probe takes a good part of a millisecond.
    assert.ok(share > (t.place === 'vm' ? 0.9 : 0.97), `time of Slow: ${share} of the truth`);
  },
};

export default [
  { ...alloc, engines: ['dtrace'], pythons: ['3.9', '3.13', '3.14', '3.15'] },
  // 3.13: objects.mjs.
  { ...alloc, engines: ['stap'], pythons: ['3.9', '3.15'] },
  { ...probes, engines: ['dtrace', 'bpftrace', 'stap'] },
];
