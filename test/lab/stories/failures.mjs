// What cannot be done is refused with its cause and its cure, in a sentence, and with nothing left behind.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkout, pythons } from '../kit.mjs';
import { sentences } from './parts/traces.mjs';

const program = `
def tick():
    pass

print("ready")
while True:
    input()
    tick()
`;

const sleep = ['/bin/sleep', '100'];

/** pytrace refuses: this exit status, one sentence, nothing on stdout, nothing started. */
async function refused(t, args, code, sentence, options) {
  const run = await t.pytrace(args, options);
  const what = `pytrace ${args.join(' ')}: ${run.stderr}`;
  assert.equal(run.code, code, what);
  assert.match(run.stderr, sentence, what);
  assert.equal(sentences(run).length, 1, what);
  assert.doesNotMatch(run.stderr, /fault in pytrace|\n\s+at /, what);
  assert.equal(run.stdout, '', what);
  const left = t.leftovers().filter(({ command }) => command !== sleep.join(' '));
  assert.deepEqual(left, [], what);
  return run;
}

const commandLine = {
  name: 'failures: what the command line cannot mean is said with what it needs',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    const target = await t.target(program);
    const { pid } = target;
    const taken = t.file('taken.ptrace', 'of last night');
    const cases = [
      [
        ['calls', pid, '--min-duration', '5'],
        /^pytrace: --min-duration 5: needs a number with a unit, such as 5ms, 200us or 1s\.$/m,
      ],
      [
        ['calls', pid, '--thread', 'abc'],
        /^pytrace: --thread abc: needs a thread id, a whole number from 1 \(see \/proc\/PID\/task\)\.$/m,
      ],
      [['calls', pid, '--depth', '0'], /^pytrace: --depth 0: needs a whole number from 1\.$/m],
      [['calls', pid, '--duration', '-1'], /^pytrace: --duration -1: needs a number of seconds above 0/m],
      [['calls', pid, '--function', 'x'.repeat(300)], /^pytrace: --function x+: is longer than 255 characters\.$/m],
      [['calls'], /^pytrace: Which process\? Give a pid or a name, or a program after --/m],
      [['calls', pid, pid], /^pytrace: Give one process; a program to start stands after --/m],
      [['calls', pid, '--', 'python3.15'], /^pytrace: Give either a process or, after --, a program: not both\.$/m],
      [['calls', '99999999'], /^pytrace: 99999999 is no process id: they go from 1 to 4194304\.$/m],
      [
        ['calls', pid, '--json', '--record', taken],
        /^pytrace: \S+taken\.ptrace exists already, and pytrace overwrites nothing: name another file for --record, or remove it\.$/m,
      ],
      [
        ['calls', pid, '--json', '--record', '/nowhere/at/all.ptrace'],
        /^pytrace: \/nowhere\/at\/all\.ptrace cannot be made: its folder does not exist\.$/m,
      ],
      [['calls', pid, '--json', '--record', t.dir], /^pytrace: \S+ (?:is a folder|exists already)/m],
      [['calls', pid, '--json', '--record', '/proc/x.ptrace'], /^pytrace: \/proc\/x\.ptrace cannot be made: /m],
      [
        ['calls', pid, '--json', '--log', '/nowhere/log'],
        /^pytrace: --log \/nowhere\/log cannot be written \(.*\): name another file\.$/m,
      ],
    ];
    for (const [args, sentence] of cases) await refused(t, args.map(String), 2, sentence);
    // These are commander's own: the word that it does not know, and where help is.
    for (const [args, sentence] of [
      [
        ['calls', pid, '--engine', 'ktrace'],
        /option '--engine <engine>' argument 'ktrace' is invalid\. Allowed choices are auto, dtrace, stap, bpftrace\./,
      ],
      [['calls', pid, '--output', 'html'], /Allowed choices are flow, tree\./],
      [['calls', pid, '--min-durration', '5ms'], /unknown option '--min-durration'\n\(Did you mean --min-duration\?\)/],
      [['trace', pid], /unknown command 'trace'/],
    ]) {
      const run = await t.pytrace(args.map(String));
      assert.equal(run.code, 2, run.stderr);
      assert.match(run.stderr, sentence);
    }
    assert.ok(!existsSync('/proc/x.ptrace'));
    const pytrace = [process.execPath, join(checkout, 'dist/bin.js')];
    const script = 'mkdir here && cd here && rmdir ../here && exec "$@"';
    const nowhere = t.start('sh', ['-c', script, 'sh', ...pytrace, 'calls', '--json', '--', t.python, '-c', '1']);
    await nowhere.end();
    assert.equal(nowhere.code, 2);
    assert.deepEqual(sentences(nowhere), [
      'pytrace: The current folder was deleted: change to one that exists, then start the program.',
    ]);
    assert.equal(target.ended, null);
  },
};

