import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deep, hostile, shop, silent, wide } from '../../../test/golden/programs.js';
import { Traced } from '../../../test/golden/traced.js';
import type { CallsModel } from '../../models/callsmodel.js';
import { VIEW_COMMANDS } from '../../ui/keymap.js';
import { textWidth } from '../../text/width.js';
import type { Viewport } from '../view.js';
import { callsView } from './calls-view.js';
import { CALLS_KEYS } from './keys.js';
import type { CallsState } from './state.js';

const screen = (width: number, height: number, ascii = false): Viewport => ({
  width,
  height,
  ascii,
  paint: (_mark, text) => text,
});

/** The state after commands, one after another. */
function after(
  model: CallsModel,
  commands: readonly string[],
  from = callsView.initial(),
  viewport = screen(120, 30),
): CallsState {
  return commands.reduce(
    (state, command) => callsView.reduce(state, command, model, viewport, model.picture.now),
    from,
  );
}

const COMMANDS = [
  ...VIEW_COMMANDS,
  ...CALLS_KEYS.map((key) => key.command),
  'pick-thread:41830',
  'pick-thread:0',
  'nonsense',
];
const FILTERS = [
  '',
  'json',
  're:^_',
  're:(',
  're:(\u00e9\x07',
  '\u202e\u6f22',
  'mod:shop',
  '>5%',
  '>0.1% e',
  'nothing at all like it',
];

describe('the view calls', () => {
  const models: readonly CallsModel[] = [
    shop().model(),
    deep().model(),
    hostile().model(),
    wide().model(),
    silent().model({
      notice:
        'Nothing yet. \u6f22\u5b57 and a word-that-is-much-longer-than-any-line-of-a-narrow-terminal-could-ever-be.',
    }),
    silent().model(),
  ];

  it('fills any rectangle exactly, whatever was pressed', () => {
    fc.assert(
      fc.property(
        fc.nat(models.length - 1),
        fc.integer({ min: 60, max: 250 }),
        fc.integer({ min: 6, max: 80 }),
        fc.boolean(),
        fc.constantFrom(...FILTERS),
        fc.array(fc.constantFrom(...COMMANDS), { maxLength: 25 }),
        (which, width, height, ascii, filter, commands) => {
          const model = models[which];
          const viewport = screen(width, height, ascii);
          const state = after(model, commands, callsView.filter(callsView.initial(), filter), viewport);
          const lines = callsView.lines(model, state, viewport, model.picture.now);
          expect(lines.length).toBe(height);
          const { context, message } = callsView.chrome(model, state, viewport, model.picture.now);
          for (const line of lines) expect(textWidth(line), line).toBe(width);

          const forbidden = ascii ? /[^\x20-\x7e]/ : /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;
          for (const text of [...lines, context, message]) expect(text).not.toMatch(forbidden);
          expect(textWidth(message)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never fails in a rectangle that is far too small', () => {
    for (const model of models) {
      for (const [width, height] of [
        [1, 1],
        [5, 2],
        [20, 3],
        [39, 4],
      ] as const) {
        for (const commands of [[], ['flow-toggle'], ['enter']]) {
          const viewport = screen(width, height);
          const lines = callsView.lines(model, after(model, commands, callsView.initial(), viewport), viewport, 0);
          expect(lines.map(textWidth)).toEqual(Array.from({ length: height }, () => width));
        }
      }
    }
  });

  it('paints pieces whose widths add up', () => {
    const model = shop().model();
    const plain = callsView.lines(model, after(model, ['down']), screen(120, 30), 0);
    const painted = callsView.lines(
      model,
      after(model, ['down']),
      { ...screen(120, 30), paint: (_mark, text) => `\x1b[1m${text}\x1b[m` },
      0,
    );

    expect(painted.map((line) => line.replace(/\x1b\[1?m/g, ''))).toEqual(plain);
  });

  it('knows every command that its keys declare', () => {
    const model = shop().model();
    const start = after(model, ['down', 'down', 'down']);
    const idle = ['next-match'];
    for (const { command } of CALLS_KEYS) {
      const prepared = command === 'back' ? after(model, ['zoom'], start) : start;
      if (!idle.includes(command))
        expect(callsView.reduce(prepared, command, model, screen(120, 30), 0), command).not.toBe(prepared);
    }
  });

  it('shows no share above 100 %', () => {
    for (const model of models) {
      for (const line of callsView.lines(model, callsView.initial(), screen(200, 60), 0)) {
        for (const [number] of line.matchAll(/\d+\.\d(?= |$)/g)) expect(Number(number)).toBeLessThanOrEqual(100);
      }
    }
  });

  it('draws fifty thousand nodes without making text of them all', () => {
    const traced = new Traced().thread(1, 'MainThread').enter(1, 'main', '/a.py', 1);
    for (let i = 0; i < 220; i++) {
      traced.enter(1, `f${i}`, '/a.py', i);
      for (let k = 0; k < 220; k++) traced.call(1, `g${i}_${k}`, '/b.py', k, 1000);
      traced.leave(1);
    }
    expect(traced.model().picture.nodes.count).toBeGreaterThan(48_000);
    const { symbols } = traced.session;
    const shownName = symbols.shownName.bind(symbols);
    let asked = 0;
    symbols.shownName = (symbol) => {
      asked++;
      return shownName(symbol);
    };
    const state: CallsState = { ...callsView.initial(), sort: 'total' };
    // Once each function is looked at: whether it is one of the import system.
    callsView.lines(traced.model(), state, screen(120, 36), 0);
    asked = 0;
    expect(callsView.lines(traced.model(), state, screen(120, 36), 0)).toHaveLength(36);
    expect(asked).toBeLessThan(200);
  });
});
