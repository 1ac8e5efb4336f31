// `pytrace calls PID --sudo` as an ordinary user does it: only the tracer and its guard run as root, and they end with it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../kit.mjs';
import { eventsOf, lives, semaphore, sentences } from './parts/traces.mjs';

const BIN = join(checkout, 'dist/bin.js');
const program = `
import sys

def tick():
    pass

def burst():
    pass

print("ready")
while True:
    word = input()
    if word.isdigit():
        for _ in range(int(word)): burst()
    else:
        tick()
`;
/** The guard gives dtrace a hundred naps to end in order: ten seconds, and more on a busy machine, ms. */
const orderly = 25_000;
const any = 'NAME ALL=(ALL) NOPASSWD: ALL';
const seen = /"function":"tick"/;
const quote = (words) => words.map((word) => `'${word}'`).join(' ');

/** A process or thread that ends between being listed and being read has nothing any more. */
function attempt(read, otherwise) {
  try {
    return read();
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    return otherwise;
  }
}

const comm = (pid) => attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), '');
const commandLine = (pid) => attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '');
const uids = (pid) =>
  /^Uid:\s*(.*)$/m
    .exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]
    .split('\t')
    .map(Number);

/** A user of this story's own, the rules for them in sudoers with NAME for their name ('' for none), and their target. */
async function withUser(t, rule, use) {
  if (!existsSync('/usr/bin/sudo')) t.skip('no sudo here');
  const name = `lab${randomBytes(4).toString('hex')}`;
  const rules = `/etc/sudoers.d/${name}`;
  chmodSync(t.dir, 0o755);
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', name], { stdio: 'pipe' });
  try {
    const id = Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
    const tmp = join(t.dir, `tmp-${name}`);
    mkdirSync(tmp);
    execFileSync('chown', [name, tmp]);
    if (rule !== '') {
      writeFileSync(rules, `${rule.replaceAll('NAME', name)}\n`, { mode: 0o440 });
      execFileSync('visudo', ['-c', '-q', '-f', rules]);
    }
    const env = { HOME: `/home/${name}`, USER: name, LOGNAME: name, TMPDIR: tmp };
    const start = (file, args, more = {}) =>
      t.start('setpriv', [`--reuid=${name}`, `--regid=${name}`, '--init-groups', '--', file, ...args], {
        env: { ...env, ...more },
        cwd: '/',
      });
    const target = start(t.python, ['-u', t.file(`${name}.py`, program)]);
    await target.see(/^ready$/m);
    const pytrace = (...options) => start(process.execPath, [BIN, 'calls', target.pid, ...options].map(String));
    try {
      await use({ name, id, tmp, target, start, pytrace });
      assert.equal(target.ended, null, 'the target lives on');
      assert.equal(semaphore(target.pid), 0, 'no probe is on');
    } finally {
      target.kill('SIGKILL');
      await target.end();
    }
  } finally {
    rmSync(rules, { force: true });
    execFileSync('userdel', ['--force', '--remove', name], { stdio: 'pipe' });
  }
}

