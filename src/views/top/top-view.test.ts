import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileTop, shopTop, silentTop, topRun, wideTop } from '../../../test/golden/top-programs.js';
import { TopStream } from '../../../test/golden/top-stream.js';
import { textWidth } from '../../text/width.js';
import { commandOf, VIEW_COMMANDS } from '../../ui/keymap.js';
import type { Viewport } from '../view.js';
import { lowerEdge, mean, quantile, upperEdge } from './latency.js';
import { shortFile } from './place.js';
import { TOP_KEYS } from './keys.js';
import { topView } from './top-view.js';

const screen = (width: number, height: number, ascii = false): Viewport => ({
  width,
  height,
  ascii,
  paint: (_mark, text) => text,
});
const COMMANDS = [
  ...VIEW_COMMANDS,
  ...TOP_KEYS.map(({ command }) => command),
  'pick-thread:41831',
  'pick-thread:0',
  'x',
];
const FILTERS = ['', 'json', 're:^_', 're:(', 're:(\u00e9\x07', '\u202e\u6f22', 'mod:shop', '>5%', 'nothing like it'];

describe('the view top', () => {
  it('fills any rectangle exactly, whatever was pressed', () => {
    const runs = [() => shopTop(), hostileTop, () => wideTop(300), silentTop, () => shopTop({ counts: true })];
    const made = runs.map((make) => make().opened);
    fc.assert(
      fc.property(
        fc.nat(runs.length - 1),
        fc.integer({ min: 1, max: 220 }),
        fc.integer({ min: 0, max: 60 }),
        fc.boolean(),
        fc.constantFrom(...FILTERS),
        fc.array(fc.constantFrom(...COMMANDS), { maxLength: 20 }),
        (which, width, height, ascii, filter, commands) => {
          const { slot } = made[which];
          const viewport = screen(width, height, ascii);
          slot.filter(filter);
          for (const command of commands) slot.command(command, viewport, 42e9);
          const lines = slot.lines(viewport, 42e9);
          expect(lines).toHaveLength(height);
          for (const line of lines) {
            expect(textWidth(line)).toBe(width);
            expect(line).toMatch(ascii ? /^[\x20-\x7e]*$/ : /^[^\u0000-\u001f\u007f-\u009f\u202e]*$/);
          }
          const { context, message } = slot.chrome(viewport, 42e9);
          expect(textWidth(message)).toBeLessThanOrEqual(Math.max(0, width - 2));
          expect(context).toContain('thread');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has a key for what it declares', () => {
    expect(commandOf('d', topView.keys)).toBe('detail-pane');
    expect(commandOf('w', topView.keys)).toBe('window');
  });

  it('keeps the row under the cursor while its window passes by', () => {
    const run = shopTop({}, 3);
    const { opened, stream } = run;
    const viewport = screen(100, 40);
    opened.slot.filter('configure');
    opened.slot.command('down', viewport, stream.now);
    opened.slot.filter('');
    for (let second = 0; second < 20; second++) stream.snapshot();
    run.feed();
    const line = opened.slot.lines(viewport, stream.now).find((each) => each.startsWith('>'));
    expect(line).toContain('configure');
  });

  it('stands still while frozen, and counts from zero after a reset without losing the whole', () => {
    const run = shopTop({}, 5);
    const { opened, stream } = run;
    const viewport = screen(120, 30);
    opened.freeze();
    const before = opened.slot.lines(viewport, stream.now);
    const key = stream.fn('late', '/srv/late.py', 1);
    stream.call(41830, 0, key, 5e6, 5e6, 3).snapshot();
    run.feed();
    expect(opened.slot.lines(viewport, stream.now)).toEqual(before);
    opened.thaw();
    expect(opened.slot.lines(viewport, stream.now).join('\n')).toContain('late');
    const calls = opened.session.accepted;
    opened.reset!();
    expect(opened.slot.lines(viewport, stream.now).join('\n')).toContain('Nothing has been called since the reset.');
    stream.call(41830, 0, key, 9e6, 9e6, 1).snapshot();
    run.feed();
    for (const window of ['10 s', '60 s', 'since reset']) {
      expect(opened.slot.chrome(viewport, stream.now).context).toContain(`window ${window}`);
      const rows = opened.slot.lines(viewport, stream.now).filter((line) => line.includes('late.py'));
      expect(rows[0]).toMatch(/ 0\.9 +9\.00ms +0\.9 /);
      opened.slot.command('window', viewport, stream.now);
    }
    expect(opened.session.accepted).toBe(calls + 1);
    expect(opened.summary()[0]).toBe(`${(calls + 1).toLocaleString('en')} calls of 13 functions`);
    expect(opened.summary().length).toBeLessThanOrEqual(7);
  });

  it('says what it lost and what it left out', () => {
    const run = shopTop({}, 2);
    const { opened, stream } = run;
    stream.line('S\t5', 'F\tnonsense').snapshot().line('L\t12\tcalls of threads that found no room').end();
    run.feed();
    opened.session.end();
    expect(opened.session.lost).toBe(13);
    expect(opened.slot.chrome(screen(120, 30), stream.now).message).toMatch(/^PARTIAL: 13 lost/);
    expect(opened.diagnostics()).toEqual([
      '1 snapshots came without their end and were left out: the next one holds what they did',
    ]);
  });

  it('tells its threads', () => {
    expect(shopTop().opened.threads()).toEqual([
      { id: 0, name: 'all threads', note: '3' },
      { id: 41830, name: 'worker-1', note: '1,724 calls/s' },
      { id: 41831, name: 'worker-2', note: '1,724 calls/s' },
      { id: 41832, name: 'worker-3', note: '1,724 calls/s' },
    ]);
  });

  it('says that threads are not told apart, for a moment, where a key asks for one', () => {
    const run = topRun(new TopStream(false, 0, false));
    const { opened, stream } = run;
    stream.call(7, 0, stream.fn('work', '/srv/a.py', 3), 2e6).snapshot();
    run.feed();
    const viewport = screen(80, 24);
    const message = (later = 0): string => opened.slot.chrome(viewport, stream.now + later).message;
    const words = 'threads are not told apart in these sums; --thread <id> traces one alone';
    for (const key of ['next-thread', 'prev-thread']) {
      opened.slot.command(key, viewport, stream.now);
      expect(message(1e9)).toMatch(new RegExp(`^${words}`));
      expect(message(5e9)).not.toContain('apart');
      expect(opened.slot.chrome(viewport, stream.now).context).toContain('thread ALL');
    }
    opened.slot.command('down', viewport, stream.now);
    expect(message()).not.toContain('apart');
  });

  it('says that a filter leaves nothing, or nothing of this time, and Esc clears it', () => {
    const { opened, stream } = shopTop();
    const viewport = screen(80, 24);
    const shown = (): string => opened.slot.lines(viewport, stream.now).join('\n').replace(/\s+/g, ' ');
    for (const details of [false, true]) {
      if (details) opened.slot.command('enter', viewport, stream.now);
      opened.slot.filter('xyz');
      expect(shown()).toContain('No function matches "xyz": Esc clears the filter');
      expect(shown()).toContain('SELF%');
      opened.slot.command('back', viewport, stream.now);
      expect(shown()).toContain('_scan_once json/decoder.py:343');
      expect(opened.slot.chrome(viewport, stream.now).context).not.toContain('filter');
    }
    opened.slot.filter('configure');
    expect(shown()).toContain('Nothing of the last 10 s matches the filter, but 1 since the attach: w shows other');
  });

  it('says what its times are of, whatever else there is to say', () => {
    const { opened, stream } = shopTop();
    for (const width of [60, 80, 100, 120]) {
      const viewport = screen(width, 24);
      for (const command of ['down', 'enter', 'back', 'pick-thread:41831', 'pick-thread:0']) {
        opened.slot.command(command, viewport, stream.now);
        const { message } = opened.slot.chrome(viewport, stream.now);
        if (width > 60) expect(message).toContain('wall time: includes waiting');
        expect(message).toMatch(/100% = .*wall time/);
      }
    }
  });

  it('leaves out whole figures of the pane where there is no room, and cuts none', () => {
    const { opened, stream } = shopTop();
    const pane = opened.slot.lines(screen(100, 30), stream.now).slice(-8);
    expect(pane.join('\n')).toMatch(/ p50 \S+ {2}p99 \S+ {2}max 67\.0µs +\n/);
    expect(pane.join('\n')).toMatch(/self in worker-3 34\.2% {2}worker-2 33\.3% {2}1 more +\n/);
    const hint = opened.slot.lines(screen(60, 12), stream.now).at(-1);
    expect(hint).not.toContain('…');
  });

  it('tells the average of the calls that its percentiles are of', () => {
    const run = topRun(new TopStream());
    const { opened, stream } = run;
    const fib = stream.fn('fib', '/srv/fib.py', 1);
    // One outermost call and the deep recursion within it, of which each took nearly as long.
    stream.call(7, 0, fib, 8e6, 1e5).call(7, fib, fib, 7e6, 1e5, 70, true).snapshot();
    run.feed();
    const [row] = opened.picture().rows(0);
    expect(row.total).toBe(8e6);
    expect(row.average).toBeGreaterThan(0.8 * row.p50);
    expect(row.average).toBeLessThanOrEqual(row.max);
  });

  it('knows the average: exactly from a whole total, else as well as buckets can', () => {
    const bucketOf = (ns: number): number => {
      const octave = Math.floor(Math.log2(ns));
      return 4 * octave + (Math.floor(ns / 2 ** (octave - 2)) & 3);
    };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 4, max: 1e10 }), { minLength: 1 }), fc.nat(1e11), (took, other) => {
        const buckets = [...new Set(took.map(bucketOf))].sort((a, b) => a - b);
        const calls = buckets.map((bucket) => took.filter((ns) => bucketOf(ns) === bucket).length);
        const durations = { buckets, calls, longest: Math.max(...took) };
        const total = took.reduce((sum, ns) => sum + ns, 0);
        const truth = total / took.length;
        expect(mean(durations, total)).toBe(truth);
        expect(Math.abs(mean(durations, other) - truth)).toBeLessThanOrEqual(truth / 4);
        expect(mean(durations, other)).toBeLessThanOrEqual(durations.longest);
      }),
    );
    expect(mean({ buckets: [], calls: [], longest: 0 }, 5e9)).toBe(0);
  });

  it('knows buckets and places', () => {
    for (let bucket = 8; bucket < 200; bucket++) expect(upperEdge(bucket)).toBe(lowerEdge(bucket + 1));
    expect(lowerEdge(4 * 10 + 3)).toBe(1792);
    expect(quantile({ buckets: [40, 44], calls: [99, 1], longest: 2100 }, 0.99)).toBe(1280);
    expect(quantile({ buckets: [40, 44], calls: [99, 1], longest: 2100 }, 1)).toBe(2100);
    expect(shortFile('/srv/venv/lib/python3.15/site-packages/jinja2/utils.py')).toBe('jinja2/utils.py');
    expect(shortFile('/usr/lib/python3.15/json/decoder.py')).toBe('json/decoder.py');
    expect(shortFile('/srv/shop/web/views.py')).toBe('web/views.py');
    expect(shortFile('<frozen importlib._bootstrap>')).toBe('<frozen importlib._bootstrap>');
  });

  it('reads a recording of counts as one', () => {
    const run = topRun(new TopStream(true));
    run.stream.call(7, 0, run.stream.fn('a', '/x.py', 1), 1000).snapshot();
    run.feed();
    expect(run.opened.slot.chrome(screen(100, 30), run.stream.now).message).toContain('calls only');
  });
});
