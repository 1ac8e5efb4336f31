import { arrange, cursorIndex } from '../table/arrange.js';
import { reduceTable } from '../table/reduce.js';
import type { Viewport } from '../view.js';
import { figures } from './figures.js';
import type { GcModel } from './gc-model.js';
import { gcLayout, listHeight } from './layout.js';
import { isOver, listRows, listTable } from './rows.js';
import { BUDGETS, MODES, type GcState } from './state.js';
import { UNITS } from './words.js';

/** `pick-thread:4243` lists that thread alone, `pick-thread:0` all: what the thread picker sends. */
const THREAD = /^pick-thread:(\d+)$/;

/** The state of the view after a command; the same state where the command means nothing here. */
export function reduceGc(state: GcState, command: string, model: GcModel, viewport: Viewport, now: number): GcState {
  const picked = THREAD.exec(command);
  if (picked !== null) return withThread(state, Number(picked[1]));
  switch (command) {
    case 'mode':
      return { ...state, mode: after(MODES, state.mode) };
    case 'generation':
      return { ...state, generation: after([-1, 0, 1, 2], state.generation), table: { ...state.table, held: null } };
    case 'unit':
      return { ...state, unit: after(UNITS, state.unit) };
    case 'budget':
      // One that was asked for is none of the steps: the next larger one follows it.
      return { ...state, budget: BUDGETS.find((budget) => budget > state.budget) ?? 0 };
    case 'next-thread':
      return stepThread(state, model, 1);
    case 'prev-thread':
      return stepThread(state, model, -1);
    case 'previous-over':
    case 'next-over':
      return toOver(state, command === 'next-over' ? 1 : -1, model, viewport, now);
    default: {
      const layout = gcLayout(viewport, state, figures(model, state.table.window).rows.length + 1);
      const rows = listRows(model, state);
      const table = reduceTable(state.table, command, rows, listTable(model, state), listHeight(layout), now);
      return table === state.table ? state : { ...state, table };
    }
  }
}

/** The cursor goes to the next pause over the budget in time, whatever the list is sorted by. */
function toOver(state: GcState, step: 1 | -1, model: GcModel, viewport: Viewport, now: number): GcState {
  const table = listTable(model, state);
  const arranged = arrange(listRows(model, state), state.table, table, now);
  if (arranged.length === 0) return state;
  const at = arranged[cursorIndex(arranged, state.table, table)];
  const over = arranged.filter((each) => isOver(each, state.budget)).sort((a, b) => a.ts - b.ts || a.id - b.id);
  const before = (id: number, ts: number): boolean => ts < at.ts || (ts === at.ts && id < at.id);
  const next =
    step > 0
      ? over.find(({ id, ts }) => id !== at.id && !before(id, ts))
      : over.findLast(({ id, ts }) => before(id, ts));
  // From the newest row there is no later one, but it may itself be what is looked for.
  const found = next ?? (isOver(at, state.budget) ? at : undefined);
  if (found === undefined) return state;
  const layout = gcLayout(viewport, state, figures(model, state.table.window).rows.length + 1);
  const ranks = new Map(arranged.map((row, rank) => [row.id, rank]));
  const cursorLine = Math.min(ranks.get(found.id)!, Math.max(0, listHeight(layout) >> 1));
  return { ...state, table: { ...state.table, cursor: found.id, cursorLine, held: { until: now + 2e9, ranks } } };
}

function stepThread(state: GcState, model: GcModel, step: 1 | -1): GcState {
  const threads = [0, ...new Set(model.store.listed().map(({ tid }) => tid))].sort((a, b) => a - b);
  const at = Math.max(0, threads.indexOf(state.thread));
  return withThread(state, threads[(at + step + threads.length) % threads.length]);
}

function withThread(state: GcState, thread: number): GcState {
  return { ...state, thread, table: { ...state.table, cursor: undefined, cursorLine: 0, held: null } };
}

function after<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length];
}