function descendants(pid) {
  const children = attempt(() => readdirSync(`/proc/${pid}/task`), []).flatMap((thread) =>
    attempt(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'), '')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** The processes below pytrace. */
function partsBelow(tracer) {
  const below = descendants(tracer.pid);
  const engine = below.find((pid) => ['dtrace', 'bpftrace'].includes(comm(pid)));
  return { below, engine };
}

const remains = (t, { below, engine }) => [
  ...below.filter(lives).map((pid) => `process ${pid}`),
  ...eventsOf(t, engine),
];

const counts = {
  name: 'sudo: a user traces a process of their own, the tracer alone runs as root',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  run: (t) =>
    withUser(t, any, async ({ id, tmp, target, pytrace }) => {
      const tracer = pytrace('--sudo', '--json', '--engine', t.engine, '--duration', '3');
      await t.armed(tracer, target, seen);
      const parts = partsBelow(tracer);
      assert.deepEqual(uids(tracer.pid), [id, id, id, id]);
      assert.deepEqual(uids(parts.engine), [0, 0, 0, 0]);
      target.say('500');
      await tracer.end(30_000);
      assert.equal(tracer.code, 0, tracer.stderr);
      assert.match(tracer.stderr, /0 lost, probes removed, target still running\./);
      for (const type of ['entry', 'return']) {
        const events = tracer.json.filter((event) => event.type === type && event.function === 'burst');
        assert.equal(events.length, 500, type);
      }
      assert.deepEqual(remains(t, parts), []);
      assert.deepEqual(readdirSync(tmp), []);
      await t.until(() => t.leftovers().every(({ pid }) => pid === target.pid), 1000, 'the end of all');
    }),
};

const killed = {
  name: 'sudo: however pytrace ends, tracing stops in 2 s, and tracer, guard and sudo are gone (after SIGKILL in 5 s)',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  alone: true,
  timeout: 180_000,
  run: (t) =>
    withUser(t, any, async ({ tmp, target, pytrace }) => {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'];
      let late = 0;
      while (signals.length > 0) {
        const signal = signals[0];
        const tracer = pytrace('--sudo', '--json', '--engine', t.engine);
        await t.armed(tracer, target, seen);
        const parts = partsBelow(tracer);
        assert.ok(remains(t, parts).length > 3, 'sudo, guard, engine and events are there to be seen');
        const start = performance.now();
        tracer.kill(signal);
        await t.until(() => semaphore(target.pid) === 0, 10_000, `the end of tracing after ${signal}`);
        // Once it may be late, where other work takes the processors.
        const ms = performance.now() - start;
        if (ms <= 2000) signals.shift();
        else assert.ok(++late < 2, `after ${signal} tracing went on for ${ms} ms`);
        const left = (signal === 'SIGKILL' && ms <= 2000 ? 5000 : orderly) - ms;
        await t.until(() => remains(t, parts).length === 0, left, `the end of all after ${signal}`);
        await tracer.end(30_000);
        assert.equal(tracer.code, signal === 'SIGKILL' ? null : 0, tracer.stderr);
        assert.deepEqual(sentences(tracer), []);
        assert.deepEqual(readdirSync(tmp), []);
      }
    }),
};

// sudo's default is a terminal of the command's own; without one ^C reaches the tracer and its guard as well.
const terminal = ['use_pty', '!use_pty'].map((pty) => ({
  name: `sudo: on a terminal (${pty}), ^C and q end the trace, and its closing does`,
  engines: ['dtrace'],
  pythons: ['3.15'],
  alone: true,
  timeout: 180_000,
  run: (t) =>
    withUser(t, `Defaults:NAME ${pty}\n${any}`, async ({ id, tmp, target, start }) => {
      const cases = [
        { options: ['--output', 'flow'], end: (run) => run.child.stdin.write('\x03'), code: 0 },
        { options: [], end: (run) => run.child.stdin.write('q'), code: 0 },
        { options: [], end: (run) => run.kill('SIGKILL'), code: null },
      ];
      for (const { options, end, code } of cases) {
        const words = [process.execPath, BIN, 'calls', String(target.pid), '--sudo', '--engine', 'dtrace', ...options];
        const run = start('script', ['-qec', `exec ${quote(words)}`, '/dev/null']);
        await t.armed(run, target, /tick/);
        const parts = partsBelow(run);
        const node = parts.below.find((pid) => commandLine(pid).startsWith(process.execPath));
        assert.deepEqual(uids(node), [id, id, id, id]);
        const began = performance.now();
        end(run);
        // That it is fast is seen above, without a terminal's processes in between.
        await t.until(() => semaphore(target.pid) === 0, orderly, 'the end of tracing');
        const left = orderly - (performance.now() - began);
        await t.until(() => remains(t, parts).length === 0, left, 'the end of all');
        await run.end(30_000);
        assert.equal(run.code, code, run.stdout);
        assert.deepEqual(readdirSync(tmp), []);
      }
    }),
}));

/** pytrace has to end with one sentence and nothing on stdout, and not wait for a password that nobody can type. */
async function refused(run, sentence) {
  await run.end(10_000);
  assert.equal(run.code, 3, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, sentence);
  assert.equal(sentences(run).length, 1, run.stderr);
}

const rights = {
  name: 'sudo: without the right to it one sentence says what to do, and nothing hangs',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    await withUser(t, '', async ({ pytrace }) => {
      await refused(
        pytrace('--json'),
        /^pytrace: dtrace needs root: run pytrace as root, or add --sudo to start only the tracer through sudo\.$/m,
      );
      await refused(
        pytrace('--json', '--sudo'),
        /^pytrace: sudo refused; run pytrace as root, or ask for the right to use sudo\.$/m,
      );
    });
    // A password is wanted, and there is no terminal to type it on.
    await withUser(t, 'NAME ALL=(ALL) ALL', ({ pytrace }) =>
      refused(pytrace('--json', '--sudo'), /^pytrace: sudo refused; /m),
    );
    // The guard runs as root too.
    await withUser(t, 'NAME ALL=(root) NOPASSWD: /usr/sbin/dtrace', ({ pytrace }) =>
      refused(
        pytrace('--json', '--sudo'),
        /^pytrace: sudo wants a password for \/bin\/sh, .*a rule for dtrace alone is not enough/m,
      ),
    );
  },
};

/** What a user may have in their environment that would change what a program does, or whose code it runs. */
const HOSTILE = [
  'PERL5LIB',
  'PYTHONPATH',
  'BASH_ENV',
  'ENV',
  'SYSTEMTAP_DIR',
  'BPFTRACE_BTF',
  'DTRACE_OPT_DESTRUCTIVE',
];
const TRAPS = ['sudo', 'dtrace', 'bpftrace', 'stap', 'sh', 'env', 'perl', 'python3', 'sleep', 'cat', 'rm', 'ln', 'tr'];

/** A folder of the user's, first on PATH, of programs that write down that they were run, and by whom. */
function trapsOf(t, name) {
  const folder = join(t.dir, `traps-${name}`);
  const seen = join(folder, 'seen');
  mkdirSync(folder);
  for (const trap of TRAPS) {
    const text = `#!/bin/sh\necho "\${0##*/} $(/usr/bin/id -u)" >>'${seen}'\nexit 1\n`;
    writeFileSync(join(folder, trap), text, { mode: 0o755 });
  }
  execFileSync('chown', ['-R', name, folder]);
  return { folder, run: () => (existsSync(seen) ? readFileSync(seen, 'utf8').trim().split('\n') : []) };
}

const environmentOf = (pid) => readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').filter(Boolean);

const traps = {
  name: 'sudo: nothing that a user can change runs as root, and what of the environment does is a short list',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  timeout: 120_000,
  run: (t) =>
    // A sudo that hands on all that it may is not what protects.
    withUser(t, `Defaults:NAME !env_reset, !secure_path, setenv\n${any}`, async ({ name, target, start }) => {
      const { folder, run } = trapsOf(t, name);
      const env = Object.fromEntries(HOSTILE.map((each) => [each, folder]));
      env.PATH = `${folder}:${process.env.PATH}`;
      const words = [BIN, 'calls', target.pid, '--json', '--engine', t.engine, '--duration', '4'].map(String);
      const asUser = () => start(process.execPath, [...words, '--sudo'], env);
      // The same by root, who was given the environment of a user (sudo -E).
      const asRoot = () => t.start(process.execPath, words, { env });
      for (const begin of [asUser, asRoot]) {
        const tracer = begin();
        await t.armed(tracer, target, seen);
        const { below, engine } = partsBelow(tracer);
        const given = environmentOf(engine);
        assert.ok(given.includes('HOME=/root') && given.includes('LC_ALL=C'), given.join('\n'));
        for (const each of given) assert.match(each, /^(?:PATH|HOME|LC_ALL|BPFTRACE_[A-Z_]+)=/);
        const guards = below.filter((pid) => commandLine(pid).includes('pytrace-guard') && comm(pid) === 'sh');
        assert.ok(guards.length >= 3, 'guard, watcher and waker are there to be seen');
        for (const pid of [engine, ...guards])
          assert.doesNotMatch(environmentOf(pid).join('\n'), new RegExp(`^(?:${HOSTILE.join('|')})=|traps-`, 'm'));
        await tracer.end(30_000);
        assert.equal(tracer.code, 0, tracer.stderr);
        const passed = sentences(tracer).filter((line) => line.includes(`${folder}/${t.engine} is not run as root`));
        assert.equal(passed.length, 1, tracer.stderr);
      }
      assert.deepEqual(run(), []);
      const doctor = await start(process.execPath, [BIN, 'doctor'], env).end(30_000);
      const told = new RegExp(`${t.engine} is not run as root, as others than root can`);
      assert.match(doctor.stdout.replace(/\s+/g, ' '), told);
      if (t.engine === 'dtrace') {
        const library = { ...env, DTRACE_OPT_SYSLIBDIR: folder };
        const refusal = await start(process.execPath, [...words, '--sudo'], library).end(30_000);
        assert.equal(refusal.code, 3, refusal.stderr);
        assert.match(refusal.stderr, /DTRACE_OPT_SYSLIBDIR names a library .*; unset it, or give that to root alone\./);
      }
      assert.deepEqual(run(), []);
    }),
};

export default [counts, killed, ...terminal, rights, traps];
