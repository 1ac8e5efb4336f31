import { csvText } from '../../export/csv.js';
import { jsonText } from '../../export/json-stream.js';
import type { Pieces } from '../../export/pieces.js';
import { thousands } from '../../text/amounts.js';
import { asciiOnly } from '../../text/ascii-only.js';
import { sanitize } from '../../wire/names.js';
import { arrange } from '../table/arrange.js';
import { tablePieces } from '../table/lines.js';
import { classTable } from './class-columns.js';
import { sinceText } from './chrome.js';
import { counted } from './counted.js';
import type { ClassRow, ObjectsModel } from './objects-model.js';
import { listed } from './objects-view.js';
import type { ObjectsState } from './state.js';

/** `module.QualName`, as the target spells it. */
function fullName({ name }: ClassRow): string {
  return name.module === '' ? name.qualname : `${name.module}.${name.qualname}`;
}

export function rowJson(row: ClassRow): string {
  const file = row.name.file === '' ? '' : `,"file":${jsonText(row.name.file)}`;
  const gone = row.name.gone === undefined ? '' : `,"classes":${row.name.gone}`;
  return (
    `{"type":"class","class":${jsonText(fullName(row))}${file}${gone},` +
    `"created":${row.created},"destroyed":${row.destroyed},"alive":${row.alive}}`
  );
}

export function* classCsv(rows: readonly ClassRow[]): Pieces {
  yield 'class,file,created,destroyed,alive,peak,created_per_s,destroyed_per_s,trend,trend_s\r\n';
  for (const row of rows) {
    const cells = [
      csvText(row.name.shown),
      csvText(row.name.file),
      ...[row.created, row.destroyed, row.alive, row.peak],
      row.made.toFixed(1),
      row.freed.toFixed(1),
      row.trend === 'unknown' ? '' : row.trend,
      row.trendFor > 0 ? Math.round(row.trendFor / 1e9) : '',
    ];
    yield `${cells.join(',')}\r\n`;
  }
}

export function* classJson(rows: readonly ClassRow[]): Pieces {
  for (const row of rows) yield `${rowJson(row)}\n`;
}

/** What a table is printed with. */
export interface TextFacts {
  readonly title: string;
  readonly ascii: boolean;
  readonly limit: number;
  readonly lost: number;
}

/** The table as plain text, under a line that says what its numbers are of. */
export function* classPieces(
  model: ObjectsModel,
  state: ObjectsState,
  { title, ascii, limit, lost }: TextFacts,
): Pieces {
  const fitting = (text: string): string => (ascii ? text.split('\n').map(asciiOnly).join('\n') : text);
  const rows = listed(model, state);
  const table = classTable(model, ascii);
  const shown = arrange(rows, state.table, table, Infinity).length;
  const parts = [
    `${counted(rows.length, 'class')}, ${sinceText(model, state.table.window)}`,
    'instances that existed before are not counted',
  ];
  if (state.table.filter.text !== '') parts.push(`filter ${sanitize(state.table.filter.text)}`);
  if (lost > 0) parts.push(`PARTIAL: ${thousands(lost)} lost`);
  for (const [part, reason] of model.unsure) parts.push(`PARTIAL: ${part}: ${sanitize(reason)}`);
  const more = shown > limit ? `# ${counted(shown - limit, 'class').replace(' ', ' more ')} (--limit)\n` : '';
  const head = `# ${sanitize(title)}: ${parts.join('; ')}\n`;
  yield fitting(head);
  for (const text of tablePieces(rows, state.table, table, Infinity, limit, ascii)) yield fitting(text);
  yield fitting(more);
}
