/** What the man page says besides the commands and options, which come from the command line's own tree. */

export type Item = readonly [name: string, what: string];

export const DESCRIPTION: readonly string[] = [
  'pytrace shows what a running CPython process does, from outside: its code is not changed, nothing is injected, and it need not be restarted. It starts a tracer of the system, dtrace or SystemTap, which listens to the USDT probes that CPython has in it when it was configured with --with-dtrace, as Debian, Ubuntu and Fedora build it.',
  'On a terminal a command opens a full screen; elsewhere, or with --json or --output, it prints. A trace can be recorded and looked at again without any rights.',
  'pytrace doctor says what works on this machine and on a given process, and what to do about what does not.',
];

export const EXIT_STATUS: readonly Item[] = [
  ['0', 'The trace ended in order; for doctor: tracing works here.'],
  ['1', 'The trace began and broke off: the tracer died, the disk was full, or a recording is damaged.'],
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
    "dtrace's own option: the folder of its D library. Where it is set, pytrace leaves it as it is.",
  ],
  [
    'PATH',
    'Where dtrace, stap and sudo are looked for; the system folders for administrators are always looked in too.',
  ],
];

export const FILES: readonly Item[] = [
  [
    'scripts-d/*.d, scripts-stp/*.stp',
    'The scripts that are handed to the tracers as they stand; pytrace scripts tells where they are.',
  ],
  ['demo/calls.ptrace', 'The recording that pytrace demo shows where nothing can be traced.'],
  ['/sys/kernel/tracing/uprobe_events', 'Where a tracer that was killed may leave probes; pytrace doctor lists them.'],
];

export const NOTES: readonly string[] = [
  'Which Python: function calls can be traced on CPython 3.6 to 3.10 and from 3.15 on. 3.12 to 3.14 have no function probes, and those of 3.11 do not fire by themselves.',
  'Rights: tracing needs root; with --sudo only the tracer gets it. SystemTap can also be used by members of the groups stapusr and stapdev. replay, doctor, scripts and help need no rights.',
  'Cost: a call that is traced costs the process some microseconds. A program that makes many thousand calls a second slows down noticeably; --min-duration, --function, --file, --thread and --depth lower the cost, as the tracer then leaves out the rest at once.',
  'Events that were lost, and records that could not be understood, are counted and shown, never hidden.',
  'The probes are an implementation detail of CPython, whose documentation promises no compatibility of them.',
];

export const EXAMPLES: readonly Item[] = [
  ['pytrace calls 4242', 'Every call of process 4242, as a tree that grows while you look.'],
  ["pytrace calls gunicorn --function 'get_*'", 'One process by its name, and only some of its functions.'],
  ['pytrace calls -- python3 app.py', 'A program, from its first call.'],
  ['pytrace calls 4242 --min-duration 5ms', 'Only calls of 5 ms or more.'],
  ['pytrace calls 4242 --duration 10 --json > calls', 'Ten seconds without a screen, one JSON object a line.'],
  ['pytrace calls 4242 --record run.ptrace', 'Keep it, to look at it again with pytrace replay run.ptrace.'],
  ['pytrace doctor 4242', 'What can be seen of process 4242 here.'],
  ['pytrace scripts show calls --engine dtrace > my.d', "A tracer's script, to be run or changed by hand."],
];

export const SEE_ALSO = 'dtrace(8), stap(1), python3(1), sudo(8)';
