import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { playRecording } from '../../src/cli/play.js';
import { parseOptions } from '../../src/cli/options.js';
import { chromeTrace } from '../../src/export/chrome-trace.js';
import { csv } from '../../src/export/csv.js';
import { folded } from '../../src/export/folded.js';
import type { Pieces } from '../../src/export/pieces.js';
import { speedscope } from '../../src/export/speedscope.js';
import type { CallsModel } from '../../src/models/callsmodel.js';
import { loadViews, viewById, VIEWS } from '../../src/views/registry.js';
import type { OpenView } from '../../src/views/trace-view.js';
import { openGc } from './gc-traced.js';
import * as gcPrograms from './gc-programs.js';
import * as programs from './programs.js';
import { selfTimes, type SpeedscopeFile } from './speedscope-file.js';
import { hostileTop, shopTop, silentTop } from './top-programs.js';
import { Traced } from './traced.js';

/** What a terminal obeys, and what no file is to hold. */
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const schema: object = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../../node_modules/speedscope/dist/release/file-format-schema.json', import.meta.url)),
    'utf8',
  ),
) as object;
const isSpeedscope = new Ajv({ strict: false }).compile(schema);
const joined = (pieces: Pieces): string => [...pieces].join('');

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
}

function checkSpeedscope(text: string): SpeedscopeFile {
  const file = JSON.parse(text) as SpeedscopeFile;
  if (!isSpeedscope(file)) throw new Error(JSON.stringify(isSpeedscope.errors));
  selfTimes(file);
  return file;
}

/** Strict JSON, in order of time, each end that of the innermost begin. */
function checkChromeTrace(text: string): void {
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  const stacks = new Map<number, string[]>();
  let last = 0;
  for (const { ph, name, pid, tid, ts, dur } of traceEvents) {
    if (![pid, tid, ts].every(Number.isFinite) || ts < last) throw new Error(`${ph} ${tid} at ${ts} after ${last}`);
    last = ts;
    const stack = stacks.get(tid) ?? [];
    stacks.set(tid, stack);
    if (ph === 'B') stack.push(name);
    else if (ph === 'E') {
      if (stack.pop() !== name) throw new Error(`${name} ends, and is not the innermost`);
    } else if (ph === 'X' ? !(dur! >= 0) : ph !== 'M') throw new Error(`phase ${ph}, duration ${dur}`);
  }
  for (const stack of stacks.values()) if (stack.length > 0) throw new Error(`${stack.join()} never ends`);
}

/** Returns the weights, summed. */
function checkFolded(text: string, maxDepth = 512): number {
  let sum = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^(.*) (\d+)$/.exec(line);
    const frames = match?.[1].split(';');
    if (frames === undefined || frames.length < 2 || frames.length > maxDepth || frames.includes(''))
      throw new Error(`no folded stack: ${line.slice(0, 200)}`);
    sum += Number(match![2]);
  }
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  return sum;
}

/** Rows of cells as RFC 4180 has them. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) throw new Error(`no cell: ${JSON.stringify(text.slice(at, at + 60))}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

function checkCsv(text: string): string[][] {
  const rows = parseCsv(text);
  for (const row of rows) {
    if (row.length !== rows[0].length) throw new Error(`a row of ${row.length} cells: ${row.join()}`);
    if (row.some((one) => /^[=+@]/.test(one))) throw new Error(`a formula: ${row.join()}`);
  }
  return rows;
}

/** Each file of a view is what its extension says. */
function checkAll(view: OpenView): number {
  const choices = view.exports();
  for (const { extension, pieces } of choices) {
    const text = joined(pieces('a title'));
    expect(CONTROL.exec(text)).toBe(null);
    if (extension === '.speedscope.json') checkSpeedscope(text);
    else if (extension === '.trace.json') checkChromeTrace(text);
    else if (extension === '.collapsedstack.txt') checkFolded(text);
    else if (extension === '.csv') checkCsv(text);
    else if (extension === '.json' && view.slot.id === 'gc') JSON.parse(text);
    else if (extension === '.json') for (const line of text.split('\n').slice(0, -1)) JSON.parse(line);
    else expect(text.endsWith('\n'), extension).toBe(true);
  }
  return choices.length;
}

function checkTree(model: CallsModel): void {
  checkSpeedscope(joined(speedscope(model, 'calls')));
  checkChromeTrace(joined(chromeTrace(model, { pid: 5, process: 'python' })));
  const whole = checkFolded(joined(folded(model, 512)));
  const cut = checkFolded(joined(folded(model, 4)), 4);
  // Each line is rounded to 1 µs.
  expect(Math.abs(whole - cut)).toBeLessThan(model.picture.nodes.count + 1);
  checkCsv(joined(csv(model)));
}

