import { ENGINE_IDS, ENGINE_NAMES } from '../engines/engine.js';
import { listed } from './listed.js';

/** What the man page says besides the commands and options, which come from the command line's own tree. */

export type Item = readonly [name: string, what: string];

export const DESCRIPTION: readonly string[] = [
  `pytrace shows what a running CPython process does, from outside: its code is not changed, nothing is injected, and it need not be restarted. It starts a tracer of the system, ${listed(Object.values(ENGINE_NAMES), 'or')}, which listens to the USDT probes that CPython has in it when it was configured with --with-dtrace, as Debian, Ubuntu and Fedora build it.`,
  'It has four views. top: the costliest functions, summed in the kernel. calls: every call and return, as a tree or a flow. gc: the pauses of the garbage collector. objects: instances made, destroyed and alive, by class. On the screen the keys 1 to 4 lead from one to another: the tracer is started anew, and what each has seen is kept.',
  'On a terminal a view opens a full screen; elsewhere, or with --json or --output, it prints. A trace can be recorded and looked at again without any rights.',
  'pytrace doctor says what works on this machine and on a given process, and what to do about what does not.',
];

export const EXIT_STATUS: readonly Item[] = [
  ['0', 'The trace ended in order; for doctor: tracing works here.'],
  [
    '1',
    'The trace began and broke off: the tracer died, the disk was full, or a recording is damaged. Or a condition of --fail-if holds.',
  ],
  ['2', 'The command line, or a file named on it, cannot be used.'],
  ['3', 'This process cannot be traced on this machine with these rights.'],
];

export const ENVIRONMENT: readonly Item[] = [
  ['NO_COLOR', 'When set and not empty: no colours.'],
  ['FORCE_COLOR', 'Colours where pytrace would not use them; 0 switches them off.'],
  ['COLORFGBG', 'Some terminals tell their colours by it; a light background selects the light theme.'],
  ['LC_ALL, LC_CTYPE, LANG', 'Where the first of them that is set is not UTF-8, only ASCII is drawn.'],
  ['TERM', 'On a terminal of type dumb, commands print instead of opening their screens.'],
  [
    'DTRACE_OPT_SYSLIBDIR',
    "dtrace's own option: the folder of its D library. Where it is set, pytrace leaves it as it is; where others than root can change it, dtrace is not started.",
  ],
  [
    'PATH',
    `Where ${listed(ENGINE_IDS)} and sudo are looked for, then in the system folders. What runs as root is not taken from where others than root can change it, and gets of the environment only PATH (without such folders), HOME and LC_ALL.`,
  ],
];

export const FILES: readonly Item[] = [
  [
    'scripts-bt/*.bt, scripts-d/*.d, scripts-stp/*.stp',
    'The scripts that are handed to the tracers as they stand; pytrace scripts tells where they are.',
  ],
  ['demo/shop.ptrace', 'The recording that pytrace demo shows where nothing can be traced.'],
  ['/sys/kernel/tracing/uprobe_events', 'Where a tracer that was killed may leave probes; pytrace doctor lists them.'],
];

export const NOTES: readonly string[] = [
  'Which Python: top and calls work on CPython 3.6 to 3.11 and from 3.15 on; 3.12 to 3.14 have no function probes. 3.11 (from 3.11.2 on) runs Python code 6 to 9 times slower while top or calls trace it, as it then looks up the line of every instruction. gc works on 3.6 to 3.15, objects on 3.8 to 3.15.',
  'objects counts in the allocator of CPython. bpftrace and SystemTap can do that as they do all else; dtrace must hold the process by ptrace for it, with breakpoints in its code, and is only let with --allow-ptrace, and only where the process has a single thread: such a process dies if dtrace is killed, and one of several threads would die as soon as another than its first loads a shared library, such as a C extension. A trace ends when the process starts a second thread. Counts that cannot be whole on a build are marked with ? and explained.',
  'Rights: tracing needs root; with --sudo only the tracer gets it. SystemTap can also be used by members of the groups stapusr and stapdev. replay, doctor, scripts and help need no rights.',
  'Cost, with dtrace on CPython 3.15 in a virtual machine: 19 us for a call under calls, 4 us under top, 1.4 us under top --counts; 14 us for a collection under gc. Under objects 3 us to 25 us for each object that the collector knows, by build. A program that makes many thousand calls a second slows down noticeably; --min-duration, --function, --file, --thread and --depth lower the cost of calls, as the tracer then leaves out the rest at once.',
  'Events that were lost, and records that could not be understood, are counted and shown, never hidden.',
  'The probes are an implementation detail of CPython, whose documentation promises no compatibility of them.',
];

export const EXAMPLES: readonly Item[] = [
  ['pytrace top 4242', 'The functions of process 4242 that cost most.'],
  ['pytrace calls 4242', 'Every call of process 4242, as a tree that grows while you look.'],
  ["pytrace calls gunicorn --function 'get_*'", 'One process by its name, and only some of its functions.'],
  ['pytrace calls -- python3 app.py', 'A program, from its first call.'],
  ['pytrace calls 4242 --min-duration 5ms', 'Only calls of 5 ms or more.'],
  ["pytrace gc 4242 --duration 60 --fail-if 'p99>20ms'", 'For a CI job: exit status 1 where pauses are too long.'],
  ['pytrace objects 4242 --sites', 'Instances by class, with the lines that make them.'],
  ['pytrace calls 4242 --duration 10 --json > calls', 'Ten seconds without a screen, one JSON object a line.'],
  ['pytrace calls 4242 --record run.ptrace', 'Keep it, to look at it again with pytrace replay run.ptrace.'],
  ['pytrace doctor 4242', 'What can be seen of process 4242 here.'],
  ['pytrace scripts show calls --engine dtrace > my.d', "A tracer's script, to be run or changed by hand."],
];

export const SEE_ALSO = 'bpftrace(8), dtrace(8), stap(1), python3(1), sudo(8)';
