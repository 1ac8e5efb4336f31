import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GcLines, gcModel } from '../../../test/golden/gc-traced.js';
import { figures } from './figures.js';
import { LISTED } from './gc-store.js';
import { GcSession } from './gc-session.js';
import { ALL } from './generations.js';

const MS = 1e6;
const ALL_OF_IT = { thread: 0, minPause: 0 };

/** wait before, generation, pause (ns), collected, thread */
const happening = fc.tuple(
  fc.integer({ min: 0, max: 3e9 }),
  fc.integer({ min: 0, max: 2 }),
  fc.integer({ min: 0, max: 5e8 }),
  fc.nat(1000),
  fc.constantFrom(7, 8),
);

describe('session of gc', () => {
  it('sums up what happened, over the whole and over a window', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), fc.constantFrom(0, 1, 10, 60), (happenings, window) => {
        const lines = new GcLines();
        const truth: { ts: number; generation: number; pause: number; collected: number }[] = [];
        for (const [wait, generation, pause, collected, tid] of happenings) {
          lines.wait(wait).collect(tid, generation, pause, collected);
          truth.push({ ts: lines.now, generation, pause, collected });
        }
        const now = lines.wait(1).now;
        const table = figures(gcModel(lines.end().session(), now), window);
        for (const row of table.rows) {
          const from = window === 0 ? 0 : Math.max(0, now - window * 1e9);
          const mine = truth.filter((one) => one.ts >= from && (row.place === ALL || one.generation === row.place));
          const sorted = mine.map(({ pause }) => pause).sort((a, b) => a - b);
          expect(row.count).toBe(mine.length);
          expect(row.total).toBe(sorted.reduce((sum, pause) => sum + pause, 0));
          expect(row.max).toBe(sorted.at(-1) ?? 0);
          expect(row.collected).toBe(mine.reduce((sum, one) => sum + one.collected, 0));
          expect(row.p99).toBe(sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0);
          expect(table.watched).toBe(now - from);
        }
      }),
    );
  });

  it('never shows a negative or absurd pause, and counts what is odd', () => {
    const lines = new GcLines().wait(1e9).collect(7, 0, 1000, 5);
    lines.collect(7, 1, -5, 0).line('D', lines.ts, 7, 2, '99999999999999999', 3, 0, -1, 0, -1, 0, -1, 0, -1);
    lines.records++;
    lines.line('d', lines.ts, 7, 9).line('b', lines.ts, 7, 2);
    const session = lines.end().session();
    expect(session.oddities).toEqual({ ends: 1, starts: 1, absurd: 2 });
    expect(session.accepted).toBe(1);
    expect(session.lost).toBe(0);
    expect(session.scanner.malformed).toBe(0);
    expect(figures(gcModel(session, lines.now), 0).rows.at(-1)).toMatchObject({ count: 1, max: 1000, total: 1000 });
  });

  it('knows from the end record what is missing', () => {
    const lines = new GcLines().collect(7, 0, 1000, 5);
    lines.records += 4;
    expect(lines.end().session().lost).toBe(4);
  });

  it('counts what the script left out, in each stream anew', () => {
    const lines = new GcLines()
      .wait(1e9)
      .collect(7, 2, 5 * MS, 1)
      .line('V', 0, 10, 10_000)
      .line('V', 0, 25, 30_000);
    lines.line('V', 1, 2, 900).end().line('A', lines.wait(2e9).ts).line('V', 0, 4, 4000);
    const session = lines.session({ thread: 0, minPause: MS });
    expect(session.leftOut).toBe(31);
    expect(session.unwatched).toBe(2e9);
    const { rows, leftOut, watched } = figures(gcModel(session, lines.now), 0);
    expect(leftOut).toBe(31);
    expect(watched).toBe(1e9 + 5 * MS);
    expect(rows.map(({ count }) => count)).toEqual([29, 2, 1, 32]);
    expect(rows[0].total).toBe(34_000);
  });

  it('tells what was left out in a window', () => {
    const lines = new GcLines().collect(7, 0, 5 * MS, 1);
    const session = lines.session({ thread: 0, minPause: MS });
    for (let second = 1; second <= 30; second++) {
      session.push(Buffer.from(`V\t0\t${second * 100}\t${second * 1000}\n`));
      session.tick(second * 1e9);
    }
    expect(figures(gcModel(session, 30e9), 10).leftOut).toBe(1000);
    expect(figures(gcModel(session, 30e9), 0).leftOut).toBe(3000);
  });

  it('leaves out other threads and, in a replay, short pauses', () => {
    const lines = new GcLines().wait(1e9).collect(7, 0, 1000, 1).collect(8, 0, 2000, 1).collect(7, 0, 3000, 1);
    const session = lines.end().session({ thread: 7, minPause: 2000 });
    expect(session.accepted).toBe(1);
    expect(session.leftOut).toBe(1);
    expect(session.lost).toBe(0);
  });

  it('lists the last ones in the order of their ends', () => {
    const session = new GcLines().wait(5e9).session();
    const at = (ts: number): string =>
      `D\t${BigInt(ts) + session.header!.ts}\t7\t0\t5\t0\t0\t-1\t0\t-1\t0\t-1\t0\t-1\n`;
    session.push(Buffer.from(at(3000) + at(1000) + at(2000)));
    expect(session.store.listed().map(({ ts }) => ts)).toEqual([1000, 2000, 3000]);
    for (let ts = 4000; ts < 9000; ts++) session.push(Buffer.from(at(ts)));
    expect(session.store.listed()).toHaveLength(LISTED);
    expect(session.store.listed().at(-1)!.ts).toBe(8999);
  });

  it('counts from zero after a reset, and still knows the whole', () => {
    const lines = new GcLines().wait(1e9).collect(7, 0, 1000, 1).line('V', 0, 5, 500);
    const session = lines.session({ thread: 0, minPause: 1000 }, 900);
    session.reset(2e9);
    session.push(lines.wait(2e9).collect(7, 2, 3000, 4).line('V', 0, 7, 700).bytes());
    const { rows } = figures(gcModel(session, lines.now), 0);
    expect(rows.map(({ count }) => count)).toEqual([2, 0, 1, 3]);
    expect(session.store.over[ALL]).toBe(1);
    expect(session.ever.pauses[ALL].count).toBe(2);
    expect(session.ever.over[ALL]).toBe(2);
    expect(session.leftOut).toBe(7);
    expect(figures(gcModel(session, lines.now), 0).watched).toBe(lines.now - 2e9);
  });

  it('keeps a frozen copy as it was', () => {
    const lines = new GcLines().collect(7, 0, 1000, 1);
    const session = lines.session();
    const store = session.store.clone();
    session.push(lines.collect(7, 2, 3e6, 4).bytes());
    const frozen = figures({ ...gcModel(session, 1000), store }, 0);
    expect(frozen.rows.at(-1)).toMatchObject({ count: 1, max: 1000 });
    expect(store.listed()).toHaveLength(1);
    expect(store.seconds.worstIn(0, ALL)).toBe(1000);
    expect(figures({ ...gcModel(session, 1000), store }, 10).rows.at(-1)!.count).toBe(1);
  });

  it('never throws, whatever comes', () => {
    const field = fc.oneof(fc.integer().map(String), fc.bigInt().map(String), fc.string({ maxLength: 8 }));
    const line = fc
      .tuple(
        fc.constantFrom('D', 'd', 'b', 'V', 'N', 'n', 'A', 'Z', 'H', 'T'),
        fc.array(field, { minLength: 1, maxLength: 14 }),
      )
      .map(([kind, fields]) => [kind, ...fields].join('\t'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const session = new GcSession(ALL_OF_IT, 5);
        session.push(Buffer.from(`${lines.join('\n')}\n`));
        session.tick(1e9);
        session.end();
        for (const row of figures(gcModel(session, 2e9), 0).rows) expect(row.total).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
