import { csvText } from '../../export/csv.js';
import { arrange } from '../table/arrange.js';
import type { ExportChoice } from '../trace-view.js';
import { printedTable } from './columns.js';
import type { TopRow } from './rows.js';
import type { TopState } from './state.js';
import { rowJson } from './top-json.js';
import type { TopModel } from './top-model.js';
import { topText } from './top-text.js';

const COLUMNS =
  'function,file,line,calls,calls_per_s,self_ns,total_ns,self_share,total_share,p50_ns,p90_ns,p99_ns,max_ns';

/** What is shown, as files: the chosen window, thread, filter and order. */
export function topExports(model: () => TopModel, state: () => TopState): readonly ExportChoice[] {
  const rows = (): readonly TopRow[] => {
    const [picture, { thread, window }] = [model(), state()];
    return arrange(picture.rows(window, thread), state(), printedTable(picture.facts), Infinity);
  };
  return [
    { extension: '.csv', about: 'a table: a row for each function', text: () => topCsv(rows()) },
    {
      extension: '.json',
      about: 'one JSON object a line, as --json prints them',
      text: () =>
        rows()
          .map((row) => `${rowJson(row, model().facts.countsOnly || state().thread !== 0)}\n`)
          .join(''),
    },
    { extension: '.txt', about: 'the table as plain text', text: (title) => topText(model(), state(), title, false) },
  ];
}

function topCsv(rows: readonly TopRow[]): string {
  let out = `${COLUMNS}\r\n`;
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
    out += `${cells.join(',')}\r\n`;
  }
  return out;
}

function whole(ns: number): number | '' {
  return Number.isNaN(ns) ? '' : Math.round(ns);
}
