import { expect, it } from 'vitest';
import { LiveModel } from './live-model.js';

/** One whose clock never stands still, and how often a model was made. */
function live() {
  const made: { now: number; frozen: boolean }[] = [];
  let clock = 0;
  const context = { now: () => ++clock, revision: () => 0 };
  const model = new LiveModel(context, (now, frozen) => {
    made.push({ now, frozen });
    return { now };
  });
  return { model, made };
}

it('is made once for a command and the frame that shows it, and anew in the next turn', async () => {
  const { model, made } = live();
  const first = model.get();
  expect(model.get()).toBe(first);
  await Promise.resolve();
  expect(model.get()).not.toBe(first);
  expect(made).toHaveLength(2);
});

it('is kept where neither the clock nor the trace goes on', async () => {
  const made: number[] = [];
  const model = new LiveModel({ now: () => 7, revision: () => 3 }, (now) => made.push(now));
  model.get();
  await Promise.resolve();
  model.get();
  expect(made).toEqual([7]);
});

it('is the frozen one until it is thawed', () => {
  const { model, made } = live();
  model.get();
  model.freeze();
  const frozen = model.get();
  expect(made.at(-1)!.frozen).toBe(true);
  expect(model.get()).toBe(frozen);
  expect(model.lasting()).toBe(frozen);
  model.thaw();
  expect(model.get()).not.toBe(frozen);
});
