import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counters, SPANS } from './counters.js';
import { History } from './history.js';

describe('the history of counters', () => {
  it('has in each window, and in the time before it, what was gained there', () => {
    const frame = fc.record({ ms: fc.integer({ min: 1, max: 15_000 }), gains: fc.array(fc.nat(2), { maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 80 }), (frames) => {
        const counters = new Counters();
        counters.grow(3);
        const history = new History([counters]);
        let now = 0;
        const told = frames.map(({ ms, gains }) => {
          for (const id of gains) counters.add(id, 1);
          const from = now;
          history.close(from, (now += ms * 1e6));
          return { from, to: now, gains };
        });
        for (const [window, seconds] of SPANS.entries()) {
          const middle = ({ from, to }: { from: number; to: number }): number => (from + to) / 2;
          const inside = told.filter((each, at) => at === told.length - 1 || middle(each) >= now - seconds * 1e9);
          const before = told.filter((each) => !inside.includes(each) && middle(each) >= now - 2 * seconds * 1e9);
          for (const [sum, kept] of [
            [window, inside],
            [SPANS.length + window, before],
          ] as const) {
            expect(history.spans[sum]).toBe(kept.reduce((span, { from, to }) => span + to - from, 0));
            for (let id = 0; id < 3; id++)
              expect(counters.sums[sum][id]).toBe(
                kept.flatMap(({ gains }) => gains).filter((one) => one === id).length,
              );
          }
          expect(history.begin(window)).toBe(inside[0].from);
        }
      }),
    );
  });

  it('forgets what is too much to keep, and says so by a shorter window', () => {
    const counters = new Counters();
    counters.grow(10);
    const history = new History([counters], 200);
    for (let second = 0; second < 50; second++) {
      for (let id = 0; id < 10; id++) counters.add(id, 1);
      history.close(second * 1e9, (second + 1) * 1e9);
    }
    expect(history.spans[1]).toBe(10e9);
    expect(history.spans[2]).toBe(18e9);
    expect(counters.in(2, 3)).toBe(18);
    expect(counters.in(-1, 3)).toBe(50);
  });

  it('begins anew', () => {
    const counters = new Counters();
    counters.grow(1);
    const history = new History([counters]);
    counters.add(0, 5);
    history.close(0, 1e9);
    history.reset();
    counters.reset();
    expect([counters.in(0, 0), counters.in(-1, 0), counters.in(-2, 0), history.spans[0]]).toEqual([0, 0, 5, 0]);
    counters.add(0, 2);
    history.close(1e9, 2e9);
    expect([counters.in(0, 0), counters.in(-1, 0), counters.in(-2, 0), history.spans[1]]).toEqual([2, 2, 7, 1e9]);
  });
});
