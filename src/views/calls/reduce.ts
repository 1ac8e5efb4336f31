import type { CallsModel } from '../../models/callsmodel.js';
import type { Viewport } from '../view.js';
import { oldestEnd, scrolled } from './flow-window.js';
import { reduceTree } from './reduce-tree.js';
import type { CallsState } from './state.js';
import { wallByRoot } from './thread-times.js';

/** `pick-thread:4243` shows that thread alone, `pick-thread:0` all: what the thread picker sends. */
const THREAD = /^pick-thread:(\d+)$/;

/** The state of the view after a command; the same state where the command means nothing here. */
export function reduceCalls(
  state: CallsState,
  command: string,
  model: CallsModel,
  viewport: Viewport,
  now: number,
): CallsState {
  const picked = THREAD.exec(command);
  if (picked !== null) return withThread(state, rootOfThread(model, Number(picked[1])));
  switch (command) {
    case 'flow-toggle':
      return { ...state, mode: state.mode === 'tree' ? 'flow' : 'tree', detail: false, shift: 0 };
    case 'imports':
      return { ...state, imports: !state.imports };
    case 'clock':
      return { ...state, clock: state.clock === 'start' ? 'day' : 'start' };
    case 'next-thread':
      return stepThread(state, model, 1);
    case 'prev-thread':
      return stepThread(state, model, -1);
    default:
      return state.mode === 'tree'
        ? reduceTree(state, command, model, viewport, now)
        : reduceFlow(state, command, model, viewport);
  }
}

function reduceFlow(state: CallsState, command: string, model: CallsModel, { height }: Viewport): CallsState {
  const lines = Math.max(1, height - 1);
  const scroll = (by: number): CallsState => ({ ...state, flowEnd: scrolled(model, state, lines, by) });
  switch (command) {
    case 'up':
      return scroll(-1);
    case 'down':
      return scroll(1);
    case 'page-up':
      return scroll(-Math.max(1, lines - 1));
    case 'page-down':
      return scroll(Math.max(1, lines - 1));
    case 'first':
      return { ...state, flowEnd: oldestEnd(model, state, lines) };
    case 'last':
    case 'back':
    case 'follow':
      return { ...state, flowEnd: -1 };
    case 'scroll-left':
      return { ...state, shift: Math.max(0, state.shift - 4) };
    case 'scroll-right':
      return { ...state, shift: Math.min(1000, state.shift + 4) };
    default:
      return state;
  }
}

function stepThread(state: CallsState, model: CallsModel, step: 1 | -1): CallsState {
  const choices = [-1, ...wallByRoot(model.picture).keys()];
  const at = Math.max(0, choices.indexOf(state.thread));
  return withThread(state, choices[(at + step + choices.length) % choices.length]);
}

function withThread(state: CallsState, thread: number): CallsState {
  return { ...state, thread, zoom: [], shift: 0, held: null, flowEnd: -1 };
}

function rootOfThread(model: CallsModel, tid: number): number {
  return model.picture.threads.find((thread) => thread.tid === tid)?.root ?? -1;
}
