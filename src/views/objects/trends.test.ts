import { describe, expect, it } from 'vitest';
import { ObjectsStream, opened } from '../../../test/fakes/objects-stream.js';
import { classRows } from './objects-model.js';
import type { ObjectsModel } from './objects-model.js';

/** The trend after `seconds` of snapshots, where `at` says what was made and destroyed until then. */
function trend(seconds: number, at: (second: number) => readonly [number, number]) {
  const stream = new ObjectsStream().arm();
  for (let second = 1; second <= seconds; second++) stream.snapshot(second, [[7, ...at(second)]]);
  const view = opened(stream) as unknown as { picture(): ObjectsModel };
  const [row] = classRows(view.picture(), 0);
  return [row.trend, Math.round(row.trendFor / 1e9)];
}

describe('trends', () => {
  it('are not told before a minute', () => {
    expect(trend(50, (s) => [s * 10, 0])).toEqual(['unknown', 0]);
  });
  it('rise with their duration', () => {
    expect(trend(65, (s) => [s * 10, s])[0]).toBe('rising');
    expect(trend(185, (s) => [s * 10, s])).toEqual(['rising', 185]);
  });
  it('rise although the collector frees some now and then', () => {
    expect(trend(95, (s) => [s * 10, Math.floor(s / 7) * 60])[0]).toBe('rising');
  });
  it('do not rise for one burst', () => {
    expect(trend(95, (s) => [s > 20 ? 500 : 0, 0])[0]).toBe('steady');
  });
  it('do not rise when the rise is over', () => {
    expect(trend(130, (s) => [Math.min(s, 90), 0])[0]).toBe('steady');
  });
  it('fall', () => {
    expect(trend(95, (s) => [0, s * 3])[0]).toBe('falling');
  });
  it('are churn where instances live less than a second', () => {
    expect(trend(95, (s) => [s * 1000, s * 1000 - 3])[0]).toBe('churn');
    expect(trend(95, (s) => [s * 10, s * 10 - 50])[0]).toBe('steady');
  });
});