const targets = {
  name: 'failures: a process that cannot be traced is refused with why and with what would help',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    const [old, newer, target] = await Promise.all([
      t.target(program, { python: pythons['3.13'].command }),
      t.target(program, { python: pythons['3.14'].command }),
      t.target(program),
    ]);
    const sleeper = t.start(sleep[0], sleep.slice(1));
    const gone = t.start('/bin/true');
    await gone.end();
    const functions = (version, last) =>
      new RegExp(
        String.raw`^pytrace: Python ${version}\.\d+ has no function probes: CPython 3\.12 removed them \(with PEP 669\) and 3\.15 brought them back\. ` +
          String.raw`Its probes are gc, import and audit; for calls run the program with Python 3\.15 or later, or with 3\.10 or earlier\.$`,
        'm',
      );
    const cases = [
      [
        ['calls', gone.pid],
        /^pytrace: No process has the id \d+: it may have ended; `ps -C python3` lists those that run\.$/m,
      ],
      [
        ['calls', sleeper.pid],
        /^pytrace: Process \d+ runs \/usr\/bin\/\S+, started as `\/bin\/sleep 100`, in which no CPython interpreter was found: give the process id of the Python program itself, not of a shell or launcher around it\.$/m,
      ],
      [['calls', old.pid], functions('3\\.13')],
      [['calls', newer.pid], functions('3\\.14')],
      [
        ['calls', target.pid, '--json', '--engine', 'stap'],
        /^pytrace: SystemTap needs the kernel's build folder \/lib\/modules\/\S+\/build, which is missing; install package linux-headers-\S+\.$/m,
      ],
      [['calls', 'no-such-program-here'], /^pytrace: No running Python program is called no-such-program-here: /m],
    ];
    for (const [args, sentence] of cases) {
      const { stderr } = await refused(t, args.map(String), 3, sentence);
      // A name that nobody has comes with the list of what runs; else one line says it all.
      if (args[1] !== 'no-such-program-here') assert.match(stderr, /^[^\n]+\n$/);
    }
    for (const each of [old, newer, target]) assert.equal(each.ended, null);
    sleeper.kill();
  },
};

const rights = {
  name: 'failures: without rights it is said which, and how to get them',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    chmodSync(t.dir, 0o755);
    const target = await t.target(program);
    const own = t.start('setpriv', [...nobody, t.python, '-u', t.file('own.py', program)], { cwd: '/' });
    await own.see(/^ready$/m);
    const as = async (args, sentence) => {
      const bin = join(checkout, 'dist/bin.js');
      const run = t.start('setpriv', [...nobody, process.execPath, bin, ...args.map(String)], { cwd: '/' });
      await run.end();
      assert.equal(run.code, 3, run.stderr);
      assert.match(run.stderr, sentence);
      assert.equal(sentences(run).length, 1, run.stderr);
      assert.equal(run.stdout, '');
    };
    await as(
      ['calls', target.pid, '--json'],
      /^pytrace: Process \d+ \(\S+\) belongs to root \(uid 0\), and you are nobody \(uid 65534\): run pytrace as root, for instance through sudo\.$/m,
    );
    await as(
      ['calls', own.pid, '--json'],
      /^pytrace: dtrace needs root: run pytrace as root, or add --sudo to start only the tracer through sudo\.$/m,
    );
    await as(
      ['calls', own.pid, '--json', '--sudo'],
      /^pytrace: (?:--sudo needs sudo, which is not installed; run pytrace as root\.|sudo refused)/m,
    );
    own.kill();
  },
};

const places = {
  name: 'failures: an interpreter’s file that no tracer can find is told of, with the way to it',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    const main = t.file('main.py', program);
    // A file that is only in the target's own mount namespace.
    const inside = join(t.dir, 'inside');
    mkdirSync(inside);
    const script = `mount -t tmpfs none "$1" && cp "$2" "$1/python3.15" && exec "$1/python3.15" -u "$3"`;
    const contained = t.start('unshare', [
      '-m',
      '--propagation',
      'unchanged',
      'sh',
      '-c',
      script,
      'sh',
      inside,
      t.elf,
      main,
    ]);
    // A file that was deleted since, as an upgrade does.
    const copy = join(t.dir, 'python3.15');
    copyFileSync(t.elf, copy);
    chmodSync(copy, 0o755);
    const upgraded = t.start(copy, ['-u', main]);
    await Promise.all([contained.see(/^ready$/m), upgraded.see(/^ready$/m)]);
    rmSync(copy);
    const refuse = async (pid, sentence) => {
      const run = await t.pytrace(['calls', String(pid), '--json', '--engine', 'dtrace']);
      assert.equal(run.code, 3, run.stderr);
      assert.match(run.stderr, sentence);
      assert.equal(sentences(run).length, 1);
    };
    await refuse(
      contained.pid,
      /^pytrace: dtrace cannot see the interpreter's file \S+\/inside\/python3\.15: process \d+ runs in a container; run pytrace there, or through `nsenter -m -t \d+`\.$/m,
    );
    await refuse(
      upgraded.pid,
      /^pytrace: dtrace cannot find the interpreter's file \S+\/python3\.15: it was deleted or replaced since process \d+ started \(an upgrade\?\); restart that process\.$/m,
    );
    // With --engine auto both tracers are told of.
    const auto = await t.pytrace(['calls', String(upgraded.pid), '--json']);
    assert.equal(auto.code, 3);
    assert.match(
      auto.stderr,
      /^pytrace: No tracer can be used for this process here\.\n {2}dtrace cannot find .*\n {2}bpftrace cannot find .*\n {2}SystemTap /m,
    );
    // And the cure that is named works: pytrace in the mount namespace of the process.
    const bin = join(checkout, 'dist/bin.js');
    const cured = t.start('nsenter', [
      '-m',
      '-r',
      '-t',
      contained.pid,
      process.execPath,
      bin,
      'calls',
      contained.pid,
      '--json',
      '--engine',
      'dtrace',
    ]);
    await t.armed(cured, contained, /"function":"tick"/);
    cured.kill('SIGINT');
    await cured.end();
    assert.equal(cured.code, 0, cured.stderr);
    contained.kill();
    upgraded.kill();
  },
};

export default [commandLine, targets, rights, places];
