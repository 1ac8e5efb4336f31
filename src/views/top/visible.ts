import type { TopRow } from './rows.js';
import type { TopState } from './state.js';
import type { TopModel } from './top-model.js';

const kept = new WeakMap<readonly TopRow[], { readonly fn: number; readonly rows: readonly TopRow[] }>();

/** The rows of the chosen window and thread, with the one under the cursor even if it did nothing in them: it must not slip away. */
export function visibleRows(model: TopModel, { window, thread, cursor }: TopState): readonly TopRow[] {
  const rows = model.rows(window, thread);
  if (typeof cursor !== 'number') return rows;
  const known = kept.get(rows);
  if (known?.fn === cursor) return known.rows;
  const idle = rows.some(({ fn }) => fn === cursor) ? undefined : model.row(cursor, window, thread);
  const shown = idle === undefined ? rows : [...rows, idle];
  kept.set(rows, { fn: cursor, rows: shown });
  return shown;
}
