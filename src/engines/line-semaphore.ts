import { accessSync, constants, readFileSync } from 'node:fs';
import { withElf } from '../target/elf.js';
import type { Target } from '../target/target.js';
import { decimal } from './literal.js';
import { weakPlace } from './root-only.js';
import { semaphorePlace, type SemaphorePlace } from './line-semaphore-place.js';

/**
 * CPython 3.11 fires function-entry only while the semaphore of its `line` probe is up; whether anything is attached to
 * `line` does not count. The kernel raises a semaphore in a process's memory for as long as a uprobe lasts that names it
 * (ref_ctr_offset), wherever that uprobe is. So one is opened for this process at a function that is never called, with
 * `line`'s semaphore, and no line traps.
 *
 * The uprobe is a file descriptor of perf_event_open(2), which Node cannot call. A short program of Perl or Python opens
 * it and then executes the engine in its own place, as env(1) does: the engine inherits the descriptor, and its pid is the
 * one that the guard knows. So the semaphore falls when the engine ends, by whatever signal, with no further process to
 * watch. It is up before the engine's probes are in place, and has the engine's rights, through sudo too.
 * dtrace, bpftrace and stap leave a descriptor that they do not know open (tried).
 *
 * Measured on 6.18: it is up for all threads, whichever is looked at; a child forked meanwhile has it up as well, and it
 * falls in the child at the end of the trace even where the parent has gone, or at that of any other trace of this file
 * before, since nobody's uprobe is for the child; a program that a child executes has it down.
 */
export type LineSemaphore =
  /** `words`: what goes before the engine's command. */
  { readonly words: readonly string[] } | { readonly objection: string };

/**
 * What it costs, for whoever looks at the trace: with the semaphore up each instruction looks its line up. Measured on
 * 3.11.2 with nothing attached: a loop around an empty function 29 -> 215 ns, `x = x + i` in a loop 23 -> 131 ns, ten such
 * lines 97 -> 900 ns.
 */
export const LINE_SEMAPHORE_COST =
  'Python 3.11 tells of entries only while it looks up the line of every instruction: as long as it is traced, its Python code runs 6 to 9 times slower, even where nothing is called; C code does not.';
/** The same in the header. */
export const LINE_SEMAPHORE_BRIEF = '3.11: code 6-9x slower';

const EVENT_SOURCE = '/sys/bus/event_source/devices/uprobe';
/** The kernel's numbers for perf_event_open (asm-generic for the latter two). */
const SYSCALLS: Readonly<Record<string, number>> = { x64: 298, arm64: 241, riscv64: 241 };

const FAILURE = 'pytrace-line-semaphore: ';

/** The start of perf_event_attr, PERF_ATTR_SIZE_VER1. Disabled: nothing is counted, while the semaphore is up all the same. */
const SIZE = 72;

const PERL = `
my ($call, $type, $config, $pid, $file, $places, @engine) = @ARGV;
my $fd = -1;
for my $place (split /,/, $places) {
  my $attr = pack "L2 Q5 L2 p Q", $type, ${SIZE}, $config, 0, 0, 0, 1, 0, 0, $file, $place;
  $fd = syscall $call + 0, $attr, $pid + 0, -1, -1, 0;
  last if $fd >= 0;
}
if ($fd < 0) { printf STDERR "${FAILURE}%d %s\\n", $!, $!; exit 1 }
exec { $engine[0] } @engine;
exit 127;
`
  .trim()
  .replace(/\n\s*/g, ' '); // one line, for `pytrace scripts show`

const PYTHON = `
import os, struct, sys
call, kind, config, pid, file, places, *engine = sys.argv[1:]
try:
    import ctypes
except ImportError:
    sys.exit("${FAILURE}no ctypes")
syscall = ctypes.CDLL(None, use_errno=True).syscall
syscall.argtypes = [ctypes.c_long, ctypes.c_char_p] + [ctypes.c_long] * 4
path = ctypes.create_string_buffer(os.fsencode(file))
for place in places.split(","):
    attr = struct.pack("=2I5Q2I2Q", int(kind), ${SIZE}, int(config), 0, 0, 0, 1, 0, 0, ctypes.addressof(path), int(place))
    if syscall(int(call), attr, int(pid), -1, -1, 0) >= 0:
        break
else:
    error = ctypes.get_errno()
    sys.exit("${FAILURE}%d %s" % (error, os.strerror(error)))
try:
    os.execv(engine[0], engine)
except OSError:
    sys.exit(127)
`;

