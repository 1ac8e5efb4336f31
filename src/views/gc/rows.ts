import { count } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cutStart, textWidth } from '../../text/width.js';
import type { TableColumn } from '../table/columns.js';
import type { TableRows } from '../table/arrange.js';
import type { Collection } from './collection.js';
import type { GcModel } from './gc-model.js';
import type { GcState } from './state.js';
import { ALL } from './generations.js';
import { pauseText, placeOfCollection, timeOfDay, trail } from './words.js';

/** The collections that are listed, oldest first: those of the chosen thread and generation. */
export function listRows(model: GcModel, { thread, generation }: GcState): readonly Collection[] {
  const { listed } = model;
  return model.store
    .listed()
    .filter(
      (each) =>
        (thread === 0 || each.tid === thread) &&
        (generation < 0 || each.place === generation) &&
        (listed === undefined || listed.has(each)),
    );
}

export function isOver({ pause }: Collection, budget: number): boolean {
  return budget > 0 && pause > budget;
}

export function threadName(model: Pick<GcModel, 'threadNames'>, tid: number, ascii: boolean): string {
  return plain(model.threadNames.get(tid) || String(tid), ascii);
}

/** The list of collections as a table, newest first if nothing else is asked for. */
export function listTable(model: GcModel, state: GcState): TableRows<Collection> {
  const byText =
    (text: (row: Collection) => string) =>
    (a: Collection, b: Collection): number =>
      text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
  const name = (row: Collection): string => trail(row, false);
  const thread = (row: Collection): string => threadName(model, row.tid, false);
  const longest = `${state.budget > 0 ? '! ' : ''}${pauseText(model.store.pauses[ALL].max, state.unit, false)}`;
  const columns: readonly TableColumn<Collection>[] = [
    {
      id: 'time',
      heading: 'TIME',
      width: 12,
      keep: 9,
      left: true,
      cell: ({ ts }) => timeOfDay(model.wall, ts),
      order: (a, b) => a.ts - b.ts || a.id - b.id,
    },
    {
      id: 'gen',
      heading: 'GEN',
      width: Math.max(4, ...model.names.slice(0, 3).map(textWidth)),
      keep: 8,
      cell: (row) => (model.names[row.place] === 'other' ? String(row.generation) : model.names[row.place]),
      order: (a, b) => a.generation - b.generation,
    },
    {
      id: 'pause',
      heading: 'PAUSE',
      width: Math.max(9, longest.length),
      keep: 10,
      cell: (row, ascii) => (isOver(row, state.budget) ? '! ' : '') + pauseText(row.pause, state.unit, ascii),
      order: (a, b) => a.pause - b.pause,
    },
    {
      id: 'collected',
      heading: 'COLLECTED',
      width: 10,
      keep: 4,
      cell: ({ collected }) => count(collected),
      order: (a, b) => a.collected - b.collected,
    },
    {
      id: 'thread',
      heading: 'THREAD',
      width: 12,
      keep: 3,
      left: true,
      cell: (row, ascii) => threadName(model, row.tid, ascii),
      order: byText(thread),
      rising: true,
    },
    {
      id: 'function',
      heading: 'TRIGGERED IN',
      width: 24,
      keep: 7,
      left: true,
      grow: 5,
      // Innermost last, so it is the start that can go.
      cell: (row, ascii, width) => cutStart(trail(row, ascii), width, ascii),
      order: byText(name),
      rising: true,
    },
    {
      id: 'where',
      heading: 'WHERE',
      width: 16,
      keep: 2,
      left: true,
      grow: 2,
      cell: (row, ascii, width) => cutStart(placeOfCollection(row, ascii), width, ascii),
      order: byText((row) => placeOfCollection(row, false)),
      rising: true,
    },
  ];
  return {
    columns,
    noun: 'collection',
    key: ({ id }) => id,
    name: (row) => `${name(row)} ${thread(row)}`,
    place: (row) => placeOfCollection(row, false),
  };
}
