/**
 * The wire grammar, declared once. One record is one line of TAB separated fields: a kind letter, then numbers in
 * decimal, then strings. A string is written with C escapes (`\t`, `\n`, `\\`, `\"`, `\033`), so that no name of the
 * traced program can hold a TAB or a newline and forge a record; a trailing `\0` and enclosing double quotes are
 * dropped. The lone character `\001` stands for a NULL pointer.
 */
export const GRAMMAR_VERSION = 1;

/**
 * What a number can be, whoever wrote it: a line with one out of its range is no record. All that is summed of them stays
 * a number that a double holds, and all that is an index of an array is one.
 */
export const RANGES = {
  /** A reading of a clock in ns. */
  clock: [0, 1.9e19],
  /** A length of time in ns: of one call, or summed over all threads. 31 years. */
  ns: [0, 1e18],
  /** Threads have numbers below 2 ** 22 on Linux, and 31 bits at the most elsewhere. */
  tid: [0, 2 ** 31 - 1],
  line: [-1, 2 ** 31 - 2],
  /** 64 bits, with a sign or without, as scripts print them, and what rounding makes of them. */
  address: [-1e19, 1.9e19],
  /** Four to a doubling, of 64 bits. */
  bucket: [0, 255],
  /** Whatever a C int holds: what no CPython has is shown as `other`. */
  generation: [-(2 ** 31), 2 ** 31 - 1],
  /** A million a second for 31 years. */
  count: [0, 1e15],
  flag: [0, 1],
  int: [-1e19, 1.9e19],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>;

/** Clock readings of a stream lie so far from its header's, ns: an hour before, as clocks of processors differ, to ten years. */
export const MOMENTS = [-3.6e12, 3.2e17] as const;

export type FieldType = keyof typeof RANGES | 'string';

export interface FieldSpec {
  readonly name: string;
  readonly type: FieldType;
  readonly meaning: string;
}

export interface RecordSpec {
  readonly kind: string;
  readonly name: string;
  readonly meaning: string;
  /** Who writes it: a script, or pytrace itself (recordings). */
  readonly writer: 'script' | 'pytrace';
  /** Of integers only, and so many that they are handed on as plain numbers: see `ScannerSink.row`. */
  readonly row?: boolean;
  readonly fields: readonly FieldSpec[];
}

type Field = (name: string, meaning: string) => FieldSpec;
const field =
  (type: FieldType): Field =>
  (name, meaning) => ({ name, type, meaning });
export const clock = field('clock');
export const ns = field('ns');
export const tid = field('tid');
export const line = field('line');
export const address = field('address');
export const bucket = field('bucket');
export const generation = field('generation');
export const count = field('count');
export const flag = field('flag');
export const int = field('int');
export const string = field('string');

const event = (extra: FieldSpec): readonly FieldSpec[] => [
  clock('ts', "the engine's monotonic clock"),
  tid('tid', 'thread id, as the host sees it'),
  line(
    'line',
    'first line of the function at its entry and in X, line of the yield at G, line of the return at R, -1 where there is none',
  ),
  address('frame', "address of the interpreter's frame; 0 where the script was given no frame layout"),
  extra,
  string('function', 'co_name'),
  string('file', 'co_filename'),
];
const previous = address(
  'previous',
  'address of the calling Python frame; 0 at the bottom of the stack, -1 if unknown',
);

export const RECORDS = [
  {
    kind: 'H',
    name: 'header',
    meaning: 'first line of every stream',
    writer: 'script',
    fields: [
      int('version', 'grammar version'),
      clock('ts', "the engine's monotonic clock when the script began"),
      clock('wall', 'the wall clock at the same moment, ns since 1970'),
      string('script', 'base name of the script'),
      string('engine', 'dtrace, stap or bpftrace'),
    ],
  },
  { kind: 'A', name: 'armed', meaning: 'the probes are in place', writer: 'script', fields: [clock('ts', 'when')] },
  { kind: 'E', name: 'entry', meaning: 'a function is entered', writer: 'script', fields: event(previous) },
  {
    kind: 'G',
    name: 'resume',
    meaning: 'the frame of a generator or coroutine is entered (first run or resumption)',
    writer: 'script',
    fields: event(previous),
  },
  {
    kind: 'C',
    name: 'create',
    meaning: 'function-entry fired for the creation of a generator or coroutine: nothing runs, nothing returns',
    writer: 'script',
    fields: event(previous),
  },
  {
    kind: 'R',
    name: 'return',
    meaning: 'a frame is left: return, yield or exception',
    writer: 'script',
    fields: event(flag('generator', '1 if the frame belongs to a generator or coroutine, 0 if not or unknown')),
  },
  {
    kind: 'X',
    name: 'complete',
    meaning: 'a call that lasted at least the minimum duration has returned; stands for its entry and return',
    writer: 'script',
    fields: event(ns('duration', 'from entry to return')),
  },
  {
    kind: 'N',
    name: 'name',
    meaning: 'the function of a code object, at first sight and whenever another has taken its address',
    writer: 'script',
    fields: [
      address('key', 'address of the code object'),
      line('line', 'first line of the function'),
      string('name', 'co_qualname, or co_name where there is none'),
      string('file', 'co_filename'),
    ],
  },
  {
    kind: 'n',
    name: 'line',
    meaning: 'the line of an instruction of a code object, as read from the target',
    writer: 'pytrace',
    fields: [
      address('code', 'address of the code object'),
      address('instr', 'the instruction, as the script told it'),
      line('line', 'its line; -1 where it has none'),
    ],
  },
  {
    kind: 'Z',
    name: 'end',
    meaning: 'last line of a stream that ended in order',
    writer: 'script',
    fields: [clock('ts', 'when'), count('emitted', 'event records that the kernel side wrote')],
  },
  {
    kind: 'P',
    name: 'recording',
    meaning: 'first line of a recording',
    writer: 'pytrace',
    fields: [int('version', 'recording version'), string('about', 'JSON: target, engine, options')],
  },
  {
    kind: 'T',
    name: 'thread',
    meaning: "a thread's name",
    writer: 'pytrace',
    fields: [tid('tid', 'thread id'), flag('atAttach', '1 if it ran before the attach'), string('name', 'its name')],
  },
  {
    kind: 'L',
    name: 'loss',
    meaning: 'events that the engine reported lost',
    writer: 'pytrace',
    fields: [count('count', 'how many more'), string('cause', 'in words')],
  },
  {
    kind: 'g',
    name: 'greenlets',
    meaning: 'the process has loaded greenlet, which switches stacks within a thread',
    writer: 'pytrace',
    fields: [
      flag('framed', "1 if the script tells each event's frame, by which its stack is known"),
      ns('after', 'ns since the attach; 0 = before anything was counted'),
      flag('later', '1 if that was not known yet when the script was started'),
    ],
  },
  {
    kind: 'Q',
    name: 'quit',
    meaning: 'last line of a whole recording',
    writer: 'pytrace',
    fields: [count('events', 'event records in it'), string('reason', 'why the trace ended')],
  },
] as const satisfies readonly RecordSpec[];

export type RecordKind = (typeof RECORDS)[number]['kind'];

export const recordSpec = (kind: string): RecordSpec | undefined => RECORDS.find((record) => record.kind === kind);

/** Kinds that carry a call event, as byte codes: the scanner's fast path. */
export const Kind = {
  entry: 0x45,
  resume: 0x47,
  create: 0x43,
  return: 0x52,
  complete: 0x58,
} as const;

export const isEvent = (code: number): boolean =>
  code === Kind.entry || code === Kind.return || code === Kind.resume || code === Kind.create || code === Kind.complete;
