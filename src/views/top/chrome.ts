import { count, span, thousands, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cut } from '../../text/width.js';
import { sanitize } from '../../wire/names.js';
import { arrange, cursorIndex } from '../table/arrange.js';
import { type MessagePart, messageLine } from '../message.js';
import type { ViewChrome, Viewport } from '../view.js';
import { WALL_TIME } from './amounts.js';
import { topTable } from './columns.js';
import { topLayout } from './layout.js';
import type { TopState } from './state.js';
import type { TopModel } from './top-model.js';
import { visibleRows } from './visible.js';

const MAX_NAME = 24;

export function topChrome(model: TopModel, state: TopState, viewport: Viewport, now: number): ViewChrome {
  return { context: context(model, state, viewport.ascii), message: message(model, state, viewport, now) };
}

function context(model: TopModel, state: TopState, ascii: boolean): string {
  const thread = state.thread === 0 ? 'ALL' : plain(model.threadName(state.thread), ascii);
  const parts = [`thread ${cut(thread, MAX_NAME, ascii)}`];
  if (state.filter.text !== '') parts.push(`filter ${cut(plain(sanitize(state.filter.text), ascii), MAX_NAME, ascii)}`);
  parts.push(`window ${windowName(model, state.window)}`);
  return parts.join('   ');
}

/** `10 s`; `10 s (4.0s so far)` while it is not full; `since attach`. */
function windowName(model: TopModel, seconds: number): string {
  const { facts } = model;
  if (seconds === 0) return facts.resetAt >= 0 ? 'since reset' : `since ${facts.since}`;
  const watched = model.scope(seconds).span;
  if (facts.notice !== '') return `${seconds} s`;
  if (watched > 1.1e9 * seconds) return `${seconds} s (${span(watched)})`;
  return watched < 0.9e9 * seconds ? `${seconds} s (${span(watched)} so far)` : `${seconds} s`;
}

/** Most important first. */
function message(model: TopModel, state: TopState, viewport: Viewport, now: number): string {
  const { facts } = model;
  if (facts.notice !== '') return '';
  const parts: MessagePart[] = [];
  if (now < state.threadlessUntil)
    parts.push([
      'threads are not told apart in these sums; --thread <id> traces one alone',
      'threads are not told apart here',
    ]);
  const rows = visibleRows(model, state);
  if (rows.length === 0) return messageLine(parts, viewport);
  const table = topTable(facts);
  const arranged = arrange(rows, state, table, now);
  if (state.filter.error !== '')
    parts.push([`filter: ${plain(sanitize(state.filter.error), viewport.ascii)}`, 'filter: no regular expression']);
  if (state.detail === 'full' && arranged.length > 0) parts.push(['Enter or Esc: back to the list']);
  if (facts.lost > 0) parts.push([`PARTIAL: ${count(facts.lost)} lost (D tells what)`, 'PARTIAL (D)']);
  parts.push(denominator(model, state));
  if (state.thread !== 0 && !facts.countsOnly)
    parts.push([
      'of this thread: calls and self time; the rest is not told by thread',
      'only calls and self are by thread',
      'rest not by thread',
    ]);
  if (arranged.length < rows.length)
    parts.push([`${thousands(rows.length - arranged.length)} of ${thousands(rows.length)} functions filtered out`]);
  const position: MessagePart = [
    `row ${thousands(cursorIndex(arranged, state, table) + 1)} of ${thousands(arranged.length)}`,
  ];
  const scrolls = arranged.length > topLayout(viewport, state).table - 1;
  if (scrolls) parts.push(position);
  if (facts.minDurationNs > 0) {
    const short = time(facts.minDurationNs, viewport.ascii);
    parts.push([`only calls of ${short} or longer count`, `only calls from ${short}`]);
  }
  if (state.held !== null && now < state.held.until) parts.push(['order held while you move (2 s)', 'order held']);
  const idle = model.functions - rows.length;
  if (idle > 0 && state.window > 0 && state.thread === 0)
    parts.push([
      `${thousands(idle)} more ${idle === 1 ? 'function' : 'functions'} did nothing in this time`,
      `${thousands(idle)} ${idle === 1 ? 'function' : 'functions'} idle`,
    ]);
  const mark = facts.marks.at(-1);
  if (mark !== undefined) {
    const ago = `${mark.name} ${span(Math.max(0, now - mark.at))} ago`;
    parts.push([`marker ${ago}`, ago]);
  }
  if (!scrolls && arranged.length > 0) parts.push(position);
  return messageLine(parts, viewport);
}

/** What 100 % is, and that it is no time of a processor: a stranger takes the first row for the costliest. */
function denominator(model: TopModel, state: TopState): MessagePart {
  const { facts } = model;
  if (facts.countsOnly) return ['calls only, no times (--counts)'];
  const watched = span(model.scope(state.window).span);
  const threads = state.thread === 0 ? facts.threadCount : 1;
  const short = [`100% = ${watched}; ${WALL_TIME}`, `100% = ${watched} wall time`];
  if (threads !== 1) {
    const several = threads === 0 ? 'several' : threads;
    return [
      `100% = the ${watched} watched; sums of ${several} threads may exceed it; ${WALL_TIME}`,
      `100% = ${watched} of one of ${several} threads; ${WALL_TIME}`,
      ...short,
    ];
  }
  const whole = `100% = the ${watched} watched; ${WALL_TIME}`;
  // A wait that began before the window counts whole in it.
  return state.window > 0 && state.thread === 0
    ? [`${whole}; a wait counts when it ends, so more is possible`, whole, ...short]
    : [whole, ...short];
}
