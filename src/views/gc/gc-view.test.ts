import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostile, shop } from '../../../test/golden/gc-programs.js';
import { GcLines, gcModel, openGc } from '../../../test/golden/gc-traced.js';
import { commandOf } from '../../ui/keymap.js';
import { textWidth } from '../../text/width.js';
import type { Viewport } from '../view.js';
import { gcView } from './gc-view.js';
import type { GcModel } from './gc-model.js';
import { generationNames } from './generations.js';
import { overWords } from './over-budget.js';
import { listRows } from './rows.js';
import { initialState, type GcState } from './state.js';
import { pauseText } from './words.js';

const MS = 1e6;
const viewport: Viewport = { width: 120, height: 36, ascii: false, paint: (_mark, text) => text };

const models = [shop(), hostile(), new GcLines().collect(1, 0, 0, 0)].map((lines) => {
  const { now } = lines;
  return gcModel(lines.session({ thread: 0, minPause: 0 }, 20 * MS), now);
});
const [model] = models;
const run = (commands: readonly string[], from: GcState = initialState(20 * MS)): GcState =>
  commands.reduce((state, command) => gcView.reduce(state, command, model, viewport, model.now), from);
const cursorRow = (state: GcState) => listRows(model, state).find(({ id }) => id === state.table.cursor);

