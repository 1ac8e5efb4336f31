import { count } from '../../text/amounts.js';
import { fit, textWidth } from '../../text/width.js';
import { glyphsFor } from '../glyphs.js';
import { placeColumns, GAP, MARGIN, type TableColumn } from '../table/columns.js';
import type { Viewport } from '../view.js';
import type { FigureTable, Figures } from './figures.js';
import type { GcModel } from './gc-model.js';
import { ALL } from './generations.js';
import type { GcState } from './state.js';
import { pauseOrDash, perRun, perSecond, shareText, type Unit } from './words.js';

type Amount = Exclude<keyof Figures, 'place' | 'leftOut'>;

function generationColumns({ names }: GcModel, rows: readonly Figures[], unit: Unit): readonly TableColumn<Figures>[] {
  // In a unit that does not suit it a number may need more columns than others do: it is never cut.
  const numbers = (
    id: Amount,
    heading: string,
    width: number,
    keep: number,
    text: (value: number, ascii: boolean) => string,
  ): TableColumn<Figures> => ({
    ...{ id, heading, keep },
    width: Math.max(width, ...rows.map((row) => textWidth(text(row[id], false)))),
    grow: 1,
    cell: (row, ascii) => text(row[id], ascii),
    order: (a, b) => a[id] - b[id],
  });
  const pause = (value: number, ascii: boolean): string => pauseOrDash(value, unit, ascii);
  return [
    {
      id: 'gen',
      heading: 'GEN',
      width: Math.max(5, ...names.slice(0, 3).map((name) => name.length)),
      keep: 20,
      left: true,
      cell: ({ place }) => names[place],
      order: (a, b) => a.place - b.place,
    },
    numbers('count', 'COLLECTIONS', 11, 19, count),
    numbers('rate', 'RATE', 8, 5, perSecond),
    numbers('total', 'TOTAL', 9, 6, pause),
    numbers('share', '% TIME', 7, 12, shareText),
    numbers('p50', 'P50', 9, 10, pause),
    numbers('p90', 'P90', 9, 4, pause),
    numbers('p99', 'P99', 9, 13, pause),
    numbers('max', 'MAX', 9, 14, pause),
    numbers('collected', 'COLLECTED', 10, 3, count),
    numbers('perRun', 'PER RUN', 8, 2, perRun),
  ];
}

/** The table by generation; the chosen one is marked. */
export function generationLines(model: GcModel, state: GcState, table: FigureTable, viewport: Viewport): string[] {
  const { width, ascii, paint } = viewport;
  const placed = placeColumns(generationColumns(model, table.rows, state.unit), width, 'gen');
  const line = (mark: string, cell: (at: number) => string): string => {
    const cells = placed.map(({ column, width: room }, at) =>
      fit(cell(at), room, column.left ? 'left' : 'right', ascii),
    );
    return fit(mark.padEnd(MARGIN) + cells.join(' '.repeat(GAP)), width, 'left', ascii);
  };
  const lines = [
    paint(
      'heading',
      line('', (at) => placed[at].column.heading),
    ),
  ];
  for (const row of table.rows) {
    const chosen = state.generation === row.place;
    const text = line(chosen ? glyphsFor(ascii).live : '', (at) =>
      placed[at].column.cell(row, ascii, placed[at].width),
    );
    const none = row.count === 0;
    lines.push(paint(chosen ? 'accent' : none || row.place === ALL ? 'dim' : 'plain', text));
  }
  return lines;
}

/** The same as plain text. */
export function generationText(model: GcModel, table: FigureTable, ascii: boolean): string {
  const columns = generationColumns(model, table.rows, 'auto');
  const rows = [
    columns.map(({ heading }) => heading),
    ...table.rows.map((row) => columns.map((column) => column.cell(row, ascii, Infinity))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((cells) => cells[at].length)));
  return rows
    .map((cells) => {
      const padded = cells.map((cell, at) => (columns[at].left ? cell.padEnd(widths[at]) : cell.padStart(widths[at])));
      return `${padded.join('  ').trimEnd()}\n`;
    })
    .join('');
}
