// Fake tracers for tests. Every folder beside this file holds a `dtrace`, a `stap` or both, with one behaviour:
//
//   good            header, armed, a small program's calls (or sums, or collections) until SIGTERM, end record
//   slow-exit       as good, but like the real dtrace it exits 2.5 s after its end record
//   syslibdir       fails on io.d like dtrace on some kernels, and is good when given -x syslibdir=DIR with bpf_dlib.o
//   compile-error   the script does not compile          no-probe     the interpreter lacks the probe
//   not-root        run as root, please                  no-headers   (stap) no kernel headers
//   hung            says nothing for ever                hung-version as good, but -V never answers
//   hung-arming     talks for ever, but is never armed   hung-compiling (stap) says nothing more once it compiles
//   lying-version   as good, but -V prints without end
//   dies            exit 1 after FAKE_LINES events       killed       SIGKILLs itself after FAKE_LINES events
//   floods          as good, beside a million identical probe errors on stderr
//   garbage         bytes that are no records, for ever
//   ignores-term    as good, but does not react to SIGTERM, and has no end record
//   follows         as good, and ends in order as soon as the target has, as bpftrace does
//   fragments       as good, with drop messages that arrive in pieces
//   pass-4          (stap) the module does not compile   helpers      (stap) starts a child that ignores SIGTERM
//
// Put one folder first on PATH: PATH="$PWD/test/fakes/good:$PATH" pytrace calls PID --engine dtrace
// Environment: FAKE_LINES (default 20) events before dies and killed die; FAKE_EVERY_MS (default 20) between events;
// FAKE_STREAM=FILE is printed as the events in place of the small program, once, as it is (without H, A and Z);
// FAKE_ARGV=FILE gets the arguments, one a line.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

const [behaviour, engine, ...args] = process.argv.slice(2);
/** Settings of the tests for whoever stands above us. Read from there: as root we are given none of pytrace's environment. */
function inherited() {
  for (let pid = 'self', steps = 0; steps < 5; steps++) {
    try {
      const found = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .filter((each) => each.startsWith('FAKE_'));
      if (found.length > 0) return Object.fromEntries(found.map((each) => each.split(/=(.*)/s, 2)));
      pid = /\) \S+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))[1];
    } catch {
      break;
    }
  }
  return process.env;
}
const settings = inherited();
const lines = Number(settings.FAKE_LINES ?? 20);
const everyMs = Number(settings.FAKE_EVERY_MS ?? 20);
if (settings.FAKE_ARGV !== undefined) writeFileSync(settings.FAKE_ARGV, args.join('\n'));

// Synchronous: process.exit must not lose what was said. EAGAIN where the pipe is full.
function say(fd, text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit(141);
    }
  }
}
const out = (...fields) => say(1, `${fields.join('\t')}\n`);
const err = (text) => say(2, text);
const now = () => process.hrtime.bigint();
const forever = () => setInterval(() => undefined, 1 << 30);
const fail = (text, code = 1) => {
  err(text);
  process.exit(code);
};

// The target's main thread, in both engines' ways of being given a pid.
const target = Number(args[args.indexOf(engine === 'stap' ? '-x' : '-s') + (engine === 'stap' ? 1 : 2)]) || process.pid;
let emitted = 0;
let over = false;
function event(kind, line, frame, extra, name) {
  out(kind, now(), target, line, frame, extra, name, '/srv/app/work.py');
  emitted += 1;
}
const script = args.map((arg) => /([^/]+)\.(?:d|stp)$/.exec(arg)?.[1]).find((name) => name !== undefined) ?? 'calls';
let sums = 0;
/** What a small program does, in the records of each script. */
const programs = {
  calls: [
    () => event('E', 1, 4096, 0, 'main'),
    () => event('E', 10, 4224, 4096, 'step'),
    () => event('R', 12, 4224, 0, 'step'),
    () => event('R', 3, 4096, 0, 'main'),
  ],
  top: [
    () => {
      if (sums === 0) out('N', 4096, 10, 'step', '/srv/app/work.py');
      sums += 7;
      const at = now();
      out('S', at);
      out('F', 4096, sums, sums * 2000, sums * 2000, sums, 2500);
      out('K', 0, 4096, sums, sums * 2000);
      out('B', 4096, 43, sums);
      out('s', at);
    },
  ],
  gc: [
    () => {
      out('D', now(), target, 2, 1_500_000, 12, 0, -1, 0, -1, 0, -1, 0, -1);
      emitted += 1;
    },
  ],
};
const program = programs[script] ?? programs.calls;

