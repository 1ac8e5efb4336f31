import { tableState, type TableState } from '../table/state.js';

/** What a person has chosen in this view. */
export interface ObjectsState {
  readonly table: TableState;
  /** Classes that are Python's own and made in C are shown too. */
  readonly builtins: boolean;
}

export const initialState = (sort = 'alive'): ObjectsState => ({ table: tableState(sort), builtins: false });
