import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topRun } from '../../../test/golden/top-programs.js';
import { START } from '../../../test/golden/traced.js';
import { TopStream } from '../../../test/golden/top-stream.js';
import { TopSession } from './top-session.js';
import { pictureOf } from './picture.js';
import { type TopFacts, TopModel } from './top-model.js';

const US = 1e3;

function modelOf(session: TopSession, over: Partial<TopFacts> = {}): TopModel {
  return new TopModel(pictureOf(session.tables, false), {
    countsOnly: false,
    interval: 1,
    since: 'attach',
    minDurationNs: 0,
    notice: '',
    lost: session.lost,
    now: session.newest,
    watched: session.watchedThen,
    resetWatched: 0,
    resetAt: -1,
    threadNames: new Map(),
    tids: [...session.tables.tids],
    threadCount: session.tables.tids.size,
    marks: [],
    ...over,
  });
}

const settings = { function: '', file: '', interval: 1 };
const NAMES = ['a', 'b', 'c', 'd'];

interface Call {
  readonly name: string;
  readonly caller: string;
  readonly tid: number;
  readonly ns: number;
}
const call = fc.record({
  name: fc.constantFrom(...NAMES),
  caller: fc.constantFrom('', ...NAMES),
  tid: fc.constantFrom(7, 8),
  ns: fc.integer({ min: 1, max: 5_000_000 }),
});
/** Seconds of calls; before some of them the stream begins anew. */
const program = fc.array(
  fc.record({ calls: fc.array(call, { maxLength: 12 }), anew: fc.boolean(), half: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 90,
  },
);

describe('the sums of top', () => {
  it('are those of the program in every window, whatever the chunks, pauses and half snapshots', () => {
    fc.assert(
      fc.property(program, fc.integer({ min: 3, max: 4000 }), (seconds, chunk) => {
        const session = new TopSession(settings);
        let stream = new TopStream();
        let pause = 0;
        const told: { readonly at: number; readonly calls: readonly Call[] }[] = [];
        const feed = (): void => {
          const bytes = stream.take();
          for (let at = 0; at < bytes.length; at += chunk) session.push(bytes.subarray(at, at + chunk));
        };
        for (const [second, { calls, anew, half }] of seconds.entries()) {
          if (anew && second > 0) {
            feed();
            pause += 5e9;
            stream = new TopStream(false, stream.now + 5e9);
          }
          for (const { name, caller, tid, ns } of calls)
            stream.call(tid, caller === '' ? 0 : stream.fn(caller, '/x.py', 1), stream.fn(name, '/x.py', 1), ns);
          // Half a snapshot, with sums that never were: it must leave no trace.
          if (half) stream.line(`S\t1`, `F\t${stream.fn('a', '/x.py', 1)}\t999999\t1\t1\t1\t1`);
          stream.snapshot();
          told.push({ at: stream.now, calls });
        }
        feed();
        expect(session.scanner.malformed).toBe(0);
        const model = modelOf(session);
        for (const window of [1, 10, 60, 0]) {
          const inside = told.filter(({ at }) => window === 0 || at - 0.5e9 >= stream.now - window * 1e9);
          const all = inside.flatMap(({ calls }) => calls);
          const span = model.scope(window).span;
          expect(span).toBe(window === 0 ? stream.now - pause : inside.length * 1e9);
          const rows = model.rows(window);
          expect(rows.map(({ name }) => name).sort()).toEqual([...new Set(all.map(({ name }) => name))].sort());
          for (const row of rows) {
            const mine = all.filter(({ name }) => name === row.name);
            const sum = mine.reduce((total, { ns }) => total + ns, 0);
            expect([row.calls, row.self, row.total, row.returned]).toEqual([mine.length, sum, sum, mine.length]);
            expect(row.selfShare).toBeCloseTo(sum / span, 9);
            const sorted = mine.map(({ ns }) => ns).sort((x, y) => x - y);
            for (const [share, found] of [
              [0.5, row.p50],
              [0.99, row.p99],
            ] as const) {
              const exact = sorted[Math.ceil(sorted.length * share) - 1];
              expect(found).toBeGreaterThanOrEqual(exact);
              expect(found).toBeLessThanOrEqual(exact * 1.25 + 1);
            }
            expect(row.max).toBeGreaterThanOrEqual(sorted[sorted.length - 1]);
            expect(row.max).toBeLessThanOrEqual(sorted[sorted.length - 1] * 1.25 + 1);
            for (const { name, calls } of model.callers(row))
              expect(calls).toBe(mine.filter(({ caller }) => (caller || '(not known)') === name).length);
            for (const { tid, calls, self } of model.threads(row)) {
              const there = mine.filter((each) => each.tid === tid);
              expect([calls, self]).toEqual([there.length, there.reduce((total, { ns }) => total + ns, 0)]);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep to the function that had the address at the time', () => {
    const session = new TopSession(settings);
    const stream = new TopStream();
    const key = stream.fn('first', '/x.py', 1);
    stream.call(7, 0, key, 40 * US).snapshot();
    stream
      .line(`N\t${key}\t9\tsecond\t/x.py`)
      .call(7, 0, key, 10 * US, 10 * US, 2)
      .snapshot();
    session.push(stream.take());
    const rows = modelOf(session).rows(0);
    expect(rows.map(({ name, calls, self }) => [name, calls, self])).toEqual([
      ['first', 1, 40 * US],
      ['second', 2, 20 * US],
    ]);
  });

  it('add up what a snapshot tells of one function in several rows', () => {
    const session = new TopSession(settings);
    const stream = new TopStream();
    const key = stream.fn('split', '/x.py', 1);
    for (const sum of [1, 2]) {
      stream.line(`S\t${START + BigInt(sum * 1e9)}`, `F\t${key}\t${sum * 3}\t${sum * 40}\t${sum * 90}\t${sum}\t70`);
      stream.line(`K\t0\t${key}\t${sum * 3}\t0`, `F\t${key}\t0\t${sum * 5}\t0\t0\t0`, `s\t${START}`);
    }
    session.push(stream.take());
    const row = modelOf(session).rows(0)[0];
    expect([row.calls, row.self, row.total, row.returned, row.max]).toEqual([6, 90, 180, 2, 0]);
    expect(session.tables.backwards).toBe(0);
  });

  it('wait a while for a name, then are shown without one, and lose nothing', () => {
    const session = new TopSession(settings);
    const stream = new TopStream();
    stream.call(7, 0, 0x5000, 40 * US).snapshot();
    session.push(stream.take());
    expect(modelOf(session).rows(0)).toHaveLength(0);
    stream.line('N\t20480\t3\tlate\t/x.py').snapshot().call(7, 0, 0x6000, US);
    session.push(stream.take());
    expect(
      modelOf(session)
        .rows(0)
        .map(({ name, calls }) => [name, calls]),
    ).toEqual([['late', 1]]);
    stream.snapshot();
    session.push(stream.take());
    session.end();
    expect(
      modelOf(session)
        .rows(0)
        .map(({ name, calls }) => [name, calls]),
    ).toEqual([
      ['late', 1],
      ['?', 1],
    ]);
  });

  it('are counted after the exact filters', () => {
    const run = topRun(new TopStream(), { function: 'get_*' });
    const { stream } = run;
    stream.call(7, 0, stream.fn('get_one', '/x.py', 1), US).call(7, 0, stream.fn('forget_one', '/x.py', 2), US, US, 5);
    stream.snapshot();
    run.feed();
    expect(run.opened.session.accepted).toBe(1);
    expect(
      run.opened.slot.lines({ width: 80, height: 12, ascii: true, paint: (_mark, text) => text }, 0).join('\n'),
    ).not.toContain('forget');
  });
});
