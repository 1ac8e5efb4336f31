import { arrange, cursorIndex, firstRow, type TableRows } from './arrange.js';
import { parseNameFilter } from './filter.js';
import { HOLD_NS, type TableState, WINDOWS } from './state.js';

/**
 * The state of a table after a command; the same state where the command means nothing to a table. `listHeight` is the
 * number of rows on the screen.
 */
export function reduceTable<Row>(
  state: TableState,
  command: string,
  rows: readonly Row[],
  table: TableRows<Row>,
  listHeight: number,
  now: number,
): TableState {
  switch (command) {
    case 'sort':
    case 'sort-back': {
      const ids = table.columns.map(({ id }) => id);
      const step = command === 'sort' ? 1 : -1;
      const sort = ids[(ids.indexOf(state.sort) + step + ids.length) % ids.length];
      return { ...state, sort, reversed: false, held: null };
    }
    case 'reverse':
      return { ...state, reversed: !state.reversed, held: null };
    case 'window':
      return { ...state, window: WINDOWS[(WINDOWS.indexOf(state.window) + 1) % WINDOWS.length], held: null };
    case 'detail-pane':
      return { ...state, detail: state.detail === 'none' ? 'pane' : 'none' };
    case 'enter':
      return { ...state, detail: state.detail === 'full' ? 'pane' : 'full' };
    case 'back':
      return back(state, rows, table, now);
    default:
      return move(state, command, rows, table, listHeight, now);
  }
}

/** Leaves the details, else clears the filter; both at once where the filter leaves no row to have details of. */
function back<Row>(state: TableState, rows: readonly Row[], table: TableRows<Row>, now: number): TableState {
  const full = state.detail === 'full';
  const clears = state.filter.text !== '' && !(full && arrange(rows, state, table, now).length > 0);
  if (!full && !clears) return state;
  const left: TableState = full ? { ...state, detail: 'pane' } : state;
  return clears ? { ...left, filter: parseNameFilter(''), held: null } : left;
}

function move<Row>(
  state: TableState,
  command: string,
  rows: readonly Row[],
  table: TableRows<Row>,
  listHeight: number,
  now: number,
): TableState {
  const page = Math.max(1, listHeight - 1);
  const steps: Record<string, number> = {
    up: -1,
    down: 1,
    'page-up': -page,
    'page-down': page,
    first: -Infinity,
    last: Infinity,
  };
  const step = steps[command];
  if (step === undefined || rows.length === 0) return state;
  const arranged = arrange(rows, state, table, now);
  if (arranged.length === 0) return state;
  const at = cursorIndex(arranged, state, table);
  const to = Math.max(0, Math.min(arranged.length - 1, at + step));
  const line = at - firstRow(arranged.length, listHeight, at, state.cursorLine);
  const cursorLine = Math.max(0, Math.min(listHeight - 1, line + (to - at)));
  const ranks = new Map(arranged.map((row, rank) => [table.key(row), rank]));
  return { ...state, cursor: table.key(arranged[to]), cursorLine, held: { until: now + HOLD_NS, ranks } };
}
