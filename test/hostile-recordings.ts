import { closeSync, openSync, writeSync } from 'node:fs';

/** Recordings of one kind of record with a key of its own in each line: what a table that grows with its input meets. */
export interface HostileKind {
  readonly name: string;
  /** The view that its stream is for. */
  readonly view: 'calls' | 'top' | 'gc' | 'objects';
  /** The line number `i` of so many, without its newline; times are ns since the header. */
  readonly line: (i: number) => string;
  /** In one snapshot, or in snapshots of so many rows each; left out where the stream has none. */
  readonly rowsOfSnapshot?: number;
}

const BASE = 1_000_000_000n;
const AT = (ns: number): string => String(BASE + BigInt(ns));
const CODE = 140_000_000_000_000;
const code = (i: number): number => CODE + i * 64;
const FILE = '/srv/app.py';

const collection = (i: number, tid: number, first: number): string =>
  `D\t${AT(i * 1e3 + 1e9)}\t${tid}\t${i % 3}\t${1000 + (i % 977)}\t${i}` +
  [0, 1, 2, 3].map((at) => `\t${first === 0 ? 0 : first + at * 64}\t${first === 0 ? -1 : i % 1000}`).join('');

/** What each does is in its name; every one is of a kind that was believed once. */
export const HOSTILE: readonly HostileKind[] = [
  { name: 'calls: names', view: 'calls', line: (i) => `E\t${AT(i * 1e3)}\t7\t1\t${CODE}\t0\tname_${i}\t${FILE}` },
  { name: 'calls: first lines', view: 'calls', line: (i) => `E\t${AT(i * 1e3)}\t7\t${i + 1}\t${CODE}\t0\tf\t${FILE}` },
  {
    name: 'calls: falling first lines',
    view: 'calls',
    line: (i) => `E\t${AT(i * 1e3)}\t7\t${2e9 - i}\t0\t-1\tf\t${FILE}`,
  },
  { name: 'calls: last lines', view: 'calls', line: (i) => `R\t${AT(i * 1e3)}\t7\t${i + 1}\t0\t0\tf\t${FILE}` },
  { name: 'calls: threads', view: 'calls', line: (i) => `E\t${AT(i * 1e3)}\t${i + 1}\t1\t${code(i)}\t0\tf\t${FILE}` },
  {
    name: 'calls: threads that end',
    view: 'calls',
    line: (i) => `${i % 2 ? 'R' : 'E'}\t${AT(i * 1e3)}\t${(i >> 1) + 1}\t1\t${CODE}\t0\tf\t${FILE}`,
  },
  {
    name: 'calls: depth',
    view: 'calls',
    line: (i) => `E\t${AT(i * 1e3)}\t7\t1\t${code(i)}\t${code(i - 1)}\tf\t${FILE}`,
  },
  {
    name: 'calls: returns of nothing',
    view: 'calls',
    line: (i) => `R\t${AT(i * 1e3)}\t7\t9\t${code(i)}\t1\tname_${i % 1000}\t${FILE}`,
  },
  {
    name: 'calls: deep stack, returns of nothing',
    view: 'calls',
    line: (i) =>
      i % 2 === 0
        ? `E\t${AT(i * 1e3)}\t7\t1\t${code(i)}\t${code(i - 2)}\tf\t${FILE}`
        : `R\t${AT(i * 1e3)}\t7\t9\t${code(i)}\t0\tg\t${FILE}`,
  },
  { name: 'calls: complete', view: 'calls', line: (i) => `X\t${AT(i * 1e3)}\t7\t1\t0\t500\tname_${i % 5000}\t${FILE}` },
  {
    name: 'calls: complete, each in the next',
    view: 'calls',
    line: (i) => `X\t${AT(i * 1e3)}\t7\t1\t0\t${i * 1e3}\tf\t${FILE}`,
  },
  {
    name: 'calls: complete, by threads',
    view: 'calls',
    line: (i) => `X\t${AT(i * 1e3)}\t${i + 1}\t1\t0\t500\tf\t${FILE}`,
  },
  { name: 'calls: creations', view: 'calls', line: (i) => `C\t${AT(i * 1e3)}\t7\t${i}\t0\t-1\tname_${i}\t${FILE}` },
  {
    name: 'calls: resumptions',
    view: 'calls',
    line: (i) => `G\t${AT(i * 1e3)}\t7\t${i}\t${code(i)}\t${code(i - 1)}\tname_${i}\t${FILE}`,
  },
  { name: 'calls: too late', view: 'calls', line: (i) => `E\t${AT(2e9 - i)}\t7\t1\t0\t-1\tf\t${FILE}` },
  { name: 'threads', view: 'calls', line: (i) => `T\t${i + 1}\t1\tthread number ${i}` },
  { name: 'losses', view: 'calls', line: (i) => `L\t${i + 1}\tcause number ${i}` },
  { name: 'no records', view: 'calls', line: (i) => `what is this, number ${i}` },
  { name: 'headers', view: 'calls', line: (i) => `H\t1\t${AT(i)}\t1\tcalls\tdtrace` },
  { name: 'armings', view: 'calls', line: (i) => `A\t${AT(i * 1e3)}` },
  { name: 'armings of gc', view: 'gc', line: (i) => `A\t${AT(i * 1e3)}` },
  { name: 'armings of top', view: 'top', line: (i) => `A\t${AT(i * 1e3)}` },
  { name: 'armings of objects', view: 'objects', line: (i) => `A\t${AT(i * 1e3)}` },
  { name: 'ends', view: 'calls', line: (i) => `Z\t${AT(i)}\t${i}` },
  { name: 'top: names', view: 'top', line: (i) => `N\t${code(i)}\t1\tname_${i}\t${FILE}` },
  { name: 'top: names that change', view: 'top', line: (i) => `N\t${code(i % 3)}\t1\tname_${i}\t${FILE}` },
  {
    name: 'top: functions, and names that change',
    view: 'top',
    line: (i) => (i % 2 ? `N\t${code(i % 9)}\t${i}\tname\t${FILE}` : `F\t${code(i)}\t1\t5\t5\t1\t5`),
    rowsOfSnapshot: 1000,
  },
  { name: 'top: functions', view: 'top', line: (i) => `F\t${code(i)}\t1\t500\t500\t1\t500`, rowsOfSnapshot: Infinity },
  {
    name: 'top: functions, snapshots of 1000',
    view: 'top',
    line: (i) => `F\t${code(i)}\t1\t500\t500\t1\t500`,
    rowsOfSnapshot: 1000,
  },
  {
    name: 'top: the same functions again',
    view: 'top',
    line: (i) => `F\t${code(i % 30_000)}\t${i}\t${i}\t${i}\t${i}\t5`,
    rowsOfSnapshot: 30_000,
  },
  { name: 'top: edges', view: 'top', line: (i) => `K\t${code(i)}\t${code(i + 1)}\t1\t500`, rowsOfSnapshot: Infinity },
  {
    name: 'top: callers of one',
    view: 'top',
    line: (i) => `K\t${code(i % 20_000)}\t${code(i % 7)}\t1\t500`,
    rowsOfSnapshot: 50_000,
  },
  { name: 'top: durations', view: 'top', line: (i) => `B\t${code(i)}\t${i % 256}\t1`, rowsOfSnapshot: Infinity },
  { name: 'top: buckets', view: 'top', line: (i) => `B\t${CODE}\t${i}\t1`, rowsOfSnapshot: Infinity },
  { name: 'top: a bucket beyond all', view: 'top', line: () => `B\t${CODE}\t4000000000\t1`, rowsOfSnapshot: 1000 },
  { name: 'top: threads', view: 'top', line: (i) => `U\t${i + 1}\t${CODE}\t500\t1`, rowsOfSnapshot: Infinity },
  {
    name: 'top: threads of each function',
    view: 'top',
    line: (i) => `U\t${i + 1}\t${code(i)}\t500\t1`,
    rowsOfSnapshot: Infinity,
  },
  { name: 'top: empty snapshots', view: 'top', line: (i) => (i % 2 ? `s\t${AT(i * 1e3)}` : `S\t${AT(i * 1e3)}`) },
  { name: 'gc: collections', view: 'gc', line: (i) => collection(i, 7, code(i % 50)) },
  { name: 'gc: code objects', view: 'gc', line: (i) => collection(i, 7, code(i)) },
  { name: 'gc: threads', view: 'gc', line: (i) => collection(i, i + 1, 0) },
  { name: 'gc: falling times', view: 'gc', line: (i) => collection(2e6 - i, 7, 0) },
  {
    name: 'gc: collections and names',
    view: 'gc',
    line: (i) => (i % 2 ? `N\t${code(i)}\t1\tname_${i}\t${FILE}` : collection(i, 7, code(i + 1e7))),
  },
  {
    name: 'gc: lines, and a name that changes',
    view: 'gc',
    line: (i) => (i % 2 ? `N\t${CODE}\t1\tname_${i}\t${FILE}` : `n\t${code(i + 1)}\t${i}\t7`),
  },
  { name: 'gc: names', view: 'gc', line: (i) => `N\t${code(i)}\t1\tname_${i}\t${FILE}` },
  { name: 'gc: lines', view: 'gc', line: (i) => `n\t${code(i)}\t${i}\t7` },
  { name: 'gc: left out', view: 'gc', line: (i) => `V\t${i % 5}\t${i}\t${i * 10}` },
  { name: 'objects: types', view: 'objects', line: (i) => `O\t${code(i)}\t2\t1`, rowsOfSnapshot: Infinity },
  {
    name: 'objects: types, snapshots of 1000',
    view: 'objects',
    line: (i) => `O\t${code(i)}\t2\t1`,
    rowsOfSnapshot: 1000,
  },
  {
    name: 'objects: sites',
    view: 'objects',
    line: (i) => (i % 2 ? `W\t${code(i % 999)}\t${code(i)}\t${i}\t1` : `O\t${code((i + 1) % 999)}\t2\t1`),
    rowsOfSnapshot: Infinity,
  },
  {
    name: 'objects: sites, snapshots of 1000',
    view: 'objects',
    line: (i) => (i % 1000 < 10 ? `O\t${code(i % 10)}\t2\t1` : `W\t${code(i % 10)}\t${code(i)}\t${i}\t1`),
    rowsOfSnapshot: 1000,
  },
  { name: 'objects: classes', view: 'objects', line: (i) => `I\t2\t1\tClass${i}\t${FILE}`, rowsOfSnapshot: Infinity },
  { name: 'objects: times', view: 'objects', line: (i) => `J\t${i % 256}\t1\tClass${i}`, rowsOfSnapshot: Infinity },
  { name: 'objects: buckets', view: 'objects', line: (i) => `J\t${i}\t1\tClass`, rowsOfSnapshot: Infinity },
  { name: 'objects: times in all', view: 'objects', line: (i) => `j\t5\t5\tClass${i}`, rowsOfSnapshot: Infinity },
  { name: 'objects: names', view: 'objects', line: (i) => `Y\t${code(i)}\tmodule\tClass${i}\tobject` },
  { name: 'objects: names that change', view: 'objects', line: (i) => `Y\t${CODE}\tmodule\tClass${i}\tobject` },
  { name: 'objects: parts that are not sure', view: 'objects', line: (i) => `y\tpart ${i}\treason ${i}` },
  { name: 'objects: places', view: 'objects', line: (i) => `N\t${code(i)}\t1\tname_${i}\t${FILE}` },
  { name: 'objects: lines', view: 'objects', line: (i) => `n\t${code(i)}\t${i}\t7` },
];

