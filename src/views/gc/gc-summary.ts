import { count, time } from '../../text/amounts.js';
import { figures } from './figures.js';
import type { GcModel } from './gc-model.js';
import type { GcSession, Oddities } from './gc-session.js';
import { ALL, generationTitle, OTHER } from './generations.js';
import { leftOutText } from './gc-text.js';
import { firstOver, overWords } from './over-budget.js';
import { clockText, counted, placeOfCollection, shareText, trail } from './words.js';

/** What is said after the trace, in at most seven lines. */
export function gcSummary(model: GcModel, session: GcSession): readonly string[] {
  const { rows, leftOut } = figures(model, 0);
  const seen = rows.filter((row) => row.count > 0 && row.place !== OTHER && row.place !== ALL);
  if (seen.length === 0) return ['No garbage collection was seen.'];
  const cells = seen.map((row) => [
    generationTitle(model.names, row.place),
    counted(row.count, 'collection'),
    `paused ${time(row.total)} (${shareText(row.share)})`,
    row.max > 0 ? `p50 ${time(row.p50)}` : '',
    row.max > 0 ? `p99 ${time(row.p99)}` : '',
    row.max > 0 ? `max ${time(row.max)}` : '',
    `${count(row.collected)} collected`,
  ]);
  const widths = cells[0].map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('   ')
      .trimEnd(),
  );
  const worst = session.store
    .listed()
    .reduce((most, one) => (most === undefined || one.pause > most.pause ? one : most), session.store.listed().at(0));
  if (worst !== undefined && worst.pause === model.store.pauses[ALL].max && worst.frames.length > 0)
    lines.push(
      `longest at ${clockText(model.wall, worst.ts)} in ${trail(worst, false)}  ${placeOfCollection(worst, false)}`,
    );
  if (leftOut > 0) lines.push(`${leftOutText(model, leftOut, false)}: not in p50, p99, max and collected`);
  if (model.store.budget > 0) lines.push(overWords(model, false) + firstOver(model, ', the first at '));
  const odd = oddWords(session.oddities);
  if (odd.length > 0) lines.push(`corrected: ${odd.join(', ')}`);
  return lines;
}

export function oddWords({ ends, starts, absurd }: Oddities): readonly string[] {
  return [
    ...(ends > 0 ? [`${counted(ends, 'end')} of collections whose start was not seen`] : []),
    ...(starts > 0 ? [`${counted(starts, 'start')} of collections whose end was not seen`] : []),
    ...(absurd > 0 ? [`${counted(absurd, 'pause')} that cannot have been`] : []),
  ];
}
