import { expect, test } from 'vitest';
import { FREE, type Standing } from '../target/standstill.js';
import { StandstillWatch, stoodFields, stoodTogether } from './standstill-watch.js';

const STOPPED: Standing = { stopped: 'signal', holder: null };
const STRACE: Standing = { stopped: null, holder: { pid: 12, name: 'strace' } };

function watched(): { watch: StandstillWatch; at: (ms: number, standing: Standing) => boolean } {
  let now = 0;
  let standing = FREE;
  const watch = new StandstillWatch(
    7,
    () => 0,
    () => standing,
    () => now,
  );
  return {
    watch,
    at: (ms, next) => {
      now = ms;
      standing = next;
      return watch.look();
    },
  };
}

test('adds up how long the process stood still, from the arming on', () => {
  const { watch, at } = watched();
  expect(at(1000, STOPPED)).toBe(true);
  expect(watch.stood()).toEqual({ ms: 0, last: STOPPED, now: STOPPED });
  at(5000, STOPPED);
  watch.begin();
  expect(at(7000, STOPPED)).toBe(false);
  expect(watch.stood().ms).toBe(2000);
  expect(at(8000, FREE)).toBe(true);
  expect(at(20_000, STOPPED)).toBe(true);
  at(21_000, STOPPED);
  expect(watch.stood()).toEqual({ ms: 4000, last: STOPPED, now: STOPPED });
});

test('what was over before the trace began is not told at its end', () => {
  const { watch, at } = watched();
  at(0, STOPPED);
  at(1000, FREE);
  watch.begin();
  expect(stoodFields(watch.stood())).toEqual({});
});

test('a holder that lets the process run is named, without a time', () => {
  const { watch, at } = watched();
  watch.begin();
  expect(at(1000, STRACE)).toBe(true);
  at(3000, STRACE);
  expect(stoodFields(watch.stood())).toEqual({
    standstill: { ms: 0, why: null, heldBy: { pid: 12, name: 'strace' }, still: false },
  });
});

test('the traces of several views add up', () => {
  const first = { ms: 3000, last: STOPPED, now: STOPPED };
  const second = { ms: 0, last: FREE, now: FREE };
  expect(stoodTogether([first, second])).toEqual({ ms: 3000, last: STOPPED, now: FREE });
  expect(stoodTogether([])).toEqual({ ms: 0, last: FREE, now: FREE });
});