function begin() {
  if (engine === 'stap') {
    err('WARNING: Kernel function symbol table missing [man warning::symbols]\n');
    err(
      'Pass 1: parsed user script and 486 library scripts using 191388virt/107932res/12452shr/110892data kb, in 160usr/70sys/139real ms.\n',
    );
    err(
      'Pass 2: analyzed script: 5 probes, 20 functions, 0 embeds, 12 globals using 193236virt/110860res/13476shr/112740data kb, in 10usr/10sys/9real ms.\n',
    );
    err(
      'Pass 3: translated to C into "/tmp/stape5FSiF/stap_b6c8df01b24166f63bd14fc3ece648bc_1187_src.c" using 193372virt/111476res/14052shr/112876data kb, in 0usr/0sys/0real ms.\n',
    );
    err('Pass 4: compiled C into "stap_b6c8df01b24166f63bd14fc3ece648bc_1187.ko" in 21190usr/6050sys/14713real ms.\n');
    err('Pass 5: starting run.\n');
  }
  out('H', 1, now(), BigInt(Date.now()) * 1_000_000n, script, engine);
  out('A', now());
}

function trace(onTick = () => undefined) {
  begin();
  if (settings.FAKE_STREAM !== undefined) {
    const text = readFileSync(settings.FAKE_STREAM, 'utf8');
    say(1, text);
    emitted = text.split('\n').filter((line) => line !== '').length;
    return forever();
  }
  let step = 0;
  setInterval(() => {
    if (over) return;
    program[step % program.length]();
    step += 1;
    onTick(step);
  }, everyMs);
}

function endOnTerm(exitAfterMs = 0) {
  process.on('SIGTERM', () => {
    if (!over) out('Z', now(), emitted);
    over = true;
    if (engine === 'dtrace') say(1, '\n');
    setTimeout(() => process.exit(0), exitAfterMs);
  });
}

function good() {
  endOnTerm();
  trace();
}

