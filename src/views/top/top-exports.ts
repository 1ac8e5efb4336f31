import { csvText } from '../../export/csv.js';
import type { Pieces } from '../../export/pieces.js';
import { arrange } from '../table/arrange.js';
import type { ExportChoice } from '../trace-view.js';
import { printedTable } from './columns.js';
import type { TopRow } from './rows.js';
import type { TopState } from './state.js';
import { rowJson } from './top-json.js';
import type { TopModel } from './top-model.js';
import { topPieces } from './top-text.js';

const COLUMNS =
  'function,file,line,calls,calls_per_s,self_ns,total_ns,self_share,total_share,p50_ns,p90_ns,p99_ns,max_ns';

/** What is shown, as files: the chosen window, thread, filter and order. */
export function topExports(model: TopModel, state: TopState): readonly ExportChoice[] {
  const { thread, window } = state;
  const rows = (): readonly TopRow[] => arrange(model.rows(window, thread), state, printedTable(model.facts), Infinity);
  return [
    { extension: '.csv', about: 'a table: a row for each function', pieces: () => topCsv(rows()) },
    {
      extension: '.json',
      about: 'one JSON object a line, as --json prints them',
      pieces: () => topJson(rows(), model.facts.countsOnly || thread !== 0),
    },
    { extension: '.txt', about: 'the table as plain text', pieces: (title) => topPieces(model, state, title, false) },
  ];
}

function* topJson(rows: readonly TopRow[], countsOnly: boolean): Pieces {
  for (const row of rows) yield `${rowJson(row, countsOnly)}\n`;
}

function* topCsv(rows: readonly TopRow[]): Pieces {
  yield `${COLUMNS}\r\n`;
  for (const row of rows) {
    const cells = [
      csvText(row.name),
      csvText(row.file),
      row.line > 0 ? row.line : '',
      row.calls,
      row.rate.toFixed(1),
      row.self,
      whole(row.total),
      row.selfShare.toFixed(6),
      Number.isNaN(row.totalShare) ? '' : row.totalShare.toFixed(6),
      ...[row.p50, row.p90, row.p99, row.max].map(whole),
    ];
    yield `${cells.join(',')}\r\n`;
  }
}

function whole(ns: number): number | '' {
  return Number.isNaN(ns) ? '' : Math.round(ns);
}
