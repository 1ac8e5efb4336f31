import type { TableColumn } from './columns.js';
import type { TableState } from './state.js';

/** What a table needs to know of its rows. */
export interface TableRows<Row> {
  readonly columns: readonly TableColumn<Row>[];
  /** What a row is: `function`; left out, `row`. */
  readonly noun?: string;
  readonly key: (row: Row) => number | string;
  /** Name and place: what the filter looks at. */
  readonly name: (row: Row) => string;
  readonly place: (row: Row) => string;
  /** The share that `>5%` asks for; left out where rows have none. */
  readonly share?: (row: Row) => number;
}

interface Arranged {
  readonly by: readonly unknown[];
  readonly rows: unknown[];
}

/** The last answer for each list of rows: it is asked for by every line drawn, message and key, and may have 20,000 rows. */
const answers = new WeakMap<readonly unknown[], Arranged>();

/** The rows that pass the filter, in the order that is asked for; rows of equal rank by their key, so that none flickers. */
export function arrange<Row>(rows: readonly Row[], state: TableState, table: TableRows<Row>, now: number): Row[] {
  const held = state.held !== null && now < state.held.until ? state.held.ranks : null;
  const by = [table, state.sort, state.reversed, state.filter, held];
  const known = answers.get(rows);
  if (known?.by.every((each, at) => each === by[at])) return known.rows.slice() as Row[];
  const arranged = arrangeAnew(rows, state, table, held);
  answers.set(rows, { by, rows: arranged });
  return arranged.slice();
}

function arrangeAnew<Row>(
  rows: readonly Row[],
  state: TableState,
  table: TableRows<Row>,
  held: ReadonlyMap<number | string, number> | null,
): Row[] {
  const { filter } = state;
  const filtered =
    filter.named || filter.minShare > 0
      ? rows.filter(
          (row) => filter.matches(table.name(row), table.place(row)) && (table.share?.(row) ?? 1) >= filter.minShare,
        )
      : [...rows];
  const column = table.columns.find(({ id }) => id === state.sort) ?? table.columns[0];
  const sign = (column.rising === true) === state.reversed ? -1 : 1;
  const byKey = (a: Row, b: Row): number => (table.key(a) < table.key(b) ? -1 : 1);
  const byColumn = (a: Row, b: Row): number => sign * column.order(a, b) || byKey(a, b);
  if (held === null) return filtered.sort(byColumn);
  // What is new since comes last: it must not push what is looked at.
  const rank = (row: Row): number => held.get(table.key(row)) ?? Infinity;
  return filtered.sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    return first === second ? byColumn(a, b) : first - second;
  });
}

/** Index of the row under the cursor; 0 where that row is not there. */
export function cursorIndex<Row>(arranged: readonly Row[], state: TableState, table: TableRows<Row>): number {
  if (state.cursor === undefined) return 0;
  return Math.max(
    0,
    arranged.findIndex((row) => table.key(row) === state.cursor),
  );
}

/** First row on the screen, so that the cursor's row stands on the cursor's line as far as there are rows above. */
export function firstRow(rowCount: number, listHeight: number, cursorRow: number, cursorLine: number): number {
  const line = Math.max(0, Math.min(cursorLine, listHeight - 1));
  return Math.max(0, Math.min(cursorRow - line, rowCount - listHeight));
}
