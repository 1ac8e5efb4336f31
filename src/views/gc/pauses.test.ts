import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketEnd, fineBucket, Pauses } from './pauses.js';
import { Recent } from './recent.js';
import { ALL } from './generations.js';
import { KEPT_SECONDS, Seconds } from './seconds.js';

const pause = fc.integer({ min: 0, max: 3e9 });

describe('pauses', () => {
  it('puts each duration into the bucket that ends behind it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 1e12 }), (ns) => {
        const bucket = fineBucket(ns);
        expect(ns).toBeLessThan(bucketEnd(bucket));
        expect(ns).toBeGreaterThanOrEqual(bucketEnd(bucket - 1));
      }),
    );
  });

  it('gives exact quantiles while all are kept, however they are asked for in between', () => {
    fc.assert(
      fc.property(
        fc.array(pause, { minLength: 1, maxLength: 300 }),
        fc.nat(100),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, ask, share) => {
          const pauses = new Pauses();
          for (const [at, each] of all.entries()) {
            pauses.add(each, 1);
            if (at === ask) pauses.quantile(0.5);
          }
          const sorted = [...all].sort((a, b) => a - b);
          expect(pauses.quantile(share)).toBe(sorted[Math.ceil(share * sorted.length) - 1]);
          expect(pauses.above(all[0])).toBe(all.filter((each) => each > all[0]).length);
          expect(pauses.total).toBe(all.reduce((sum, each) => sum + each, 0));
        },
      ),
    );
  });

  it('rounds up by no more than a quarter when there are too many', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 4, max: 3e9 }), { minLength: 5, maxLength: 200 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, share) => {
          const pauses = new Pauses(4);
          for (const each of all) pauses.add(each, 0);
          expect(pauses.exact).toBe(false);
          const sorted = [...all].sort((a, b) => a - b);
          const truth = sorted[Math.ceil(share * sorted.length) - 1];
          expect(pauses.quantile(share)).toBeGreaterThanOrEqual(truth);
          expect(pauses.quantile(share)).toBeLessThanOrEqual(truth * 1.25 + 1);
        },
      ),
    );
  });

  it('has as many in its octaves as came', () => {
    const pauses = new Pauses();
    for (const each of [0, 1, 5, 5, 1000, 70_000]) pauses.add(each, 0);
    expect(pauses.octaves()).toEqual([0, 16]);
    expect([0, 2, 9, 16].map((octave) => pauses.octave(octave))).toEqual([2, 2, 1, 1]);
    expect(new Pauses().octaves()).toBeNull();
    expect(new Pauses().quantile(0.5)).toBe(0);
  });
});

describe('the recent past', () => {
  it('says from when on it knows all', () => {
    const recent = new Recent(4);
    for (let at = 0; at < 4; at++) recent.add(at, 0, 10 + at, 1);
    expect(recent.forgotten).toBe(-Infinity);
    recent.add(4, 1, 99, 1);
    recent.add(5, 1, 100, 1);
    expect(recent.since(-5)[ALL].count).toBe(4);
    expect(recent.forgotten).toBe(2);
    expect(recent.since(4)[1].count).toBe(2);
  });

  it('keeps the worst of each second, and forgets old seconds', () => {
    const seconds = new Seconds();
    seconds.add(5.5e9, 0, 100);
    seconds.add(5.6e9, 2, 300);
    seconds.add(5.7e9, 2, 200);
    expect([seconds.worstIn(5, 0), seconds.worstIn(5, 2), seconds.worstIn(5, ALL), seconds.worstIn(6, ALL)]).toEqual([
      100, 300, 300, 0,
    ]);
    expect(seconds.countIn(5, ALL, 8)).toBe(1);
    seconds.add((5 + KEPT_SECONDS) * 1e9, 0, 7);
    seconds.add(5.1e9, 0, 500);
    expect([seconds.worstIn(5, ALL), seconds.worstIn(5 + KEPT_SECONDS, ALL)]).toEqual([0, 7]);
    expect(seconds.worstIn(-1, ALL)).toBe(0);
  });
});
