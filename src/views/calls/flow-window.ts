import type { CallsModel } from '../../models/callsmodel.js';
import type { FlowEvent } from '../../models/flowring.js';
import { isImportSystem } from './filter.js';
import type { CallsState } from './state.js';

/** The part of the flow that is on the screen. */
export interface FlowWindow {
  /** Oldest first, at most as many as asked for. */
  readonly events: readonly FlowEvent[];
  /** The newest event is to be shown, whichever that is. */
  readonly following: boolean;
  /** Where the view stood, events have been overwritten since: it shows the oldest that are left. */
  readonly overtaken: boolean;
  /** Several threads can appear, so that each line has to name its own. */
  readonly several: boolean;
}

/** Whether the flow shows the event of this number. */
export type Accept = (sequence: number) => boolean;

export function acceptor(model: CallsModel, state: CallsState): Accept {
  const { flow, functions } = model;
  const { filter } = state;
  const tids = shownThreads(model, state);
  return (sequence) => {
    if (tids !== undefined && !tids.has(flow.tidAt(sequence))) return false;
    const fn = flow.fnAt(sequence);
    if (!state.imports && isImportSystem(functions, fn)) return false;
    return !filter.named || filter.matches(functions, fn);
  };
}

export function flowWindow(model: CallsModel, state: CallsState, height: number): FlowWindow {
  const { flow } = model;
  const accept = acceptor(model, state);
  const several = shownThreads(model, state) === undefined && model.picture.threads.length > 1;
  const shown = (sequences: readonly number[]): FlowEvent[] => sequences.map((sequence) => flow.get(sequence));
  if (height <= 0) return { events: [], following: state.flowEnd < 0, overtaken: false, several };
  if (state.flowEnd >= 0) {
    const back = before(flow, accept, Math.min(state.flowEnd, flow.next - 1), height);
    if (back.length === height) return { events: shown(back), following: false, overtaken: false, several };
    const oldest = after(flow, accept, flow.first, height);
    return { events: shown(oldest), following: false, overtaken: flow.first > 0, several };
  }
  return { events: shown(before(flow, accept, flow.next - 1, height)), following: true, overtaken: false, several };
}

/**
 * Last line of the flow after scrolling by `lines` (negative: to older events) from where it stands; -1 when that
 * reaches the newest event.
 */
export function scrolled(model: CallsModel, state: CallsState, height: number, lines: number): number {
  const { flow } = model;
  const accept = acceptor(model, state);
  const { events } = flowWindow(model, state, height);
  const bottom = events.at(-1)?.sequence;
  if (bottom === undefined) return -1;
  if (lines < 0) {
    const oldest = after(flow, accept, flow.first, height);
    if (oldest.length < height) return -1;
    return Math.max(oldest.at(-1)!, before(flow, accept, bottom, 1 - lines)[0]);
  }
  const newer = after(flow, accept, bottom + 1, lines + 1);
  return newer.length <= lines ? -1 : newer[lines - 1];
}

/** Last line of the oldest screenful. */
export function oldestEnd(model: CallsModel, state: CallsState, height: number): number {
  const oldest = after(model.flow, acceptor(model, state), model.flow.first, height);
  return oldest.length < height ? -1 : oldest.at(-1)!;
}

/** Up to `most` events that are shown, from `sequence` to older ones; oldest first. */
function before(flow: CallsModel['flow'], accept: Accept, sequence: number, most: number): number[] {
  const found: number[] = [];
  for (let at = sequence; at >= flow.first && found.length < most; at--) if (accept(at)) found.push(at);
  return found.reverse();
}

/** Up to `most` events that are shown, from `sequence` to newer ones. */
function after(flow: CallsModel['flow'], accept: Accept, sequence: number, most: number): number[] {
  const found: number[] = [];
  for (let at = Math.max(sequence, flow.first); at < flow.next && found.length < most; at++)
    if (accept(at)) found.push(at);
  return found;
}

/** Threads that are shown; undefined for all. */
function shownThreads({ picture }: CallsModel, state: CallsState): ReadonlySet<number> | undefined {
  const tids = picture.threads.filter(({ root }) => root === state.thread).map(({ tid }) => tid);
  return tids.length === 0 ? undefined : new Set(tids);
}
