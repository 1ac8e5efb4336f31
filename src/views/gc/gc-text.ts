import { count, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import type { Collection } from './collection.js';
import { figures } from './figures.js';
import type { GcModel } from './gc-model.js';
import { generationText } from './generation-lines.js';
import { generationTitle } from './generations.js';
import { firstOver, overWords } from './over-budget.js';
import { isOver, threadName } from './rows.js';
import { counted, pauseText, placeOfCollection, timeOfDay, trail } from './words.js';

const THREAD = 15;

/** `every collection, as it ends`: what a list is going to have. */
export function whatIsListed({ listed, minPause }: GcModel, ascii: boolean): string {
  const long = minPause > 0 ? ` of ${time(minPause, ascii)} or longer` : '';
  const where = listed === undefined ? '' : ` in ${plain(listed.words, ascii)}`;
  return long + where === '' ? 'every collection, as it ends' : `collections${long}${where}, as they end`;
}

export function listHeading(): string {
  return `${'TIME'.padEnd(12)}  ${'GEN'.padEnd(11)} ${'PAUSE'.padStart(8)}   ${'COLLECTED'.padStart(9)}  ${'THREAD'.padEnd(THREAD)}  TRIGGERED IN\n`;
}

/** A collection in one line of text. */
export function listLine(model: GcModel, one: Collection, budget: number, ascii: boolean): string {
  const gen = model.names[one.place] === 'other' ? String(one.generation) : model.names[one.place];
  const place = placeOfCollection(one, ascii);
  const cells = [
    timeOfDay(model.wall, one.ts),
    ` ${gen.padEnd(11)}`,
    pauseText(one.pause, 'auto', ascii).padStart(8) + (isOver(one, budget) ? ' !' : '  '),
    count(one.collected).padStart(9),
    ` ${threadName(model, one.tid, ascii).slice(0, THREAD).padEnd(THREAD)}`,
    ` ${trail(one, ascii)}${place === '' ? '' : `  ${place}`}`,
  ];
  return `${cells.join(' ').trimEnd()}\n`;
}

/** A pause over the budget, where collections are not listed one by one. */
export function violationLine(model: GcModel, one: Collection, budget: number, ascii: boolean): string {
  const where = one.frames.length === 0 ? '' : ` in ${trail(one, ascii)} ${placeOfCollection(one, ascii)}`;
  return (
    `! ${timeOfDay(model.wall, one.ts)} ${generationTitle(model.names, one.place)} paused ` +
    `${pauseText(one.pause, 'auto', ascii)}, over the budget of ${time(budget, ascii)}${where.trimEnd()}\n`
  );
}

/** The table by generation with what it is of. */
export function tableText(model: GcModel, window: number, ascii: boolean): string {
  const table = figures(model, window);
  const over = window === 0 ? overText(model, ascii) : '';
  const left =
    table.leftOut > 0
      ? `# ${leftOutText(model, table.leftOut, ascii)}: only in COLLECTIONS, RATE, TOTAL and % TIME\n`
      : '';
  const base = `# over ${time(table.watched, ascii)} ${window === 0 ? `since ${model.since}` : ''}`.trimEnd();
  return `${base}; % TIME is of that\n${generationText(model, table, ascii)}${left}${over}${lostText(model)}`;
}

/** `12,345 shorter than 1.00ms`. */
export function leftOutText({ minPause }: GcModel, leftOut: number, ascii: boolean): string {
  return `${count(leftOut)} shorter than ${time(minPause, ascii)}`;
}

/** What a list of collections does not have, and what was over the budget. */
export function listEnd(model: GcModel, ascii: boolean): string {
  const { leftOut } = figures(model, 0);
  const left = leftOut > 0 ? `# ${leftOutText(model, leftOut, ascii)}: only counted\n` : '';
  return left + overText(model, ascii) + lostText(model);
}

function lostText({ lost, partial }: GcModel): string {
  return (
    (lost > 0 ? `# PARTIAL: ${counted(lost, 'record')} lost\n` : '') + (partial === '' ? '' : `# PARTIAL: ${partial}\n`)
  );
}

function overText(model: GcModel, ascii: boolean): string {
  return model.store.budget === 0 ? '' : `# ${overWords(model, ascii)}${firstOver(model, ', the first at ')}\n`;
}
