import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.js';
import { functionFilter } from '../../src/views/gc/function-filter.js';
import type { GcModel } from '../../src/views/gc/gc-model.js';
import { gcView } from '../../src/views/gc/gc-view.js';
import { initialState } from '../../src/views/gc/state.js';
import type { Viewport } from '../../src/views/view.js';
import { hostile, shop } from './gc-programs.js';
import { GcLines, gcModel, NO_OPTIONS, openGc } from './gc-traced.js';
import { expectGolden } from './golden.js';

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

/** The view as it would stand on the screen, with what it says to the chrome in the first and last line. */
function shown(model: GcModel, commands: readonly string[], viewport: Viewport, budget = 0, filter = ''): string {
  let state = initialState(budget);
  if (filter !== '') state = gcView.filter(state, filter);
  for (const command of commands) state = gcView.reduce(state, command, model, viewport, model.now);
  const lines = gcView.lines(model, state, viewport, model.now);
  expect(lines).toHaveLength(viewport.height);
  for (const line of lines) expect(textWidth(line), line).toBe(viewport.width);
  const { context, message } = gcView.chrome(model, state, viewport, model.now);
  return [`[${context}]`, ...lines, `[${message}]`, ''].join('\n');
}

const MS = 1e6;

function shopModel(budget = 0, over: Partial<GcModel> = {}): GcModel {
  const lines = shop();
  const { now } = lines;
  return gcModel(lines.session({ thread: 0, minPause: 0 }, budget), now, over);
}

/** A trace of so many seconds; other views were looked at for some before the last 5. */
function young(seconds: number): GcModel {
  const lines = new GcLines();
  const gap = Math.floor(seconds / 3);
  const collect = (count: number): void => {
    for (let at = 0; at < count * 4; at++) lines.wait(240 * MS).collect(7, at % 8 === 7 ? 2 : 0, (at % 8 === 7 ? 30 : 2 + (at % 5)) * MS, at);
  };
  collect(seconds - gap - 5);
  lines.end().line('A', lines.wait(gap * 1e9).ts);
  collect(5);
  return gcModel(lines.session(), lines.now);
}

describe('golden screens of gc', () => {
  for (const [width, height] of [
    [120, 36],
    [120, 29],
    [80, 24],
    [60, 12],
    [200, 60],
  ] as const) {
    for (const ascii of [false, true]) {
      const name = (what: string): string => `gc-${what}-${width}x${height}${ascii ? '-ascii' : ''}.txt`;
      const viewport = screen(width, height, ascii);
      it(name('first'), () => {
        const marks = [{ name: 'm1', at: 70e9 }];
        expectGolden(name('first'), shown(shopModel(50 * MS, { marks }), ['down', 'down'], viewport, 50 * MS));
      });
      it(name('heat'), () => expectGolden(name('heat'), shown(shopModel(20 * MS), ['mode'], viewport, 20 * MS)));
      it(name('list'), () => expectGolden(name('list'), shown(shopModel(), ['mode', 'mode', 'page-down', 'unit'], viewport)));
      it(name('hostile'), () => {
        const lines = hostile();
        const { now } = lines;
        expectGolden(name('hostile'), shown(gcModel(lines.session(), now), ['mode', 'mode', 'down'], viewport));
      });
    }
  }

  const wide = screen(120, 36);
  const narrow = screen(80, 24);

  it('nothing yet', () => {
    const session = new GcLines().session();
    const model = gcModel(session, 3e9, { notice: 'No events for 3 s: the probes are in place, but no garbage collection has ended yet.' });
    expectGolden('gc-empty-80x24.txt', shown(model, [], narrow));
  });

  it('one generation, window, filter, thread, stack', () => {
    expectGolden('gc-gen2-120x36.txt', shown(shopModel(50 * MS), ['generation', 'generation', 'generation', 'sort', 'sort'], wide, 50 * MS));
    expectGolden('gc-window-80x24.txt', shown(shopModel(), ['window', 'pick-thread:41831'], narrow));
    expectGolden('gc-filter-120x36.txt', shown(shopModel(), ['mode', 'mode'], wide, 0, 'commit'));
    expectGolden('gc-stack-80x24.txt', shown(shopModel(50 * MS), ['previous-over', 'enter'], narrow, 50 * MS));
  });

  it('a young trace with a pause in it, after a reset, of chosen functions', () => {
    expectGolden('gc-young-80x24.txt', shown(young(9), [], narrow));
    expectGolden('gc-young-120x36.txt', shown(young(25), [], wide));
    const listed = functionFilter({ ...NO_OPTIONS, function: 'commit', file: '*/session.py' });
    expectGolden('gc-functions-120x36.txt', shown(shopModel(0, { listed }), ['mode', 'mode'], wide));
    expectGolden('gc-functions-80x24.txt', shown(shopModel(0, { listed }), [], narrow));
  });

  it('no functions, increments, short pauses left out, losses', () => {
    const lines = new GcLines();
    for (let at = 0; at < 40; at++) lines.wait(300 * MS).collect(7, at % 8 === 7 ? 1 : 0, (at % 8 === 7 ? 9 : 1.2) * MS, at);
    lines.line('V', 0, 12345, 800 * MS).line('d', lines.ts, 7, 5);
    const { now } = lines;
    const session = lines.session();
    const over = { python: '3.14.2', minPause: MS, odd: 1, lost: 3, withoutFunctions: 'where this Python keeps its frames is not known; the usual build of 3.13 or later tells' };
    expectGolden('gc-increments-120x36.txt', shown(gcModel(session, now, over), [], wide));
    expectGolden('gc-increments-80x24.txt', shown(gcModel(session, now, over), ['enter'], narrow));
  });
});

describe('golden text of gc', () => {
  for (const form of ['list', 'table', 'json']) {
    it(form, () => {
      const trace = openGc({ own: { pauseBudget: 60 * MS } }, form);
      const head = new GcLines();
      trace.feed(head);
      trace.opened.printing!.begin();
      trace.feed(shop());
      trace.opened.printing!.flush();
      trace.end();
      expectGolden(`gc-${form}.txt`, trace.text().split('\n').filter((_line, at, all) => at < 12 || at > all.length - 12).join('\n'));
    });
  }
  it('summary and files', () => {
    const trace = openGc({ own: { pauseBudget: 60 * MS } });
    trace.feed(shop());
    expectGolden('gc-summary.txt', `${trace.opened.summary().join('\n')}\n`);
    for (const { extension, pieces } of trace.opened.exports()) {
      const lines = [...pieces('gc of 42')].join('').split('\n');
      expectGolden(`gc-export${extension}${extension === '.txt' ? '' : '.txt'}`, `${lines.slice(0, 20).join('\n')}\n`);
    }
  });
});
