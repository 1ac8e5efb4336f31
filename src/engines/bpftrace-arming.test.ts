import { describe, expect, it } from 'vitest';
import { fakeRequest } from '../../test/fakes/request.js';
import { ARMED_RECORDS, Arming } from './bpftrace-arming.js';
import type { TraceRequest } from './engine.js';

/** What is seen at each tick, `before` before bpftrace has begun. */
function ticks(
  before: number | null,
  seen: readonly (number | null)[],
  request: TraceRequest = fakeRequest(),
): boolean[] {
  let now = before;
  const read = (_address: number, length: number): Buffer | null => {
    if (now === null) return null;
    const bytes = Buffer.alloc(length);
    bytes.writeUIntLE(now, 0, length);
    return bytes;
  };
  const arming = new Arming(
    request,
    () => ({ read, close: () => undefined }),
    () => 4096n,
  );
  const answers = seen.map((value) => {
    now = value;
    return arming.tick();
  });
  arming.close();
  return answers;
}

describe('a script is armed', () => {
  it('when the semaphore of the probe that is set last was seen up once before', () => {
    expect(ticks(0, [0, 0, 1, 1])).toEqual([false, false, false, true]);
  });

  it('when it rises over what another tracer has', () => {
    expect(ticks(2, [2, 3, 3])).toEqual([false, false, true]);
    expect(ticks(1, [1, 0, 1, 1])).toEqual([false, false, false, true]);
  });

  it('by its breakpoint, where there is no semaphore', () => {
    const parameters = [{ name: 'breakpoint1', value: 4096n }];
    const request = { ...fakeRequest(), script: 'objects-alloc', parameters };
    expect(ticks(0x55, [0x55, 0xcc, 0xcc], request)).toEqual([false, false, true]);
  });

  it('after a tenth of a second where nothing can be read, and at the last in any case', () => {
    expect(ticks(null, [null, null, null, null, null])).toEqual([false, false, false, false, true]);
    const never = ticks(1, Array<number>(ARMED_RECORDS).fill(1));
    expect(never.indexOf(true)).toBe(ARMED_RECORDS - 1);
  });
});
