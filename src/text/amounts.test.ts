import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, percent, rate, time } from './amounts.js';

describe('amounts', () => {
  it('never need more columns than they have', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 53, noNaN: true }), (value) => {
        expect(count(value).length).toBeLessThanOrEqual(9);
        expect(rate(Math.min(value, 1e9)).length).toBeLessThanOrEqual(7);
        expect(time(value, true).length).toBeLessThanOrEqual(6);
        expect(percent(value).length).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('are written as people write them', () => {
    expect([0, 999, 1_849_536, 9_999_999, 18_449_536, 2_310_000_000].map(count)).toEqual([
      '0',
      '999',
      '1,849,536',
      '9,999,999',
      '18.4M',
      '2.31G',
    ]);
    expect([0, 0.4, 9.96, 602.3, 9633, 123_456, 1_500_000].map(rate)).toEqual([
      '0',
      '0.4',
      '10',
      '602',
      '9,633',
      '123k',
      '1.50M',
    ]);
    expect(
      [0, 0.3, 850, 999.6, 61_000, 999_600, 1.9e6, 36.3e9, 99.96e9, 725e9, 3599.7e9, 11_520e9].map((ns) =>
        time(ns, false),
      ),
    ).toEqual([
      '0',
      '1ns',
      '850ns',
      '1.00µs',
      '61.0µs',
      '1.00ms',
      '1.90ms',
      '36.3s',
      '1m40s',
      '12m05s',
      '1h00m',
      '3h12m',
    ]);
    expect([0, 0.0001, 0.314, 1, 1.2, NaN].map(percent)).toEqual(['0.0', '<0.1', '31.4', '100.0', '100.0', '0.0']);
  });
});
