import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopSession } from './top-session.js';
import { pictureOf } from './picture.js';
import { TopRow } from './rows.js';
import { SPANS } from './counters.js';

const BASE = 10n ** 12n;
const KEY = 4711;
/** 20 calls of 30 ms a second, in one thread. */
const [CALLS, SELF] = [20, 0.6];

/** Snapshots at moments of their own, whatever their distance: late, in bursts, twice at the same moment. */
function streamed(moments: readonly number[]): TopSession {
  const session = new TopSession({ function: '', file: '', interval: 1 });
  const text = [`H\t1\t${BASE}\t1\ttop\tdtrace`, `A\t${BASE}`, `N\t${KEY}\t1\twork\t/a.py`];
  for (const ns of moments) {
    const ts = BASE + BigInt(ns);
    const calls = Math.floor((CALLS * ns) / 1e9);
    const self = Math.floor(SELF * ns);
    text.push(`S\t${ts}`, `F\t${KEY}\t${calls}\t${self}\t${self}\t${calls}\t30000000`, `s\t${ts}`);
  }
  session.push(Buffer.from(`${text.join('\n')}\n`));
  return session;
}

const gaps = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50e6 }), fc.constant(1e9), fc.integer({ min: 1e8, max: 4e9 })),
  { minLength: 3, maxLength: 60 },
);

describe('rates of top', () => {
  it('are those of the target however late, dense or sparse its snapshots come', () => {
    fc.assert(
      fc.property(gaps, (each) => {
        let now = 0;
        const session = streamed(each.map((gap) => (now += gap)));
        if (session.tables.sums.count === 0 || now === 0) return;
        const picture = pictureOf(session.tables, false);
        for (const window of SPANS.keys()) {
          const row = new TopRow(
            picture,
            { window, from: picture.begins[window], span: picture.spans[window], thread: 0 },
            0,
          );
          const seconds = picture.spans[window] / 1e9;
          // A call more or less at either end is rounding.
          expect(Math.abs(row.calls - CALLS * seconds)).toBeLessThanOrEqual(1 + 1e-6);
          expect(Math.abs(row.self - SELF * picture.spans[window])).toBeLessThanOrEqual(2);
          expect(row.selfShare).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('neither double nor vanish in the curve of a function where a snapshot is late', () => {
    // The third is two seconds late, and three come at once.
    const spark = streamed([1e9, 2e9, 5e9, 5e9, 5e9, 6e9, 7.4e9, 7.6e9, 9e9]).tables.sparks.of(0);
    const values = spark.filter((value) => !Number.isNaN(value));
    expect(values).toHaveLength(9);
    // Without times a curve is of calls.
    for (const value of values) expect(value).toBeCloseTo(CALLS, 6);
  });
});
