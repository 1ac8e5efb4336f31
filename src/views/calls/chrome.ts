import type { CallsModel } from '../../models/callsmodel.js';
import { NodeFunction } from '../../models/nodes.js';
import { glyphsFor } from '../glyphs.js';
import { cut, textWidth } from '../text.js';
import type { ViewChrome, Viewport } from '../view.js';
import { count, time } from './amounts.js';
import { flowWindow } from './flow-window.js';
import { nodeName } from './labels.js';
import { rowOf, type Rows, visibleRows } from './rows.js';
import type { CallsState } from './state.js';
import { unknownFrames } from './thread-times.js';

const MAX_NAME = 24;

/** What stands around the view: what is chosen, and what the numbers mean. */
export function callsChrome(model: CallsModel, state: CallsState, viewport: Viewport, now: number): ViewChrome {
  const rows = visibleRows(model, state, now);
  const parts =
    state.mode === 'tree' ? treeMessage(model, state, rows, viewport.ascii) : flowMessage(model, state, viewport);
  return { context: context(model, state, viewport.ascii), message: joined(parts, viewport) };
}

function context(model: CallsModel, state: CallsState, ascii: boolean): string {
  const named = (node: number): string => cut(nodeName(model, node, ascii), MAX_NAME, ascii);
  const one = state.thread >= 0 && model.picture.threads.some(({ root }) => root === state.thread);
  const parts = [one ? `thread ${named(state.thread)}` : `threads ALL`];
  const root = state.zoom.at(-1);
  if (state.mode === 'tree') {
    if (root !== undefined && root < model.picture.nodes.count) parts.push(`root ${named(root)}`);
    if (state.sort !== 'seen' || state.reversed)
      parts.push(`sort ${state.sort === 'seen' ? 'first seen' : state.sort}${state.reversed ? ' reversed' : ''}`);
    if (state.threshold > 0) parts.push(`min ${state.threshold * 100}%`);
  } else parts.push('flow');
  if (state.filter.text !== '') parts.push(`filter ${cut(state.filter.text, MAX_NAME, ascii)}`);
  return parts.join('   ');
}

/** Most important first: what does not fit is left out from the end. */
function treeMessage(model: CallsModel, state: CallsState, rows: Rows, ascii: boolean): string[] {
  const { picture } = model;
  const parts: string[] = [];
  if (state.filter.error !== '') parts.push(`filter: ${state.filter.error}`);
  parts.push(`% of each thread's time since ${model.since === 'attach' ? 'the attach' : model.since}`);
  const unknown = unknownFrames(picture, NodeFunction.unknown);
  if (unknown > 0)
    parts.push(
      `attached mid-stack: ${count(unknown)} ${plural(unknown, 'frame')} entered before shown as ? until return`,
    );
  if (state.threshold > 0)
    parts.push(
      `${count(rows.belowThreshold)} ${plural(rows.belowThreshold, 'subtree')} below ${state.threshold * 100}% hidden`,
    );
  if (rows.filteredOut > 0) parts.push(`${count(rows.filteredOut)} of ${count(rows.nodes)} rows filtered out`);
  if (model.minDurationNs > 0)
    parts.push(`calls under ${time(model.minDurationNs, ascii)} count as their caller's self`);
  if (rows.importFrames > 0)
    parts.push(`${count(rows.importFrames)} import ${plural(rows.importFrames, 'frame')} hidden (i)`);
  const { foldedCalls } = picture.corrections;
  if (foldedCalls > 0) parts.push(`tree full: ${count(foldedCalls)} calls summed as one`);
  const corrected = Object.values(picture.corrections).reduce((sum: number, one: number) => sum + one, 0) - foldedCalls;
  if (corrected > 0) parts.push(`${count(corrected)} ${plural(corrected, 'correction')}`);
  if (state.shift > 0) parts.push(`scrolled right by ${state.shift} levels (H)`);
  if (rows.count > 0) parts.push(`row ${count(rowOf(rows, picture, state.cursor) + 1)} of ${count(rows.count)}`);
  return parts;
}

function flowMessage(model: CallsModel, state: CallsState, viewport: Viewport): string[] {
  const { flow } = model;
  const window = flowWindow(model, state, Math.max(0, viewport.height - 1));
  const parts: string[] = [];
  if (state.filter.error !== '') parts.push(`filter: ${state.filter.error}`);
  const end = window.events.at(-1);
  if (window.overtaken) parts.push('what stood here has been overwritten: the oldest events left');
  else if (window.following || end === undefined) parts.push('newest events (up scrolls back)');
  else parts.push(`${count(flow.next - 1 - end.sequence)} newer events below (G follows)`);
  parts.push(`${count(flow.next)} events`);
  if (flow.first > 0) parts.push(`the first ${count(flow.first)} are no longer kept`);
  if (state.filter.named) parts.push('filtered');
  if (!state.imports) parts.push('import system hidden (i)');
  return parts;
}

function joined(parts: readonly string[], { width, ascii }: Viewport): string {
  const between = `  ${glyphsFor(ascii).dot}  `;
  let text = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const longer = text + between + part;
    if (textWidth(longer) <= width - 2) text = longer;
  }
  return text;
}

function plural(number: number, word: string): string {
  return number === 1 ? word : `${word}s`;
}