const SCRIPTS = { calls: 'calls', top: 'top', gc: 'gc', objects: 'objects-alloc' } as const;

const about = (script: string): string =>
  JSON.stringify({
    pytrace: '0.1.0',
    pid: 7,
    command: ['python3'],
    exe: '/usr/bin/python3',
    python: '3.15.2',
    engine: 'dtrace',
    engineVersion: '2.0.7',
    script,
    startedAt: '2026-11-21T12:21:10.085Z',
    since: 'attach',
    filters: { thread: 0, functionGlob: '', fileGlob: '', minDurationNs: 0, depth: 0 },
  });

/** The lines of a whole recording with `count` lines of the kind, each with its newline. */
export function* hostileLines(kind: HostileKind, count: number): Generator<string> {
  const script =
    kind.name === 'objects: classes' || /: times|: buckets/.test(kind.name) ? 'objects' : SCRIPTS[kind.view];
  const name = kind.view === 'objects' ? script : SCRIPTS[kind.view];
  yield `P\t1\t${about(name)}\n`;
  yield `H\t1\t${BASE}\t1795263671877614903\t${name}\tdtrace\n`;
  yield `A\t${BASE}\n`;
  const rows = kind.rowsOfSnapshot;
  let snapshot = 0;
  for (let i = 0; i < count; i++) {
    if (rows !== undefined && (rows === Infinity ? i === 0 : i % rows === 0)) {
      if (i > 0) yield `s\t${AT(snapshot * 1e9 + 5)}\n`;
      yield `S\t${AT(++snapshot * 1e9)}\n`;
    }
    yield `${kind.line(i)}\n`;
  }
  if (rows !== undefined) yield `s\t${AT(snapshot * 1e9 + 5)}\n`;
  yield `Z\t${AT(3e9 + snapshot * 1e9)}\t0\n`;
  yield `Q\t0\tduration\n`;
}

/** The same as a file. */
export function writeHostile(path: string, kind: HostileKind, count: number): void {
  const file = openSync(path, 'w');
  let text = '';
  for (const line of hostileLines(kind, count)) {
    text += line;
    if (text.length < 1 << 20) continue;
    writeSync(file, text, null, 'latin1');
    text = '';
  }
  writeSync(file, text, null, 'latin1');
  closeSync(file);
}