describe('view gc', () => {
  it('fills its rectangle exactly, whatever was pressed', () => {
    const commands = fc.array(
      fc.constantFrom(
        ...[
          'mode',
          'generation',
          'unit',
          'budget',
          'previous-over',
          'next-over',
          'next-thread',
          'prev-thread',
          'window',
          'enter',
        ],
        ...[
          'back',
          'detail-pane',
          'sort',
          'sort-back',
          'reverse',
          'up',
          'down',
          'page-down',
          'first',
          'last',
          'pick-thread:41830',
        ],
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.integer({ min: 1, max: 160 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        commands,
        (at, width, height, ascii, pressed) => {
          const view = { ...viewport, width, height, ascii };
          let state = initialState(20 * MS);
          for (const command of pressed) state = gcView.reduce(state, command, models[at], view, models[at].now);
          const lines = gcView.lines(models[at], state, view, models[at].now);
          expect(lines).toHaveLength(height);
          for (const line of lines) {
            expect(textWidth(line), line).toBe(width);
            if (ascii) expect(line).toMatch(/^[\x20-\x7e]*$/);
          }
          const { context, message } = gcView.chrome(models[at], state, view, models[at].now);
          if (ascii) expect(context + message).toMatch(/^[\x20-\x7e]*$/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('binds its own keys', () => {
    const keys = {
      v: 'mode',
      g: 'generation',
      u: 'unit',
      b: 'budget',
      ',': 'previous-over',
      '.': 'next-over',
      enter: 'enter',
      home: 'first',
      w: 'window',
    };
    for (const [key, command] of Object.entries(keys)) expect(commandOf(key, gcView.keys), key).toBe(command);
  });

  it('goes from one pause over the budget to the next, in time', () => {
    const first = run(['previous-over']);
    const second = run(['previous-over'], first);
    expect(cursorRow(first)!.pause).toBeGreaterThan(20 * MS);
    expect(cursorRow(second)!.ts).toBeLessThan(cursorRow(first)!.ts);
    expect(cursorRow(run(['next-over'], second))).toBe(cursorRow(first));
    expect(run(['previous-over'], initialState(0)).table.cursor).toBeUndefined();
  });

  it('steps through budgets, generations and threads', () => {
    expect(run(['budget']).budget).toBe(50 * MS);
    expect(run(['budget'], initialState(60 * MS)).budget).toBe(100 * MS);
    expect(run(['budget'], initialState(1e9)).budget).toBe(0);
    expect(listRows(model, run(['generation', 'generation', 'generation'])).every(({ place }) => place === 2)).toBe(
      true,
    );
    expect(run(['generation', 'generation', 'generation', 'generation']).generation).toBe(-1);
    expect(listRows(model, run(['next-thread'])).every(({ tid }) => tid === 41822)).toBe(true);
  });

  it('names generations as the version has them', () => {
    expect(generationNames('3.14.4')[1]).toBe('1 increment');
    for (const other of ['3.14.5', '3.13.0', '3.15.0', '3.14', '']) expect(generationNames(other)[1]).toBe('1');
  });

  it('writes pauses in one unit', () => {
    expect([1.9e6, 61e6, 1234e6].map((ns) => pauseText(ns, 'ms', false))).toEqual(['1.900ms', '61.0ms', '1,234ms']);
    expect(pauseText(61e6, 'us', true)).toBe('61,000us');
    expect(pauseText(61e6, 's', true)).toBe('0.0610s');
  });

  it('never cuts a number, whatever the unit', () => {
    const lines = new GcLines().collect(7, 2, 61_234.5 * MS, 12).collect(7, 0, 123, 9_999_999);
    const long = gcModel(lines.session(), lines.now);
    for (const unit of ['auto', 'us', 'ms', 's'] as const) {
      for (let width = 40; width <= 200; width++) {
        const state: GcState = { ...initialState(MS), unit, mode: 'list' };
        const text = gcView
          .lines(long, state, { ...viewport, width }, long.now)
          .slice(0, 9)
          .join('\n');
        expect(text, `${unit} ${width}`).not.toMatch(/[…~]/);
        expect(text).toContain(`! ${pauseText(61_234.5 * MS, unit, false)} `);
      }
    }
  });
});

describe('what is not known', () => {
  const wide = { ...viewport, width: 200 };
  const lines = (shown: GcModel, mode: GcState['mode'] = 'histogram', view = wide): string[] =>
    gcView.lines(shown, { ...initialState(), mode }, view, shown.now);
  /** The rows of the curve, without their labels. */
  const curve = (shown: GcModel): string[] => lines(shown).flatMap((line) => /(?<=[┤┼]).*/.exec(line)?.[0] ?? []);

  it('is no 0 in the curve: what was before the attach', () => {
    const stream = new GcLines()
      .collect(7, 2, 5 * MS, 1)
      .wait(9e9)
      .collect(7, 2, 5 * MS, 1)
      .wait(0.5e9);
    const shown = gcModel(stream.session(), stream.now);
    const rows = curve(shown);
    expect(rows.join('')).toContain('before attach');
    // 60 s over 62 columns: all but the last 10 s are empty.
    for (const row of rows) expect(row.slice(0, 51).replace('before attach', '').trim()).toBe('');
    expect(rows.at(-1)!.slice(51)).toMatch(/─/);
    expect(lines(shown).join('\n')).toMatch(/-60s +-30s +-9s +now/);
    expect(lines(shown, 'heat').join('\n')).toContain('  before attach  ');
  });

  it('is what was before a reset, and what was not traced in between', () => {
    const stream = new GcLines()
      .collect(7, 2, 5 * MS, 1)
      .wait(20e9)
      .end();
    stream
      .line('A', stream.wait(15e9).ts)
      .wait(2e9)
      .collect(7, 2, 5 * MS, 1)
      .wait(1e9);
    const session = stream.session();
    const rows = curve(gcModel(session, stream.now));
    expect(rows.join('')).toContain('before attach');
    expect(rows.join('')).toContain('not traced');
    session.reset(stream.now);
    session.push(
      stream
        .wait(3e9)
        .collect(7, 2, 5 * MS, 1)
        .bytes(),
    );
    expect(curve(gcModel(session, stream.now, { since: 'reset' })).join('')).toContain('before reset');
  });

  it('is said where there is no pause either', () => {
    const stream = new GcLines().wait(12e9);
    const text = (over: Partial<GcModel> = {}, mode?: GcState['mode']): string =>
      lines(gcModel(stream.session(), stream.now, over), mode).join('\n');
    expect(text()).toContain('no pause in the 12s traced');
    expect(text({ minPause: MS })).toContain('no pause of 1.00ms or longer in the 12s traced');
    expect(text({ minPause: MS })).toContain('no pause of 1.00ms or longer in this window');
    expect(text({}, 'heat')).toContain('no pause in the 12s traced');
  });
});

describe('what is left out', () => {
  const few = (): GcLines => new GcLines().wait(1e9).collect(7, 2, 5 * MS, 1, [1000, -1]);
  const named = ['N\t1000\t10\tCart.get_all\t/srv/cart.py', 'n\t1000\t-1\t12'];

  it('by --min-duration is told on the screen, in the table, the list, the files and the end', () => {
    const trace = openGc({ minDuration: MS }, 'list');
    trace.feed(new GcLines());
    trace.opened.printing!.begin();
    trace.feed(few().line('V', 0, 1, 800_000));
    expect(trace.opened.slot.chrome(viewport, 0).message).toContain(
      '1 pause under 1.00ms: only in COLLECTIONS, RATE, TOTAL, % TIME',
    );
    const files = Object.fromEntries(
      trace.opened.exports().map(({ extension, pieces }) => [extension, [...pieces('t')].join('')]),
    );
    expect(files['.txt']).toContain('# 1 shorter than 1.00ms: only in COLLECTIONS, RATE, TOTAL and % TIME');
    expect(JSON.parse(files['.json'])).toMatchObject({ leftOut: 1, minDurationNs: MS });
    expect(trace.opened.endFields()).toMatchObject({ leftOut: 1, minDurationNs: MS });
    expect(trace.opened.summary()).toContain('1 shorter than 1.00ms: not in p50, p99, max and collected');
    trace.end();
    expect(trace.text()).toMatch(/^# gc of 42: collections of 1\.00ms or longer, as they end\n/);
    expect(trace.text()).toMatch(/\n# 1 shorter than 1\.00ms: only counted\n$/);
  });

  it('by --min-duration leaves open how many pauses were over a smaller budget', () => {
    const model = (pause: number): GcModel => {
      const stream = new GcLines().wait(1e9).collect(7, 0, pause, 0).line('V', 0, 1, 1);
      return gcModel(stream.session({ thread: 0, minPause: 0 }, 0.5 * MS), stream.now, { minPause: MS });
    };
    expect(overWords(model(5 * MS), false)).toBe('at least 1 pause over 500µs');
    expect(overWords(model(0.4 * MS), false)).toBe('no pause over 1.00ms');
  });

  it('by --function and --file is left out of the list alone, and that is said', () => {
    const trace = openGc({ function: 'get_*', file: '*/cart.py' });
    trace.feed(few());
    trace.opened.session.insert(named);
    const screen = (): string => trace.opened.slot.lines(viewport, 0).join('\n');
    const words = 'functions matching get_* of files */cart.py';
    expect(screen()).toContain(`─ recent collections in ${words} ─`);
    expect(screen()).toContain('Cart.get_all');
    const { message } = trace.opened.slot.chrome(viewport, 0);
    expect(message).toContain(`list: only those in ${words}; all are counted`);
    trace.feed(new GcLines().wait(2e9).collect(7, 2, 5 * MS, 1));
    expect(screen()).toMatch(/ 2 +2 .*10\.0ms/);
    expect(screen().match(/5\.00ms +1 +7 /g)).toHaveLength(1);
    const choice = trace.opened.exports().find(({ extension }) => extension === '.txt')!;
    const text = [...choice.pieces('t')].join('');
    expect(text).toContain(`# list: only those in ${words}\n`);
  });
});

describe('gc at work', () => {
  it('rings once for violations, and not for those of the past', () => {
    const trace = openGc({ own: { pauseBudget: 10 * MS } });
    const lines = new GcLines().wait(1e9).collect(7, 0, 5 * MS, 0);
    trace.feed(lines);
    expect(trace.opened.bell!()).toBe(false);
    trace.feed(lines.collect(7, 2, 15 * MS, 0).collect(7, 2, 15 * MS, 0));
    expect(trace.opened.bell!()).toBe(true);
    expect(trace.opened.bell!()).toBe(false);
    const other = openGc();
    other.feed(new GcLines().wait(1e9).collect(7, 2, 15 * MS, 0));
    other.opened.slot.command('budget', viewport, 0);
    expect(other.opened.bell!()).toBe(false);
    expect(other.opened.slot.chrome(viewport, 0).message).toContain('! 1 pause over 1.00ms');
  });

  it('holds a frozen picture, and counts on', () => {
    const trace = openGc();
    const lines = new GcLines().wait(1e9).collect(7, 0, 5 * MS, 0);
    trace.feed(lines);
    trace.opened.freeze();
    const before = trace.opened.slot.lines(viewport, 0).join('\n');
    trace.feed(lines.wait(1e9).collect(7, 2, 15 * MS, 0));
    expect(trace.opened.slot.lines(viewport, 0).join('\n')).toBe(before);
    trace.opened.thaw();
    expect(trace.opened.slot.lines(viewport, 0).join('\n')).toContain('15.0ms');
    trace.opened.reset!();
    trace.at(3e9);
    expect(trace.opened.slot.lines(viewport, 0).join('\n')).not.toContain('15.0ms');
    expect(trace.opened.summary().join('\n')).toContain('15.0ms');
  });

  it('says why nothing is there, and why no function', () => {
    const trace = openGc();
    trace.feed(new GcLines());
    expect(trace.opened.slot.lines(viewport, 0).join('\n')).toContain('nothing yet');
    trace.feed(new GcLines().wait(1e9).collect(7, 0, 5, 0));
    expect(trace.opened.slot.chrome(viewport, 0).message).toContain('functions not known (Enter: why)');
  });

  it('fails by --fail-if at the end', () => {
    const failIf = openGc({ own: { failIf: [{ text: 'max>1ms', place: 4, measure: 'max', limit: MS }] } });
    failIf.feed(new GcLines().wait(1e9).collect(7, 0, MS, 0));
    expect(failIf.opened.failure!()).toBe('');
    failIf.feed(new GcLines().wait(1e9).collect(7, 0, 2 * MS, 0));
    expect(failIf.opened.failure!()).toContain('limit 1.00ms');
  });
});

describe('gc without a screen', () => {
  const begun = (own: Record<string, unknown>, form: string, over = {}) => {
    const trace = openGc({ own, ...over }, form);
    trace.feed(new GcLines());
    trace.opened.printing!.begin();
    return trace;
  };
  const collect = (...frames: (readonly [number, number])[]): GcLines => {
    const lines = new GcLines();
    lines.lines.splice(0);
    return lines.wait(2 * MS).collect(7, 2, MS, 4, ...frames);
  };

  it('waits for a name, but not for long', () => {
    const trace = begun({}, 'json');
    trace.feed(collect([1000, 3]));
    trace.opened.printing!.flush();
    expect(trace.text()).not.toContain('"type":"gc"');
    trace.opened.session.insert(['N\t1000\t10\tname\t/file.py', 'n\t1000\t3\t12']);
    trace.opened.printing!.flush();
    expect(trace.text()).toContain(
      '"generation":2,"pauseNs":1000000,"collected":4,"function":"name","file":"/file.py","line":12}',
    );
    trace.feed(collect([2000, 3]));
    trace.at(5e9);
    trace.opened.printing!.flush();
    expect(trace.text()).toContain('"function":null,"file":null,"line":null}');
  });

  it('ends the JSON with sums since the attach, whatever was reset', () => {
    const trace = begun({ pauseBudget: 1000 }, 'json');
    trace.feed(collect());
    trace.opened.reset!();
    trace.end();
    const end = JSON.parse(trace.text().trim().split('\n').at(-1)!) as Record<string, unknown>;
    expect(end).toMatchObject({
      type: 'end',
      reason: 'duration',
      events: 1,
      lost: 0,
      pauseBudgetNs: 1000,
      overBudget: 1,
    });
    expect(end.generations).toHaveLength(4);
  });

  it('prints one table and asks for the end with --once', () => {
    const trace = begun({ once: true, interval: 2 }, 'list');
    trace.feed(collect());
    trace.opened.printing!.flush();
    expect(trace.enough()).toBe(0);
    trace.at(2.1e9);
    trace.opened.printing!.flush();
    trace.opened.printing!.flush();
    expect(trace.enough()).toBe(1);
    trace.end();
    expect(trace.text().match(/COLLECTIONS/g)).toHaveLength(1);
    expect(trace.text()).not.toContain('TRIGGERED IN');
  });

  it('prints a table each interval, where one is asked for', () => {
    const trace = begun({ interval: 1 }, 'table');
    for (const second of [1, 2, 3]) {
      trace.at(second * 1e9);
      trace.opened.printing!.flush();
    }
    trace.end();
    expect(trace.text().match(/COLLECTIONS/g)).toHaveLength(4);
  });

  it('lists only collections of the functions asked for', () => {
    const trace = begun({}, 'list', { function: 'get_*' });
    trace.opened.session.insert(['N\t1000\t10\tCart.get_all\t/file.py', 'N\t2000\t10\tother\t/file.py']);
    trace.feed(collect([1000, -1]));
    trace.feed(collect([2000, -1]));
    trace.end();
    expect(trace.text()).toMatch(/^# gc of 42: collections in functions matching get_\*, as they end\n/);
    expect(trace.text()).toContain('Cart.get_all');
    expect(trace.text()).not.toContain('other');
  });
});
