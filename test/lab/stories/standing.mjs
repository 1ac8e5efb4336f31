// Where pytrace stands: in a PID namespace, outside of the process's, beside a chroot; and a process that cannot run.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Calls a function of that name all the time. */
const calls = (name) => `
import sys, time

def ${name}():
    time.sleep(0.01)

print("ready", flush=True)
while True:
    ${name}()
`;

const functions = (run) => [...new Set(run.json.filter(({ type }) => type === 'entry').map((entry) => entry.function))];
const entries = (run) => run.json.filter(({ type }) => type === 'entry');
const endOf = (run) => run.json.find(({ type }) => type === 'end');
const namespace = ['-p', '-f', '-m', '--propagation', 'unchanged', '--kill-child'];

/** In a PID namespace with its own /proc: a Python of the id `pid`, then pytrace with these arguments. */
function inside(t, pid, args) {
  const program = t.file('inside.py', calls('inside'));
  const script = `mount -t proc proc /proc
echo ${pid - 1} > /proc/sys/kernel/ns_last_pid
"${t.python}" "${program}" >/dev/null & target=$!
[ $target = ${pid} ] || { echo "its id is $target" >&2; exit 99; }
sleep 1
"${process.execPath}" /pytrace/dist/bin.js "$@" </dev/null; code=$?
kill $target
exit $code`;
  return t.start('unshare', [...namespace, 'bash', '-c', script, 'bash', ...args]).end(60_000);
}

const within = {
  name: 'standing: in a PID namespace the process of that id there is traced, or it is said why not; never one outside',
  engines: ['dtrace', 'bpftrace', 'bpftrace-0.17'],
  pythons: ['3.15'],
  async run(t) {
    const stranger = await t.target(calls('outside'));
    const { pid } = stranger;
    const run = await inside(t, pid, ['calls', pid, '--json', '--engine', t.engine, '--duration', '1']);
    const doctor = await inside(t, pid, ['doctor', pid, '--json']);
    const check = (area, name) => doctor.json.find((line) => line.area === area && line.name === name);
    assert.equal(check('tracers', 'dtrace').state, 'no');
    assert.match(check('tracers', 'dtrace').text, /PID namespace/);
    assert.equal(check('tracers', 'bpftrace').state, t.edition === 'bpftrace-0.17' ? 'no' : 'ok');
    if (t.edition === 'bpftrace') {
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(functions(run), ['inside']);
      assert.deepEqual([...new Set(entries(run).map(({ tid }) => tid))], [pid]);
      assert.equal(doctor.json.at(-1).ok, true);
    } else {
      assert.equal(run.code, 3, run.stderr);
      assert.equal(run.stdout, '');
      assert.match(run.stderr, /runs in a PID namespace \(a container\), where those are not known; /);
    }
  },
};

const outside = {
  name: 'standing: a process in a PID namespace is traced from outside, by the id that it has there',
  engines: ['dtrace', 'bpftrace', 'bpftrace-0.17'],
  pythons: ['3.15'],
  async run(t) {
    const program = t.file('inside.py', calls('inside'));
    const unshare = t.start('unshare', ['-p', '-f', '--kill-child', t.python, program]);
    await unshare.see(/^ready$/m);
    const pid = Number(readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'latin1'));
    const args = ['calls', pid, '--json', '--engine', t.engine, '--duration', '1'];
    const run = await t.pytrace([...args.map(String), '--thread', String(pid)], { timeout: 60_000 });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(functions(run), ['inside']);
    assert.deepEqual([...new Set(entries(run).map(({ tid }) => tid))], [pid]);
    const doctor = await t.pytrace(['doctor', String(pid), '--json'], { timeout: 60_000 });
    const ids = doctor.json.find(({ name }) => name === 'process ids');
    assert.match(ids.text, /in which it is process 1;/);
    // The first process of a namespace minds no signal from within it, and SIGTERM only where it has a handler.
    process.kill(pid, 'SIGKILL');
    await unshare.end();
  },
};

const chroot = {
  name: "standing: of a process that has another root directory than pytrace's that is said, not that it has no probes",
  engines: ['dtrace', 'bpftrace', 'bpftrace-0.17'],
  pythons: ['3.15'],
  async run(t) {
    const root = join(t.dir, 'root');
    mkdirSync(root);
    const target = await t.target(`import os\nos.chroot(${JSON.stringify(root)})${calls('jailed')}`);
    const args = ['calls', String(target.pid), '--json', '--engine', t.engine, '--duration', '1'];
    const run = await t.pytrace(args, { timeout: 60_000 });
    if (t.engine === 'dtrace') {
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(functions(run), ['jailed']);
    } else {
      assert.equal(run.code, 3, run.stderr);
      assert.match(run.stderr, /the root directory of process \d+ is not pytrace's \(chroot to \/.*\/root\)/);
      assert.doesNotMatch(run.stderr, /no such probe/);
    }
    const doctor = await t.pytrace(['doctor', String(target.pid), '--json'], { timeout: 60_000 });
    const check = (area, name) => doctor.json.find((line) => line.area === area && line.name === name);
    assert.match(check(`process ${target.pid}`, 'root directory').text, /chroot to/);
    assert.equal(check('tracers', 'bpftrace').state, 'no');
    assert.equal(check('tracers', 'dtrace').state, 'ok');
  },
};

/** Holds a process by ptrace, and stops it, until it is told to let go. */
const holder = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
pid = int(sys.argv[1])
SEIZE, INTERRUPT = 0x4206, 0x4207
for request in (SEIZE, INTERRUPT):
    if libc.ptrace(request, pid, 0, 0) != 0: sys.exit("ptrace: " + os.strerror(ctypes.get_errno()))
print("ready", flush=True)
input()
`;

const stopped = {
  name: 'standing: a process that is stopped, or held by ptrace, is said to be so while it is traced and by doctor',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  async run(t) {
    const target = await t.target(calls('work'));
    const args = ['calls', String(target.pid), '--json', '--engine', t.engine];
    const tracer = t.startPytrace(args);
    await tracer.see(/"work"/, 30_000);
    target.kill('SIGSTOP');
    await tracer.seeError(/Process \d+ is stopped by a signal .*: kill -CONT \d+ lets it go on\.$/m);
    const doctor = await t.pytrace(['doctor', String(target.pid), '--json'], { timeout: 60_000 });
    assert.match(doctor.json.find(({ name }) => name === 'running').text, /^it is stopped by a signal/);
    target.kill('SIGCONT');
    await tracer.seeError(/Process \d+ runs again; /);
    const gdb = t.start(t.python, ['-c', holder, target.pid]);
    await gdb.see(/^ready$/m);
    await tracer.seeError(new RegExp(`in the hands of python3\\.15 \\(pid ${gdb.pid}\\), which holds it by ptrace`));
    tracer.kill('SIGINT');
    await tracer.end(40_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    assert.match(tracer.stderr, new RegExp(`target still held by python3\\.15 \\(pid ${gdb.pid}\\)`));
    assert.match(tracer.stderr, /The process stood still for some \d+ s of that: it was held by python3\.15/);
    const { standstill } = endOf(tracer);
    assert.equal(standstill.why, 'holder');
    assert.equal(standstill.heldBy.pid, gdb.pid);
    assert.equal(standstill.still, true);
    assert.ok(standstill.ms > 0);
    gdb.say('go');
    await gdb.end();
  },
};

export default [within, outside, chroot, stopped];