const behaviours = {
  good,
  'hung-version': good,
  'lying-version': good,
  'slow-exit': () => {
    endOnTerm(2_500);
    trace();
  },
  syslibdir: () => {
    const given = args.find((arg) => arg.startsWith('syslibdir='))?.slice('syslibdir='.length);
    if (given === undefined || !existsSync(given)) {
      err('dtrace: ');
      fail(
        'failed to compile script calls.d: "/usr/lib/x86_64-linux-gnu/dtrace/6.10/io.d", line 134: failed to resolve vmlinux`major_names: Unknown symbol name\n',
      );
    }
    good();
  },
  'compile-error': () =>
    engine === 'stap'
      ? fail(
          "parse error: expected statement\n        saw: identifier 'x' at calls.stp:3:1\n\n1 parse error.\nPass 1: parse failed.  [man error::pass1]\n",
        )
      : fail('dtrace: failed to compile script calls.d: line 7: [D_FUNC_UNDEF] undefined function name: foo\n'),
  'no-probe': () =>
    engine === 'stap'
      ? fail('semantic error: no match (similar marks: audit, line)\n\nPass 2: analysis failed.  [man error::pass2]\n')
      : fail(
          `dtrace: failed to compile script calls.d: line 2: probe description python${args[args.indexOf('-s') + 2] ?? ''}:::function-entry does not match any probes\n`,
        ),
  'not-root': () =>
    engine === 'stap'
      ? fail(
          'You are trying to run systemtap as a normal user.\nYou should either be root, or be part of the group "stapusr" and possibly one of the groups "stapsys" or "stapdev".  [man stap]\n',
        )
      : fail('dtrace: run as root for tracing and listing probes\n', 2),
  'no-headers': () =>
    fail(
      'Checking "/lib/modules/6.12.0/build/.config" failed with error: No such file or directory\nTip: see README.Debian\n',
    ),
  hung: forever,
  'hung-compiling': () => {
    err('Pass 3: translated to C into "/tmp/stape5FSiF/stap_1187_src.c" using 193372virt kb, in 0usr/0sys/0real ms.\n');
    forever();
  },
  'hung-arming': () => {
    out('H', 1, now(), BigInt(Date.now()) * 1_000_000n, script, engine);
    setInterval(() => err(engine === 'stap' ? 'Pass 5: starting run.\n' : 'dtrace: still at it\n'), everyMs);
  },
  dies: () => {
    endOnTerm();
    trace((step) => step >= lines && process.exit(1));
  },
  killed: () => trace((step) => step >= lines && process.kill(process.pid, 'SIGKILL')),
  floods: () => {
    good();
    const line =
      'dtrace: error in dt_clause_0 for probe ID 3974 (python1:python3.15::function-entry): invalid address (0x7b) at BPF pc 158\n';
    const block = line.repeat(1_000);
    let blocks = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 50; i++) err(block);
      blocks += 50;
      if (blocks >= 1_000) clearInterval(timer);
    }, 1);
  },
  garbage: () => {
    process.on('SIGTERM', () => process.exit(0));
    const block = Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 167 + (i >> 3)) & 255));
    setInterval(() => say(1, block), everyMs);
  },
  'ignores-term': () => {
    process.on('SIGTERM', () => undefined);
    trace();
  },
  follows: () => {
    good();
    setInterval(() => {
      const stat = existsSync(`/proc/${target}`) && readFileSync(`/proc/${target}/stat`, 'latin1');
      if (!stat || /\) [ZX]/.test(stat)) process.emit('SIGTERM');
    }, 1);
  },
  fragments: () => {
    endOnTerm();
    const pieces = [
      'dtrace: ',
      '3153 dr',
      'ops on CPU 0\ndtrace: [DTRACEDROP_DYNAMIC] ',
      '2377 dynamic variable drops\nd',
      'trace: ',
      '[DTRACEDROP_SPEC] 18446744073709551615 speculative drops',
      '\n',
    ];
    let at = 0;
    trace(() => at < pieces.length && err(pieces[at++]));
  },
  'pass-4': () =>
    fail(
      [
        'Pass 3: translated to C into "/tmp/stap/stap_x_src.c" using 1virt/1res/1shr/1data kb, in 0usr/0sys/0real ms.',
        '/usr/share/systemtap/runtime/linux/uprobes-inode.c:97:3: error: too many arguments to function ‘uprobe_unregister’',
        '   97 |   uprobe_unregister (inode, offset, &su->uprobe_consumer);',
        'make: *** [Makefile:236: __sub-make] Error 2',
        'WARNING: kbuild exited with status: 2',
        'Pass 4: compiled C into "stap_x.ko" in 1usr/1sys/1real ms.',
        'Pass 4: compilation failed.  [man error::pass4]',
        '',
      ].join('\n'),
    ),
  helpers: () => {
    const child = spawn(process.execPath, ['-e', "process.on('SIGTERM',()=>{});setInterval(()=>{},1e9)"], {
      stdio: 'ignore',
    });
    err(`helper ${child.pid}\n`);
    endOnTerm();
    trace();
  },
};

if (args[0] === '-V') {
  if (behaviour === 'hung-version') forever();
  else if (behaviour === 'lying-version') for (;;) say(1, 'x'.repeat(65_536));
  else fail(engine === 'stap' ? 'Systemtap translator/driver (version 5.6/0.196, fake)\n' : 'dtrace: D 2.0.7\n', 0);
} else behaviours[behaviour]();