describe('files', () => {
  beforeAll(loadViews);

  it('of every program of the golden pictures are what their names say', () => {
    for (const make of [programs.shop, programs.deep, programs.hostile, programs.wide, programs.silent])
      checkTree(make().model());
    checkTree(programs.hostile().model({ minDurationNs: 1 }));
    for (const { opened } of [shopTop(), hostileTop(), silentTop(), shopTop({ counts: true })]) checkAll(opened);
    for (const make of [gcPrograms.shop, gcPrograms.hostile]) {
      const trace = openGc();
      trace.feed(make());
      checkAll(trace.opened);
    }
  });

  it('of every view of the recording are what their names say', async () => {
    const path = fileURLToPath(new URL('../../demo/shop.ptrace', import.meta.url));
    const opened = new Map(
      VIEWS.map((view): [string, OpenView] => [
        view.id,
        view.open({
          options: parseOptions({}, view),
          pid: 6001,
          python: '3.15.2',
          since: 'launch',
          marks: [],
          now: () => opened.get(view.id)!.session.newest,
          revision: () => 0,
          notice: () => '',
        }),
      ]),
    );
    const sessions = new Map([...opened].map(([id, { session }]) => [id, session]));
    await playRecording(path, sessions, 'calls', Infinity, () => undefined, () => false);
    for (const [id, view] of opened) expect(checkAll(view), id).toBeGreaterThanOrEqual(3);
    expect(viewById('calls')).toBeDefined();
  });

  it('are of the moment at which they were asked for', () => {
    const view = viewById('calls')!;
    const opened: OpenView = view.open({
      ...{ options: parseOptions({}, view), pid: 1, python: '3.15.2', since: 'attach', marks: [] },
      ...{ now: () => opened.session.newest, revision: () => 0, notice: () => '' },
    });
    const push = (...lines: readonly string[]): void => {
      opened.session.push(Buffer.from(`${lines.join('\n')}\n`));
      opened.session.flush();
    };
    const call = (ts: number, name: string): string => `E\t${ts}\t7\t1\t${ts * 8}\t0\t${name}\\0\t/a.py\\0`;
    push('H\t1\t1000\t1795927870085191196\tcalls\tdtrace', 'A\t1000', call(2000, 'first'));
    const choices = opened.exports();
    const texts = (): string[] => choices.map(({ pieces }) => joined(pieces('t')));
    const before = texts();
    opened.session.nameThread(7, 'renamed');
    push(call(5000, 'second'));
    expect(texts()).toEqual(before);
    expect(joined(opened.exports()[1].pieces('t'))).not.toBe(before[1]);
  });

  const step = fc.record({
    what: fc.constantFrom('enter', 'enter', 'leave', 'leave', 'unseen', 'back', 'lost', 'wait'),
    // Some ran before the attach; there is always another one to begin.
    tid: fc.integer({ min: 1, max: 9 }),
    fn: fc.nat(4),
    ns: fc.nat(5000),
  });
  const NAMES = ['a', 'b;c', '=d', '"e",\r\n', '\x1b[31m'];

  it('of 1,000 random trees are what their names say', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const traced = new Traced().oldThread(1, 'old').oldThread(2, 'o;ld').thread(3, '');
        const depths = new Map<number, number>();
        for (const { what, tid, fn, ns } of steps) {
          const depth = depths.get(tid) ?? 0;
          traced.wait(ns);
          const call = [tid, NAMES[fn], `/f${fn % 2}.py`, 1 + (fn % 3)] as const;
          if (what === 'enter' || what === 'unseen') {
            if (what === 'enter') traced.enter(...call);
            else traced.enterUnseen(...call);
            depths.set(tid, depth + (what === 'enter' ? 1 : 2));
          } else if (what === 'back' && depth === 0) {
            // A frame that was there before the attach ends: what was seen of it as `?` becomes part of what has its name.
            traced.enterUnseen(...call).leave(tid).leave(tid);
          } else if (what === 'leave' && depth > 0) {
            traced.leave(tid);
            depths.set(tid, depth - 1);
          } else if (what === 'lost' && depth > 0) {
            traced.leaveUnseen(tid);
            depths.set(tid, depth - 1);
          }
        }
        checkTree(traced.model());
      }),
      { numRuns: 1000, seed: 20261129 },
    );
  }, 120_000);
});
