import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectGolden } from '../../test/golden/golden.js';
import { deep, hostile, shop } from '../../test/golden/programs.js';
import { selfTimes, type SpeedscopeFile } from '../../test/golden/speedscope-file.js';
import { Traced } from '../../test/golden/traced.js';
import type { CallsModel } from '../models/callsmodel.js';
import { chromeTrace } from './chrome-trace.js';
import { csv } from './csv.js';
import { CalledOff, FileExists, writeWhole, type ExportOptions } from './export-file.js';
import { folded } from './folded.js';
import type { Pieces } from './pieces.js';
import { frameName } from '../models/frames.js';
import { functionTotals } from './functions.js';
import { speedscope } from './speedscope.js';
import { summary } from './summary.js';
import { topFunctions } from './top-functions.js';
import { treeText } from './tree-text.js';

interface TraceEvent {
  ph: string;
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  args: { name?: string };
}
const text = (pieces: Pieces): string => [...pieces].join('');
const trace = (pieces: Pieces): TraceEvent[] => (JSON.parse(text(pieces)) as { traceEvents: TraceEvent[] }).traceEvents;

/** Checks that begins and ends nest in each thread and rise in time; returns how many calls there are. */
function nested(events: readonly TraceEvent[]): number {
  const stacks = new Map<number, string[]>();
  const last = new Map<number, number>();
  let calls = 0;
  for (const { ph, name, tid, ts } of events) {
    if (ph === 'M') continue;
    const stack = stacks.get(tid) ?? [];
    stacks.set(tid, stack);
    expect(ts).toBeGreaterThanOrEqual(last.get(tid) ?? 0);
    last.set(tid, ts);
    if (ph === 'B') {
      stack.push(name);
      calls++;
    } else expect(stack.pop()).toBe(name);
  }
  for (const stack of stacks.values()) expect(stack).toEqual([]);
  return calls;
}

describe('folded stacks', () => {
  it('has a line a stack, root first, weighed in µs of self time', () => {
    const lines = text(folded(shop().model(), 512)).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[^;]+(;[^;]+)+ \d+$/);
    expect(lines).toContain('worker-2;heartbeat (/srv/shop/health.py:9) 1800');
    expect(lines.some((line) => line.startsWith('worker-1;?;handle_request (/srv/shop/views.py:41);reprice '))).toBe(
      true,
    );
  });
  it('stays one line a stack for any name', () => {
    for (const line of text(folded(hostile().model(), 512)).trimEnd().split('\n'))
      expect(line).toMatch(/^[^;]+(;[^;]+)* \d+$/);
  });
});

describe('folded stacks that are deep', () => {
  /** A recursion `depth` calls deep whose every call has `self` ns of its own. */
  const recursion = (depth: number, self = 5000): CallsModel => {
    const traced = new Traced().thread(1, 'main');
    for (let i = 0; i < depth; i++) traced.enter(1, 'descend', '/a.py', 1).wait(self);
    for (let i = 0; i < depth; i++) traced.leave(1);
    return traced.model();
  };
  const weight = (lines: readonly string[]): number =>
    lines.reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)![1]), 0);

  it('have what is said of frames, and say how many are left out of the middle', () => {
    const lines = text(folded(recursion(30), 10))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(weight(lines)).toBe(150);
    for (const line of lines) expect(line.split(';').length).toBeLessThanOrEqual(10);
    expect(lines.at(-1)).toBe(
      `main;${'descend (/a.py:1);'.repeat(3)}(2 to 22 frames left out);${'descend (/a.py:1);'.repeat(4)}descend (/a.py:1) 105`,
    );
  });
  it('are told apart by their outer and their inner frames alone', () => {
    const traced = new Traced().thread(1, 'main');
    for (const outer of ['a', 'b']) {
      traced.enter(1, outer, '/o.py', 1);
      for (let i = 0; i < 20; i++) traced.enter(1, 'descend', '/a.py', 1);
      traced.call(1, 'x', '/i.py', 1, 5000).call(1, 'y', '/i.py', 2, 7000);
      for (let i = 0; i <= 20; i++) traced.leave(1);
    }
    const lines = text(folded(traced.model(), 7)).trimEnd().split('\n');
    expect(lines.map((line) => line.replaceAll('descend (/a.py:1)', 'd'))).toEqual([
      'main;a (/o.py:1);d;(17 frames left out);d;d;x (/i.py:1) 5',
      'main;a (/o.py:1);d;(17 frames left out);d;d;y (/i.py:2) 7',
      'main;b (/o.py:1);d;(17 frames left out);d;d;x (/i.py:1) 5',
      'main;b (/o.py:1);d;(17 frames left out);d;d;y (/i.py:2) 7',
    ]);
  });
  it('lose no time, whatever the limit', () => {
    const model = recursion(40);
    for (let limit = 3; limit < 45; limit++) expect(weight(text(folded(model, limit)).trimEnd().split('\n'))).toBe(200);
  });
  it('of 20,000 calls make files whose length grows with the calls, in pieces', () => {
    const model = recursion(20_000);
    for (const pieces of [folded(model, 512), speedscope(model, 'deep'), csv(model), treeText(model, 'deep')]) {
      let length = 0;
      for (const piece of pieces) {
        expect(piece.length).toBeLessThan(1 << 16);
        length += piece.length;
      }
      expect(length).toBeLessThan(20e6);
      expect(length).toBeGreaterThan(1e6);
    }
  });
});

