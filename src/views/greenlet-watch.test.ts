import { describe, expect, it } from 'vitest';
import { fakeTarget } from '../../test/fakes/request.js';
import { GreenletWatch } from './greenlet-watch.js';

/** What it says at each of these moments, ms, of a process that has greenlet from one of them on. */
function said(moments: readonly number[], since: number, framed: boolean, known = false): string[] {
  let now = 0;
  const watch = new GreenletWatch(() => now >= since);
  const target = fakeTarget({ greenlets: known });
  return moments.flatMap((moment) => {
    now = moment;
    return watch.lines(target, framed, moment * 1e6, moment);
  });
}

describe('the watch for greenlet', () => {
  it('says once what was known before the attach', () => {
    expect(said([1, 300], 0, true, true)).toEqual(['g\t1\t0\t0']);
    expect(said([1, 300], 0, false, true)).toEqual(['g\t0\t0\t0']);
  });

  it('says when it was seen', () => {
    expect(said([1, 300, 600, 900], 500, false)).toEqual(['g\t0\t600000000\t1']);
    expect(said([1, 300, 600, 900], 500, true)).toEqual(['g\t1\t600000000\t1']);
    expect(said([1, 300], Infinity, true)).toEqual([]);
  });

  it('doubts nothing that was counted by frames where it was there at the first look', () => {
    expect(said([1], 0, true)).toEqual(['g\t1\t0\t1']);
    expect(said([1], 0, false)).toEqual(['g\t0\t1000000\t1']);
  });

  it('looks about once a second after the first seconds', () => {
    let looks = 0;
    const watch = new GreenletWatch(() => {
      looks++;
      return false;
    });
    for (let now = 0; now < 60_000; now += 250) watch.lines(fakeTarget(), true, now * 1e6, now);
    expect(looks).toBeGreaterThan(60);
    expect(looks).toBeLessThan(80);
  });
});
