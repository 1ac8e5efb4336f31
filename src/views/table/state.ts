import { parseNameFilter, type NameFilter } from './filter.js';

/** For so long after a navigation key rows keep the order they had, ns. */
export const HOLD_NS = 2e9;

/** Windows that a table can tell of, s; 0 = since the attach. */
export const WINDOWS: readonly number[] = [10, 60, 0, 1];

/** What a person has chosen in a table. */
export interface TableState {
  /** Key of the row under the cursor; undefined = the first row. */
  readonly cursor: number | string | undefined;
  /** The line of the list on which the cursor stands: rows that come and go do not move it. */
  readonly cursorLine: number;
  /** Id of the column sorted by. */
  readonly sort: string;
  readonly reversed: boolean;
  /** Until when (trace clock, ns) rows keep the order that `ranks` (by key) gives. */
  readonly held: { readonly until: number; readonly ranks: ReadonlyMap<number | string, number> } | null;
  readonly filter: NameFilter;
  /** Details of the row under the cursor: below the list, over the whole view, or not at all. */
  readonly detail: 'pane' | 'full' | 'none';
  /** Seconds that the columns tell of; 0 = since the attach. */
  readonly window: number;
}

export const tableState = (sort: string, window = 0): TableState => ({
  cursor: undefined,
  cursorLine: 0,
  sort,
  reversed: false,
  held: null,
  filter: parseNameFilter(''),
  detail: 'pane',
  window,
});

export function windowText(window: number, since = 'since attach'): string {
  return window === 0 ? since : `${window} s`;
}
