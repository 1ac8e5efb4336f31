import { parseNameFilter } from '../table/filter.js';
import { arrange } from '../table/arrange.js';
import { tableLines } from '../table/lines.js';
import { reduceTable } from '../table/reduce.js';
import { notice } from '../notice.js';
import { sanitize } from '../../wire/names.js';
import type { View } from '../view.js';
import { objectsChrome, sinceText } from './chrome.js';
import { classTable } from './class-columns.js';
import { counted } from './counted.js';
import { detailLines } from './detail-lines.js';
import { OBJECTS_GLOSSARY, OBJECTS_KEYS } from './keys.js';
import { objectsLayout } from './layout.js';
import { classRows, type ClassRow, type ObjectsModel } from './objects-model.js';
import { initialState, type ObjectsState } from './state.js';

export const objectsView: View<ObjectsModel, ObjectsState> = {
  id: 'objects',
  title: 'objects',
  needs: [],
  keys: OBJECTS_KEYS,
  glossary: OBJECTS_GLOSSARY,
  initial: () => initialState(),

  reduce(state, command, model, viewport, now) {
    if (command === 'builtins') return { ...state, builtins: !state.builtins };
    const rows = listed(model, state);
    const { list } = objectsLayout(state, viewport, rows.length);
    const height = Math.max(1, list - 1);
    const table = reduceTable(state.table, command, rows, classTable(model, viewport.ascii), height, now);
    return table === state.table ? state : { ...state, table };
  },

  filter: (state, text) => ({ ...state, table: { ...state.table, filter: parseNameFilter(text), held: null } }),

  lines(model, state, viewport, now) {
    if (model.notice !== '') return notice(model.notice, viewport);
    const rows = listed(model, state);
    const table = classTable(model, viewport.ascii);
    const { list, detail } = objectsLayout(state, viewport, rows.length);
    const drawn = tableLines(rows, state.table, table, viewport, list, now);
    const why = drawn.shown === 0 ? emptyBecause(model, state, rows) : '';
    if (why !== '') return notice(why, viewport);
    const since = sinceText(model, state.table.window);
    return [...drawn.lines, ...detailLines(model, drawn.selected, viewport, detail, since)];
  },

  chrome(model, state, viewport, now) {
    const rows = listed(model, state);
    const all = classRows(model, state.table.window);
    const { list } = objectsLayout(state, viewport, rows.length);
    const { above, below, shown } = tableLines(
      rows,
      state.table,
      classTable(model, viewport.ascii),
      viewport,
      list,
      now,
    );
    const known = { drawn: { above, below, shown }, classes: rows.length, builtinsHidden: all.length - rows.length };
    return objectsChrome(model, state, viewport, known, now);
  },
};

/** The rows that are not hidden as Python's own; a filter still has its say. */
export function listed(model: ObjectsModel, state: ObjectsState): readonly ClassRow[] {
  const rows = classRows(model, state.table.window);
  if (state.builtins) return rows;
  let own = withoutBuiltins.get(rows);
  if (own === undefined) withoutBuiltins.set(rows, (own = rows.filter(({ name }) => !name.builtin)));
  return own;
}

/** Lists are kept as they are, since their order is remembered with them. */
const withoutBuiltins = new WeakMap<readonly ClassRow[], readonly ClassRow[]>();

/** The rows as they stand on the screen, for files. */
export function arranged(model: ObjectsModel, state: ObjectsState): readonly ClassRow[] {
  return arrange(listed(model, state), state.table, classTable(model, false), Infinity);
}

function emptyBecause(model: ObjectsModel, { table, builtins }: ObjectsState, rows: readonly ClassRow[]): string {
  if (rows.length > 0) return `No class matches the filter ${sanitize(table.filter.text)}; / changes it.`;
  const all = classRows(model, table.window).length;
  if (all > 0 && !builtins)
    return `Only instances of Python's own classes were made or destroyed (${counted(all, 'class')}): B shows them.`;
  return 'No instance of a class was made or destroyed so far.';
}
