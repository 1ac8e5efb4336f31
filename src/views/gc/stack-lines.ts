import { count } from '../../text/amounts.js';
import { cut, cutStart, fit, textWidth } from '../../text/width.js';
import { wrapped } from '../notice.js';
import type { Viewport } from '../view.js';
import type { Collection } from './collection.js';
import type { GcModel } from './gc-model.js';
import { generationTitle } from './generations.js';
import { isOver, threadName } from './rows.js';
import type { GcState } from './state.js';
import { frameName, framePlace, pauseText, timeOfDay } from './words.js';

const NAME = 44;

/** What one collection was, in one line: for the rule above its stack. */
export function collectionTitle(model: GcModel, state: GcState, one: Collection, { ascii }: Viewport): string {
  const over = isOver(one, state.budget) ? ' ! over budget' : '';
  const parts = [
    timeOfDay(model.wall, one.ts),
    generationTitle(model.names, one.place),
    `${pauseText(one.pause, state.unit, ascii)}${over}`,
    `${count(one.collected)} collected`,
    threadName(model, one.tid, ascii),
  ];
  return parts.join('   ');
}

/** The functions that ran when it began, innermost first. */
export function stackLines(
  model: GcModel,
  one: Collection,
  height: number,
  { width, ascii, paint }: Viewport,
): string[] {
  const lines: string[] = [];
  if (one.frames.length === 0) {
    const why = model.withoutFunctions || 'no Python function was running';
    for (const line of wrapped(`function not known: ${why}`, width - 4, ascii))
      lines.push(paint('dim', fit(`  ${line}`, width, 'left', ascii)));
  }
  const names = one.frames.map((frame) => frameName(frame, ascii));
  const nameWidth = Math.min(NAME, Math.max(0, ...names.map(textWidth)), Math.max(0, (width - 12) >> 1));
  for (const [at, frame] of one.frames.entries()) {
    const head = `  ${at === 0 ? 'in  ' : 'from'} ${fit(cut(names[at], nameWidth, ascii), nameWidth, 'left', ascii)}  `;
    const where = framePlace(frame, ascii);
    lines.push(fit(head + cutStart(where, Math.max(0, width - textWidth(head)), ascii), width, 'left', ascii));
  }
  while (lines.length < height) lines.push(' '.repeat(width));
  return lines.slice(0, height);
}