describe('speedscope', () => {
  it('has a profile a thread, whose clock is the ns of self time', () => {
    const model = shop().model();
    const file = JSON.parse(text(speedscope(model, 'calls of 1'))) as SpeedscopeFile;
    expect(file.profiles.map(({ name }) => name)).toEqual(['worker-1', 'worker-2']);
    const self = selfTimes(file);
    expect(file.profiles[1].endValue).toBe(1_800_000);
    expect(self.get('heartbeat /srv/shop/health.py 9')).toBe(1_800_000);
    expect(file.shared.frames).toContainEqual({ name: 'heartbeat', file: '/srv/shop/health.py', line: 9 });
    for (const { fn, self: ns } of functionTotals(model.picture)) {
      const { name, file: path, line } = frameName(model.functions, fn);
      expect(self.get([name, path, line].join(' ').replace(/ {2}-1$/, '')) ?? 0, name).toBeCloseTo(ns, -2);
    }
  });
});

describe('Chrome trace', () => {
  it('nests begins and ends, and closes what still runs', () => {
    const model = shop().model();
    const events = trace(chromeTrace(model, { pid: 5, process: 'python' }));
    expect(nested(events)).toBe(5296);
    expect(events.filter(({ ph }) => ph === 'M').map(({ args }) => args.name)).toEqual([
      'python',
      'worker-1',
      'worker-2',
    ]);
  });
  it('begins with the oldest event what began before it', () => {
    const traced = new Traced().thread(1, 'main').enter(1, 'a', '/a.py', 1).enter(1, 'b', '/a.py', 2);
    for (let i = 0; i < 40_000; i++) traced.call(1, 'c', '/a.py', 3, 1000);
    const model = traced.leave(1).wait(500).leave(1).model();
    const events = trace(chromeTrace(model, { pid: 5, process: 'python' }));
    nested(events);
    const starts = events.filter(({ ph }) => ph === 'B').slice(0, 2);
    expect(starts.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(starts[0].ts).toBe(model.flow.get(model.flow.first).ts / 1000);
  });
  it('tells of whole calls where only long ones were traced', () => {
    const traced = new Traced().thread(1, 'main').call(1, 'a', '/a.py', 1, 5000);
    const events = trace(chromeTrace(traced.model({ minDurationNs: 1000 }), { pid: 5, process: 'python' }));
    expect(events.filter(({ ph }) => ph === 'X').at(-1)).toMatchObject({ name: 'a', ts: 0, dur: 5 });
  });
  it('is empty, but whole, without events', () => {
    expect(trace(chromeTrace(new Traced().model(), { pid: 5, process: 'python' }))).toHaveLength(1);
  });
});

describe('CSV', () => {
  it('has as many cells in each row, and runs no formula', () => {
    const rows = text(csv(hostile().model())).trimEnd().split('\r\n');
    const columns = rows[0].split(',').length;
    for (const row of rows.slice(1))
      expect(row.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!.filter((cell) => cell !== '').length).toBe(columns);
    expect(rows.some((row) => row.includes(`"'=cmd()"`))).toBe(true);
    expect(rows.join('\n')).not.toContain('\x1b');
  });
});

describe('functions', () => {
  it('counts the time of a recursion once', () => {
    const model = deep().model();
    const visit = functionTotals(model.picture).find(
      ({ fn }) => model.functions.names.name(model.functions.symbolOf(fn)) === 'visit',
    )!;
    expect(visit.calls).toBe(428);
    const wall = model.picture.threads[0].wall;
    expect(visit.total).toBe(wall - 50_000);
    expect(visit.total).toBeLessThanOrEqual(wall);
  });
  it('adds up to the time of the threads', () => {
    const { picture } = shop().model();
    const self = functionTotals(picture).reduce((sum, entry) => sum + entry.self, 0);
    const inside = picture.threads.reduce((sum, { root }) => {
      let total = 0;
      for (let child = picture.nodes.firstChild[root]; child >= 0; child = picture.nodes.nextSibling[child]!)
        total += picture.total(child);
      return sum + total;
    }, 0);
    expect(self).toBeCloseTo(inside, 0);
  });
});

describe('text', () => {
  it('shows the tree with what its shares are of', () => {
    expectGolden('export-tree.txt', text(treeText(shop().model(), 'pytrace calls 41822 (python3.15)')));
    expectGolden(
      'export-tree-empty.txt',
      text(treeText(new Traced().model({ notice: 'Nothing was called.' }), 'pytrace calls 1')),
    );
  });
  it('sums up at the end', () => {
    const model = shop().end().model();
    const facts = {
      command: 'pytrace calls 41822',
      duration: model.picture.now,
      events: 10_590,
      lost: 0,
      seen: topFunctions(model.picture),
    };
    expectGolden(
      'summary.txt',
      summary({ ...facts, probesRemoved: true, target: 'running', saved: './my trace.ptrace' }),
    );
    expect(summary(facts).split('\n')[0]).toBe('pytrace calls 41822: 0.4s, 10,590 events, 0 lost.');
    expect(summary({ ...facts, target: 'exited 3', lost: 12 })).toContain('12 lost, target exited 3.');
  });
});

describe('export files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pytrace-export-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = async (path: string, pieces: Pieces, overwrite = false, options: ExportOptions = {}): Promise<void> =>
    (await writeWhole(path, pieces, options)).publish(overwrite);

  it('are for their owner only', async () => {
    const path = join(folder, 'calls.txt');
    await write(path, ['ein ', '', 'Text\n']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe('ein Text\n');
  });

  it('take the place of no other file unless told to', async () => {
    const path = join(folder, 'mine.txt');
    writeFileSync(path, 'mine');
    symlinkSync(path, join(folder, 'link.txt'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.txt'));
    const before = readdirSync(folder);
    for (const taken of [path, join(folder, 'link.txt'), join(folder, 'dangling.txt')]) {
      await expect(write(taken, ['theirs'])).rejects.toThrow(FileExists);
    }
    expect(readFileSync(path, 'utf8')).toBe('mine');
    await write(path, ['theirs'], true);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('are not there before they are whole', async () => {
    const path = join(folder, 'late.txt');
    const before = readdirSync(folder);
    const file = await writeWhole(path, ['all of it']);
    expect(readdirSync(folder)).not.toContain('late.txt');
    file.publish();
    expect(readFileSync(path, 'utf8')).toBe('all of it');
    expect(readdirSync(folder)).toEqual([...before, 'late.txt'].sort());
    const other = await writeWhole(join(folder, 'never.txt'), ['all of it']);
    other.discard();
    expect(readdirSync(folder)).toEqual([...before, 'late.txt'].sort());
  });

  it('are written while the event loop turns, and leave nothing when called off or broken', async () => {
    const before = readdirSync(folder);
    const abort = new AbortController();
    let turns = 0;
    const turn = (): void => {
      if (++turns === 5) abort.abort();
      else setImmediate(turn);
    };
    setImmediate(turn);
    function* endless(): Pieces {
      for (;;) yield 'x'.repeat(1000);
    }
    let told = 0;
    const options = { signal: abort.signal, progress: (bytes: number) => (told = bytes) };
    await expect(write(join(folder, 'endless'), endless(), false, options)).rejects.toThrow(CalledOff);
    expect(told).toBeGreaterThan(1 << 16);
    function* broken(): Pieces {
      yield 'x'.repeat(100_000);
      throw new Error('no more');
    }
    await expect(write(join(folder, 'broken'), broken())).rejects.toThrow('no more');
    expect(readdirSync(folder)).toEqual(before);
  });
});
