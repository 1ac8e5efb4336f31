import { count, span } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cut } from '../../text/width.js';
import { sanitize } from '../../wire/names.js';
import type { DrawnTable } from '../table/lines.js';
import { messageLine, type MessagePart } from '../message.js';
import type { ViewChrome, Viewport } from '../view.js';
import { classTable } from './class-columns.js';
import { counted } from './counted.js';
import { type ClassRow, type ObjectsModel, windowStart } from './objects-model.js';
import type { ObjectsState } from './state.js';

const MAX_FILTER = 24;

/** `since attach`, `since baseline 1m40s ago`, `last 10 s`: what the columns tell of. */
export function sinceText(model: ObjectsModel, seconds: number): string {
  const { table } = model;
  const { slot, span: length } = windowStart(table, seconds);
  // Snapshots may be further apart than the window is long.
  if (slot >= 0)
    return length < seconds * 1.5e9 && length > seconds * 0.9e9 ? `last ${seconds} s` : `last ${span(length)}`;
  return table.origin === 'start' ? `since ${model.since}` : `since ${table.origin} ${span(length)} ago`;
}

/** `attach`, `baseline`. */
function originText({ table, since }: ObjectsModel): string {
  return table.origin === 'start' ? since : table.origin;
}

/** Rows of the table, and what does not stand in it. */
export interface Listed {
  readonly drawn: Pick<DrawnTable<ClassRow>, 'above' | 'below' | 'shown'>;
  readonly classes: number;
  readonly builtinsHidden: number;
}

export function objectsChrome(
  model: ObjectsModel,
  state: ObjectsState,
  viewport: Viewport,
  listed: Listed,
  now: number,
): ViewChrome {
  return {
    context: context(model, state, viewport.ascii),
    message: messageLine(message(model, state, viewport, listed, now), viewport),
  };
}

function context(model: ObjectsModel, { table, builtins }: ObjectsState, ascii: boolean): string {
  const parts = [sinceText(model, table.window)];
  if (table.filter.text !== '')
    parts.push(`filter ${cut(plain(sanitize(table.filter.text), ascii), MAX_FILTER, ascii)}`);
  parts.push(builtins ? 'builtins shown' : 'builtins hidden');
  return parts.join('   ');
}

/** Most important first: what does not fit is left out from the end. Each with shorter wordings for less room. */
function message(
  model: ObjectsModel,
  { table, builtins }: ObjectsState,
  { ascii }: Viewport,
  { drawn, classes, builtinsHidden }: Listed,
  now: number,
): MessagePart[] {
  const parts: MessagePart[] = [];
  if (table.filter.error !== '')
    parts.push([`filter: ${plain(sanitize(table.filter.error), ascii)}`, 'filter: no regular expression']);
  if (table.detail === 'full') parts.push(['Enter or Bksp: back to the list']);
  for (const [part, reason] of model.unsure)
    parts.push([`${part}? ${plain(reason, ascii)}`, `${part} counts are partial`]);
  parts.push([
    table.window === 0
      ? `counts are since ${originText(model)}: instances that existed before are not counted`
      : `over the ${sinceText(model, table.window)}; instances that existed at the ${model.since} are not counted`,
    'instances made before are not counted',
  ]);
  if (!builtins && builtinsHidden > 0)
    parts.push([`${count(builtinsHidden)} of Python's own classes hidden (B)`, `${count(builtinsHidden)} hidden (B)`]);
  if (classes > drawn.shown)
    parts.push([`${count(classes - drawn.shown)} of ${counted(classes, 'class')} filtered out`]);
  if (drawn.above + drawn.below > 0) parts.push([`${counted(drawn.shown, 'class')}, ${count(drawn.below)} below`]);
  const { columns } = classTable(model, ascii);
  const heading = columns.find(({ id }) => id === table.sort)?.heading ?? '';
  parts.push([`sorted by ${heading}${table.held !== null && now < table.held.until ? ', order held' : ''}`]);
  parts.push([model.fromProbes ? 'source: instance probes' : 'source: allocations']);
  const mark = model.marks.at(-1);
  if (mark !== undefined) parts.push([`${mark.name} ${span(now - mark.at)} ago`]);
  if (model.ignored !== '') parts.push([model.ignored]);
  return parts;
}
