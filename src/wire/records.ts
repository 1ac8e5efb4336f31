/**
 * The wire grammar, declared once. One record is one line of TAB separated fields: a kind letter, then numbers in
 * decimal, then strings. A string is written with C escapes (`\t`, `\n`, `\\`, `\"`, `\033`), so that no name of the
 * traced program can hold a TAB or a newline and forge a record; a trailing `\0` and enclosing double quotes are
 * dropped. The lone character `\001` stands for a NULL pointer.
 */
export const GRAMMAR_VERSION = 1;

export type FieldType = 'ns' | 'int' | 'string';

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

export const ns = (name: string, meaning: string): FieldSpec => ({ name, type: 'ns', meaning });
export const int = (name: string, meaning: string): FieldSpec => ({ name, type: 'int', meaning });
export const string = (name: string, meaning: string): FieldSpec => ({ name, type: 'string', meaning });

const event = (extra: FieldSpec): readonly FieldSpec[] => [
  ns('ts', "the engine's monotonic clock"),
  int('tid', 'thread id, as the host sees it'),
  int(
    'line',
    'first line of the function at its entry and in X, line of the yield at G, line of the return at R, -1 where there is none',
  ),
  int('frame', "address of the interpreter's frame; 0 where the script was given no frame layout"),
  extra,
  string('function', 'co_name'),
  string('file', 'co_filename'),
];
const previous = int('previous', 'address of the calling Python frame; 0 at the bottom of the stack, -1 if unknown');

export const RECORDS = [
  {
    kind: 'H',
    name: 'header',
    meaning: 'first line of every stream',
    writer: 'script',
    fields: [
      int('version', 'grammar version'),
      ns('ts', "the engine's monotonic clock when the script began"),
      ns('wall', 'the wall clock at the same moment, ns since 1970'),
      string('script', 'base name of the script'),
      string('engine', 'dtrace, stap or bpftrace'),
    ],
  },
  { kind: 'A', name: 'armed', meaning: 'the probes are in place', writer: 'script', fields: [ns('ts', 'when')] },
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
    fields: event(int('generator', '1 if the frame belongs to a generator or coroutine, 0 if not or unknown')),
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
      int('key', 'address of the code object'),
      int('line', 'first line of the function'),
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
      int('code', 'address of the code object'),
      int('instr', 'the instruction, as the script told it'),
      int('line', 'its line; -1 where it has none'),
    ],
  },
  {
    kind: 'Z',
    name: 'end',
    meaning: 'last line of a stream that ended in order',
    writer: 'script',
    fields: [ns('ts', 'when'), int('emitted', 'event records that the kernel side wrote')],
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
    fields: [int('tid', 'thread id'), int('atAttach', '1 if it ran before the attach'), string('name', 'its name')],
  },
  {
    kind: 'L',
    name: 'loss',
    meaning: 'events that the engine reported lost',
    writer: 'pytrace',
    fields: [int('count', 'how many more'), string('cause', 'in words')],
  },
  {
    kind: 'g',
    name: 'greenlets',
    meaning: 'the process has loaded greenlet, which switches stacks within a thread',
    writer: 'pytrace',
    fields: [
      int('framed', "1 if the script tells each event's frame, by which its stack is known"),
      int('after', 'ns since the attach; 0 = before anything was counted'),
      int('later', '1 if that was not known yet when the script was started'),
    ],
  },
  {
    kind: 'Q',
    name: 'quit',
    meaning: 'last line of a whole recording',
    writer: 'pytrace',
    fields: [int('events', 'event records in it'), string('reason', 'why the trace ended')],
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
