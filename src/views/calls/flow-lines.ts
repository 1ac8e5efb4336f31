import type { CallsModel } from '../../models/callsmodel.js';
import type { FlowEvent } from '../../models/flowring.js';
import { glyphsFor } from '../glyphs.js';
import { cut, cutStart, fit, textWidth } from '../../text/width.js';
import type { Viewport } from '../view.js';
import { time } from '../../text/amounts.js';
import { type FlowWindow, flowWindow } from './flow-window.js';
import { functionName, functionPlace, threadName } from './labels.js';
import { notice } from '../notice.js';
import type { CallsState } from './state.js';

const DELTA = 9;
/** A name and an arrow have at least so many columns, however deep. */
const MIN_CALL = 26;
const MIN_WIDTH_FOR_THREADS = 70;

/** Every call and return as it happened, oldest at the top. */
export function flowLines(model: CallsModel, state: CallsState, viewport: Viewport): string[] {
  const { width, height, ascii, paint } = viewport;
  const window = flowWindow(model, state, height - 1);
  if (window.events.length === 0) return notice(emptyReason(model, state), viewport);
  const columns = flowColumns(model, state, window, viewport);
  const heading =
    `${fit(state.clock === 'day' ? 'TIME' : 'SECONDS', columns.time, 'right')}${fit('DELTA', DELTA, 'right')}  ` +
    (columns.thread > 0 ? fit('THREAD', columns.thread) : '') +
    'CALL  -> entered  <- left, after';
  const lines = [paint('heading', fit(heading, width, 'left', ascii))];
  for (const event of window.events) lines.push(eventLine(model, state, event, columns, viewport));
  while (lines.length < height) lines.push(' '.repeat(width));
  return lines.slice(0, height);
}

function emptyReason(model: CallsModel, state: CallsState): string {
  if (model.notice !== '') return model.notice;
  if (model.flow.next === 0) return 'No call has been seen yet.';
  const why = [state.filter.named ? 'the filter' : '', state.thread >= 0 ? 'the choice of a thread' : ''].filter(
    (one) => one !== '',
  );
  if (why.length > 0) return `None of the last events passes ${why.join(' and ')}.`;
  return 'The last events are all of the import system; i shows them.';
}

interface FlowColumns {
  readonly time: number;
  readonly thread: number;
  readonly call: number;
  /** Depth that stands at the left edge. */
  readonly base: number;
  /** Levels that are drawn as indentation. */
  readonly levels: number;
}

function flowColumns(
  model: CallsModel,
  state: CallsState,
  window: FlowWindow,
  { width, ascii }: Viewport,
): FlowColumns {
  const timeWidth = state.clock === 'day' ? 16 : 13;
  let thread = 0;
  if (window.several && width >= MIN_WIDTH_FOR_THREADS) {
    const names = window.events.map(({ tid }) => textWidth(threadName(model, tid, ascii)));
    thread = Math.min(Math.max(6, ...names), width >= 100 ? 20 : 12) + 2;
  }
  const call = Math.max(0, width - timeWidth - DELTA - 2 - thread);
  const levels = Math.max(2, (call - MIN_CALL) >> 1);
  const depths = window.events.map(({ depth }) => depth);
  // Deep stacks start at the left edge all the same, in steps, so that the picture does not sway with each call.
  const deepest = Math.max(...depths);
  const base = deepest > levels ? Math.min(Math.floor(Math.min(...depths) / 4) * 4, deepest) : 0;
  return { time: timeWidth, thread, call, base: base + state.shift, levels };
}

function eventLine(
  model: CallsModel,
  state: CallsState,
  event: FlowEvent,
  columns: FlowColumns,
  viewport: Viewport,
): string {
  const { ascii, paint } = viewport;
  const when = state.clock === 'day' ? timeOfDay(model.wall, event.ts) : (event.ts / 1e9).toFixed(6);
  const delta = event.delta > 0 ? `+${time(event.delta, ascii)}` : '+0';
  const thread =
    columns.thread > 0 ? fit(threadName(model, event.tid, ascii), columns.thread - 2, 'left', ascii) + '  ' : '';
  const head = `${fit(when, columns.time, 'right', ascii)}${fit(delta, DELTA, 'right', ascii)}  `;
  const indent = indentation(event.depth - columns.base, event.depth, columns.levels, ascii);
  const arrow = event.isReturn ? '<- ' : '-> ';
  const room = Math.max(0, columns.call - textWidth(indent) - arrow.length);
  let tail: string;
  if (event.isReturn) tail = `  ${event.duration < 0 ? 'entered before the attach' : time(event.duration, ascii)}`;
  else {
    const where = functionPlace(model.functions, event.fn, ascii, event.line) + (event.inferred ? '  (inferred)' : '');
    tail = `  ${where}`;
  }
  const whole = functionName(model.functions, event.fn, ascii);
  const name = cut(whole, Math.max(Math.min(room, 12), room - Math.min(textWidth(tail), room >> 1)), ascii);
  const rest = room - textWidth(name);
  const shown = event.isReturn ? tail : `  ${cutStart(tail.slice(2), Math.max(0, rest - 2), ascii)}`;
  return (
    paint('dim', head) +
    paint('accent', thread) +
    paint('dim', indent) +
    paint(event.isReturn ? 'dim' : 'good', arrow) +
    paint(event.isReturn ? 'dim' : 'plain', name) +
    paint(event.isReturn ? 'plain' : 'dim', fit(shown, rest, 'left', ascii))
  );
}

/** Two columns a level; what is deeper than there is room for, or scrolled away to the left, shows its depth. */
function indentation(level: number, depth: number, levels: number, ascii: boolean): string {
  const { ellipsis } = glyphsFor(ascii);
  if (level < 0) return `${ascii ? '<' : '‹'}${depth} `;
  if (level <= levels) return '  '.repeat(level);
  return `${'  '.repeat(levels - 2)}${ellipsis}${depth} `;
}

/** `12:41:07.219386` where the person looks. */
function timeOfDay(wall: bigint, ts: number): string {
  const micros = wall / 1000n + BigInt(Math.floor(ts / 1000));
  const date = new Date(Number(micros / 1000n));
  const two = (value: number): string => value.toString().padStart(2, '0');
  const fraction = `${date.getMilliseconds().toString().padStart(3, '0')}${(micros % 1000n).toString().padStart(3, '0')}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${fraction}`;
}
