import { tableState, type TableState } from '../table/state.js';
import type { Unit } from './words.js';

export type Mode = 'histogram' | 'heat' | 'list';

export const MODES: readonly Mode[] = ['histogram', 'heat', 'list'];

/** Pause budgets to choose from, ns; 0 = none. */
export const BUDGETS: readonly number[] = [0, 1e6, 2e6, 5e6, 10e6, 20e6, 50e6, 100e6, 200e6, 500e6, 1e9];

/** All that a person has chosen in the view `gc`. */
export interface GcState {
  readonly mode: Mode;
  /** The place of the only generation shown; -1 = all. */
  readonly generation: number;
  readonly unit: Unit;
  /** Pauses longer than this are marked, ns; 0 = none. */
  readonly budget: number;
  /** The only thread whose collections are listed; 0 = all. */
  readonly thread: number;
  /** Cursor, order and filter of the list; window of the numbers; details of the row. */
  readonly table: TableState;
}

export const initialState = (budget = 0): GcState => ({
  mode: 'histogram',
  generation: -1,
  unit: 'auto',
  budget,
  thread: 0,
  table: tableState('time'),
});
