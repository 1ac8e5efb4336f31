import { type CallsFilter, parseFilter } from './filter.js';

/** `seen`: in the order in which the calls were first seen, which never changes. */
export type CallsSort = 'seen' | 'total' | 'self' | 'calls' | 'name';

export const SORTS: readonly CallsSort[] = ['seen', 'total', 'self', 'calls', 'name'];

/** Shares of the thread's time below which subtrees can be hidden. */
export const THRESHOLDS: readonly number[] = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** So many folded nodes are remembered; then the one that was folded first opens again. */
export const MAX_FOLDED = 10_000;

/** For so long after a navigation key rows keep the order they had, ns. */
export const HOLD_NS = 2e9;

/** All that a person has chosen in the view `calls`. */
export interface CallsState {
  readonly mode: 'tree' | 'flow';
  /** Node under the cursor; -1 = that of the first row. */
  readonly cursor: number;
  /** The line of the list that the cursor stands on: rows that come and go do not move it. */
  readonly cursorLine: number;
  readonly folded: ReadonlySet<number>;
  readonly sort: CallsSort;
  readonly reversed: boolean;
  /** Until when (trace clock, ns) siblings keep the order that `ranks` (by node) gives. */
  readonly held: { readonly until: number; readonly ranks: ReadonlyMap<number, number> } | null;
  /** Subtrees below this share of the thread's time are hidden. */
  readonly threshold: number;
  readonly filter: CallsFilter;
  /** Nodes zoomed to, outermost first. */
  readonly zoom: readonly number[];
  /** Root of the only thread shown; -1 = all. */
  readonly thread: number;
  /** Frames of the import system are shown. */
  readonly imports: boolean;
  /** Levels of indentation scrolled away to the left. */
  readonly shift: number;
  /** The details of the row fill the view. */
  readonly detail: boolean;
  /** Sequence number of the flow's last line; -1 = the newest event, whichever that is. */
  readonly flowEnd: number;
  /** Times in the flow: since the start, or of the day. */
  readonly clock: 'start' | 'day';
}

export const initialState = (): CallsState => ({
  mode: 'tree',
  cursor: -1,
  cursorLine: 0,
  folded: new Set(),
  sort: 'seen',
  reversed: false,
  held: null,
  threshold: 0,
  filter: parseFilter(''),
  zoom: [],
  thread: -1,
  imports: false,
  shift: 0,
  detail: false,
  flowEnd: -1,
  clock: 'start',
});

/** Whether the filter leaves rows out. */
export function isFiltering({ filter }: CallsState): boolean {
  return filter.named || filter.minShare > 0;
}

/** A set with one more member, the oldest left out if there is no room. */
export function withFolded(folded: ReadonlySet<number>, node: number): ReadonlySet<number> {
  const wider = new Set(folded);
  wider.add(node);
  if (wider.size > MAX_FOLDED) wider.delete(wider.values().next().value!);
  return wider;
}

export function withoutFolded(folded: ReadonlySet<number>, nodes: Iterable<number>): ReadonlySet<number> {
  const smaller = new Set(folded);
  for (const node of nodes) smaller.delete(node);
  return smaller;
}
