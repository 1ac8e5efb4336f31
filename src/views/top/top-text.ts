import type { Pieces } from '../../export/pieces.js';
import { span, thousands } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { sanitize } from '../../wire/names.js';
import { arrange } from '../table/arrange.js';
import { tablePieces } from '../table/lines.js';
import { WALL_TIME } from './amounts.js';
import { printedTable } from './columns.js';
import type { TopState } from './state.js';
import type { TopModel } from './top-model.js';

/** The table as plain text under a line that says what its numbers are of. */
export function* topPieces(model: TopModel, state: TopState, title: string, ascii: boolean, limit = Infinity): Pieces {
  const { facts } = model;
  const rows = model.rows(state.window, state.thread);
  const table = printedTable(facts);
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const scope = model.scope(state.window);
  const when =
    scope.window >= 0
      ? `the last ${span(scope.span)}`
      : `${span(scope.span)} since the ${scope.window === -1 ? 'reset' : facts.since}`;
  const parts = [
    `${thousands(calls)} calls of ${thousands(rows.length)} ${rows.length === 1 ? 'function' : 'functions'} in ${when}`,
  ];
  if (state.thread !== 0) parts.push(`thread ${model.threadName(state.thread)}`);
  if (state.filter.text !== '') parts.push(`filter ${sanitize(state.filter.text)}`);
  if (!facts.countsOnly)
    parts.push(
      `100% = ${span(scope.span)}${facts.threadCount > 1 ? ` of one of ${facts.threadCount} threads` : ''}`,
      WALL_TIME,
    );
  if (facts.lost > 0) parts.push(`PARTIAL: ${thousands(facts.lost)} lost`);
  const shown = arrange(rows, state, table, Infinity).length;
  const more = shown > limit ? `# ${thousands(shown - limit)} more functions (--limit)\n` : '';
  yield `# ${plain(`${title}: ${parts.join('; ')}`, ascii)}\n`;
  yield* tablePieces(rows, state, table, Infinity, limit, ascii);
  yield more;
}