/**
 * Programs that may run as root. Not those of PATH, where a shim may stand in their place, and not the target's own
 * interpreter, which may belong to whom we trace.
 */
const HOLDERS: readonly { readonly file: string; readonly args: readonly string[] }[] = [
  { file: '/usr/bin/perl', args: ['-e', PERL, '--'] },
  { file: '/usr/bin/python3', args: ['-I', '-S', '-c', PYTHON] },
  { file: '/usr/local/bin/perl', args: ['-e', PERL, '--'] },
  { file: '/usr/local/bin/python3', args: ['-I', '-S', '-c', PYTHON] },
];

/** What of the machine it rests on; replaced in tests. */
export interface SemaphoreMachine {
  readonly arch: string;
  /** Contents of a file of the kernel's, null where it is not there. */
  read(path: string): string | null;
  executable(path: string): boolean;
  /** Of an interpreter's file; null where it has none. */
  place(path: string): SemaphorePlace | null;
}

const here: SemaphoreMachine = {
  arch: process.arch,
  read(path) {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      return null;
    }
  },
  executable(path) {
    try {
      accessSync(path, constants.X_OK);
      return weakPlace(path) === null;
    } catch {
      return false;
    }
  },
  place(path) {
    try {
      return withElf(path, semaphorePlace);
    } catch {
      return null; // it has ended
    }
  },
};

/** How the semaphore is held for this process, or why it cannot be, with the cure. Starts nothing. */
export function lineSemaphore(target: Target, machine: SemaphoreMachine = here): LineSemaphore {
  const call = SYSCALLS[machine.arch];
  if (call === undefined) return { objection: `${WITHOUT} cannot be raised on ${machine.arch}: ${OTHER_PYTHON}.` };
  const type = /^\d+$/.exec(machine.read(`${EVENT_SOURCE}/type`)?.trim() ?? '')?.[0];
  const bits = /^config:(\d+)-(\d+)$/.exec(machine.read(`${EVENT_SOURCE}/format/ref_ctr_offset`)?.trim() ?? '');
  if (type === undefined || bits === null)
    return {
      objection: `${WITHOUT} cannot be raised here, as the kernel counts no users of a probe (ref_ctr_offset): boot Linux 4.20 or later with CONFIG_UPROBE_EVENTS.`,
    };
  const path = target.python!.elf.readPath;
  const place = machine.place(path);
  const [low, high] = [Number(bits[1]), Number(bits[2])];
  if (place === null || place.semaphore >= 2 ** (high - low + 1))
    return { objection: `${WITHOUT} was not found where every build has it: ${OTHER_PYTHON}.` };
  const holder = HOLDERS.find(({ file }) => machine.executable(file));
  if (holder === undefined)
    return {
      objection: `${WITHOUT} is raised by a system call that Node cannot make, and neither perl nor python3 is in /usr/bin: install package perl-base (Debian, Ubuntu) or perl.`,
    };
  const config = BigInt(place.semaphore) << BigInt(low);
  const numbers = [String(call), type, config.toString(), decimal(target.pid)];
  return { words: [holder.file, ...holder.args, ...numbers, path, place.functions.join(',')] };
}

const WITHOUT = 'The semaphore of the line probe, without which Python 3.11 fires no function-entry,';
const OTHER_PYTHON = 'run the program with Python 3.15 or later, or with 3.10 or earlier';

const EPERM = 1;
const ESRCH = 3;
const EACCES = 13;

/** What the holder says on stderr, as a failure's sentence; null for anything else. */
export function lineSemaphoreFailure(line: string): string | null {
  if (!line.startsWith(FAILURE)) return null;
  const text = line.slice(FAILURE.length);
  if (text === 'no ctypes')
    return `${WITHOUT} is raised with Perl or with Python's ctypes, and python3 has none here: install package perl-base (Debian, Ubuntu) or perl.`;
  const [number, ...words] = text.split(' ');
  const error = Number(number);
  if (error === ESRCH) return 'The process ended before it could be traced: look for its new pid.';
  const said = `${WITHOUT} could not be raised (perf_event_open: ${words.join(' ') || number}):`;
  if (error === EPERM || error === EACCES)
    return `${said} run pytrace as root, outside of a container that withholds CAP_PERFMON.`;
  return `${said} ${OTHER_PYTHON}.`;
}
