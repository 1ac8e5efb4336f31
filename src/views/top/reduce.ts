import { reduceTable } from '../table/reduce.js';
import type { Viewport } from '../view.js';
import { topTable } from './columns.js';
import { topLayout } from './layout.js';
import type { TopState } from './state.js';
import type { TopModel } from './top-model.js';
import { visibleRows } from './visible.js';

/** For so long a key that can do nothing says why, ns. */
const SAY_NS = 4e9;

export function reduceTop(
  before: TopState,
  command: string,
  model: TopModel,
  viewport: Viewport,
  now: number,
): TopState {
  // The next key ends what was said: while frozen the clock does not.
  const state = before.threadlessUntil === 0 ? before : { ...before, threadlessUntil: 0 };
  const picked = /^pick-thread:(\d+)$/.exec(command);
  if (picked !== null) return withThread(state, Number(picked[1]));
  if (command === 'next-thread' || command === 'prev-thread') {
    if (model.facts.tids.length === 0) return { ...state, threadlessUntil: now + SAY_NS };
    const ids = [0, ...model.facts.tids];
    const step = command === 'next-thread' ? 1 : ids.length - 1;
    return withThread(state, ids[(Math.max(0, ids.indexOf(state.thread)) + step) % ids.length]);
  }
  const height = topLayout(viewport, state).table - 1;
  const next = reduceTable(state, command, visibleRows(model, state), topTable(model.facts), height, now);
  return next === state ? state : { ...state, ...next };
}

function withThread(state: TopState, thread: number): TopState {
  return thread === state.thread ? state : { ...state, thread, held: null };
}
