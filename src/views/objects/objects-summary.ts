import { thousands } from '../../text/amounts.js';
import { cut } from '../../text/width.js';
import { signed, trendText } from './class-columns.js';
import { counted } from './counted.js';
import { classRows, SINCE_ATTACH, type ObjectsModel } from './objects-model.js';

const TOP = 4;

/** What is said after the trace: at most seven lines. */
export function objectsSummary(model: ObjectsModel): string[] {
  const rows = classRows(model, SINCE_ATTACH);
  const partial = [...model.unsure].map(([part, reason]) => `partial: ${part}: ${reason}`);
  if (rows.length === 0) return ['No instance of a class was made or destroyed.', ...partial];
  const made = rows.reduce((sum, row) => sum + row.created, 0);
  const ended = rows.reduce((sum, row) => sum + row.destroyed, 0);
  const most = rows
    .filter(({ alive, name }) => alive > 0 && !name.builtin)
    .sort((a, b) => b.alive - a.alive)
    .slice(0, TOP);
  return [
    `${counted(made, 'instance')} of ${counted(rows.length, 'class')} made, ${thousands(ended)} destroyed`,
    ...most.map((row) => {
      const trend = row.trend === 'unknown' ? '' : `   ${trendText(row)}`;
      return `  ${`${signed(row.alive)}${row.createdUnsure || row.destroyedUnsure ? '?' : ''}`.padStart(11)} alive  ${cut(row.name.shown, 60)}${trend}`;
    }),
    ...partial,
  ];
}
