import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallsModel } from '../../src/models/callsmodel.js';
import { callsView } from '../../src/views/calls/calls-view.js';
import type { CallsState } from '../../src/views/calls/state.js';
import { textWidth } from '../../src/text/width.js';
import type { Viewport } from '../../src/views/view.js';
import { expectGolden } from './golden.js';
import { deep, hostile, shop, silent, wide } from './programs.js';

const screen = (width: number, height: number, ascii = false): Viewport => ({ width, height, ascii, paint: (_mark, text) => text });

// Times of day are told where the person is.
const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const SIZES = [
  [120, 36],
  [80, 24],
  [60, 12],
  [200, 60],
] as const;

/** The view as it would stand on the screen, with what it says to the chrome in the first and last line. */
function shown(model: CallsModel, commands: readonly string[], viewport: Viewport, filter = ''): string {
  const now = model.picture.now;
  let state: CallsState = callsView.initial();
  if (filter !== '') state = callsView.filter(state, filter);
  for (const command of commands) state = callsView.reduce(state, command, model, viewport, now);
  const lines = callsView.lines(model, state, viewport, now);
  expect(lines).toHaveLength(viewport.height);
  for (const line of lines) expect(textWidth(line), line).toBe(viewport.width);
  const { context, message } = callsView.chrome(model, state, viewport, now);
  return [`[${context}]`, ...lines, `[${message}]`, ''].join('\n');
}

const times = (count: number, command: string): string[] => Array.from({ length: count }, () => command);

describe('golden screens of calls', () => {
  for (const [width, height] of SIZES) {
    for (const ascii of [false, true]) {
      const name = (what: string): string => `calls-${what}-${width}x${height}${ascii ? '-ascii' : ''}.txt`;
      const viewport = screen(width, height, ascii);
      it(name('tree'), () => expectGolden(name('tree'), shown(shop().model(), times(8, 'down'), viewport)));
      it(name('flow'), () => expectGolden(name('flow'), shown(shop().model(), ['flow-toggle'], viewport)));
      it(name('deep'), () => expectGolden(name('deep'), shown(deep().model(), ['last'], viewport)));
      it(name('hostile'), () => expectGolden(name('hostile'), shown(hostile().model(), ['down', 'down', 'down'], viewport)));
    }
  }
  const wideScreen = screen(120, 36);
  const narrow = screen(80, 24);
  it('first look', () => {
    expectGolden('calls-first-look-120x36.txt', shown(shop().model(), [], wideScreen));
    expectGolden('calls-first-look-80x24.txt', shown(shop().model(), [], narrow));
  });
  it('empty', () => {
    const model = silent().model({ notice: 'Armed. The target has not called a Python function yet: it may be waiting, or inside C code.' });
    for (const viewport of [wideScreen, narrow]) {
      expectGolden(`calls-empty-${viewport.width}x${viewport.height}.txt`, shown(model, [], viewport));
      expectGolden(`calls-empty-flow-${viewport.width}x${viewport.height}.txt`, shown(model, ['flow-toggle'], viewport));
    }
  });
  it('ten thousand nodes', () => {
    const model = wide().model();
    expectGolden('calls-wide-120x36.txt', shown(model, [...times(40, 'page-down'), ...times(3, 'down')], wideScreen));
    expectGolden('calls-wide-folded-80x24.txt', shown(model, ['down', 'down', 'left', 'down', 'left', 'sort', 'plus', 'plus'], narrow));
  });
  it('zoomed, sorted, filtered, one thread, details', () => {
    const model = shop().model();
    expectGolden('calls-zoom-120x36.txt', shown(model, ['next-thread', 'next-thread', ...times(3, 'down'), 'zoom', 'sort'], wideScreen));
    expectGolden('calls-filter-120x36.txt', shown(model, ['next-match'], wideScreen, 'json'));
    expectGolden('calls-details-80x24.txt', shown(model, [...times(6, 'down'), 'enter'], narrow));
    expectGolden('calls-imports-120x36.txt', shown(model, ['imports'], wideScreen));
    expectGolden('calls-flow-scrolled-80x24.txt', shown(model, ['flow-toggle', 'page-up', 'page-up', 'clock'], narrow, 'json'));
  });
});
