import { sanitize } from '../../wire/names.js';
import type { CallsModel } from '../../models/callsmodel.js';
import { NodeFunction } from '../../models/nodes.js';
import { messageLine, type MessagePart } from '../message.js';
import { cut } from '../../text/width.js';
import type { ViewChrome, Viewport } from '../view.js';
import { count, time } from '../../text/amounts.js';
import { flowWindow } from './flow-window.js';
import { nodeName } from './labels.js';
import { plain } from '../../text/plain.js';
import { treeLayout } from './layout.js';
import { rowOf, type Rows, visibleRows } from './rows.js';
import type { CallsState } from './state.js';
import { unknownFrames } from './thread-times.js';

const MAX_NAME = 24;

/** What stands around the view: what is chosen, and what the numbers mean. */
export function callsChrome(model: CallsModel, state: CallsState, viewport: Viewport, now: number): ViewChrome {
  const rows = visibleRows(model, state, now);
  const parts = state.mode === 'tree' ? treeMessage(model, state, rows, viewport) : flowMessage(model, state, viewport);
  return { context: context(model, state, viewport.ascii), message: messageLine(parts, viewport) };
}

function context(model: CallsModel, state: CallsState, ascii: boolean): string {
  const named = (node: number): string => cut(nodeName(model, node, ascii), MAX_NAME, ascii);
  const one = state.thread >= 0 && model.picture.threads.some(({ root }) => root === state.thread);
  const parts = [one ? `thread ${named(state.thread)}` : 'threads ALL'];
  const root = state.zoom.at(-1);
  if (state.mode === 'tree') {
    if (root !== undefined && root < model.picture.nodes.count) parts.push(`root ${named(root)}`);
    if (state.sort !== 'seen' || state.reversed)
      parts.push(`sort ${state.sort === 'seen' ? 'first seen' : state.sort}${state.reversed ? ' reversed' : ''}`);
    if (state.threshold > 0) parts.push(`min ${percentOf(state.threshold)}`);
  } else parts.push('flow');
  if (state.filter.text !== '') parts.push(`filter ${cut(plain(sanitize(state.filter.text), ascii), MAX_NAME, ascii)}`);
  return parts.join('   ');
}

/** Most important first: what does not fit is left out from the end. */
function treeMessage(model: CallsModel, state: CallsState, rows: Rows, viewport: Viewport): MessagePart[] {
  const { picture } = model;
  const parts: MessagePart[] = [];
  if (rows.count === 0) return parts;
  if (state.filter.error !== '')
    parts.push([`filter: ${plain(sanitize(state.filter.error), viewport.ascii)}`, 'filter: no regular expression']);
  if (state.detail) parts.push(['Enter or Esc: back to the tree']);
  parts.push([`% of each thread's time since ${model.since}`, `% of time since ${model.since}`]);
  const hidden = rows.belowThreshold;
  if (state.threshold > 0)
    parts.push([`${count(hidden)} ${plural(hidden, 'subtree')} below ${percentOf(state.threshold)} hidden`]);
  if (rows.filteredOut > 0) parts.push([`${count(rows.filteredOut)} of ${count(rows.nodes)} rows filtered out`]);
  const position: MessagePart = [`row ${count(rowOf(rows, picture, state.cursor) + 1)} of ${count(rows.count)}`];
  const scrolls = rows.count > treeLayout(viewport, state).listHeight;
  if (scrolls) parts.push(position);
  const unknown = unknownFrames(picture, NodeFunction.unknown);
  if (unknown > 0) {
    const frames = `${count(unknown)} ${plural(unknown, 'frame')} shown as ? until ${unknown === 1 ? 'it returns' : 'they return'}`;
    parts.push([`attached mid-stack: ${frames}`, frames, `${count(unknown)} unknown as ?`]);
  }
  if (model.minDurationNs > 0) {
    const short = time(model.minDurationNs, viewport.ascii);
    parts.push([`calls under ${short} count as their caller's self time`, `no calls under ${short}`]);
  }
  if (rows.importFrames > 0)
    parts.push([`${count(rows.importFrames)} import ${plural(rows.importFrames, 'frame')} hidden (i)`]);
  const { foldedCalls } = picture.corrections;
  if (foldedCalls > 0) parts.push([`tree full: ${count(foldedCalls)} calls summed as one`]);
  const corrected = Object.values(picture.corrections).reduce((sum: number, one: number) => sum + one, 0) - foldedCalls;
  if (corrected > 0) parts.push([`${count(corrected)} ${plural(corrected, 'correction')} (D)`]);
  if (state.shift > 0) parts.push([`scrolled right by ${state.shift} levels (H)`]);
  if (!scrolls) parts.push(position);
  return parts;
}

function flowMessage(model: CallsModel, state: CallsState, viewport: Viewport): MessagePart[] {
  const { flow } = model;
  const window = flowWindow(model, state, Math.max(0, viewport.height - 1));
  const parts: MessagePart[] = [];
  if (state.filter.error !== '')
    parts.push([`filter: ${plain(sanitize(state.filter.error), viewport.ascii)}`, 'filter: no regular expression']);
  const end = window.events.at(-1);
  if (window.overtaken) parts.push(['what stood here has been overwritten: the oldest events left']);
  else if (window.following || end === undefined) parts.push(['newest events (up scrolls back)']);
  else parts.push([`${count(flow.next - 1 - end.sequence)} newer events below (G follows)`]);
  parts.push([`${count(flow.next)} events`]);
  if (flow.first > 0) parts.push([`the first ${count(flow.first)} are no longer kept`]);
  if (state.filter.named) parts.push(['filtered']);
  if (!state.imports) parts.push(['import system hidden (i)']);
  return parts;
}

/** A threshold as it is written: `0.5%`, `10%`. */
function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(1))}%`;
}

function plural(number: number, word: string): string {
  return number === 1 ? word : `${word}s`;
}
