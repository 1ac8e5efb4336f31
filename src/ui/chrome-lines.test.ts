import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLines, type HeaderModel, type HeaderStyle, type RunState } from './header.js';
import { helpLines } from './help.js';
import { globalHelp } from './keymap.js';
import { keyLine } from './keyline.js';
import { messageLine } from './message.js';
import { pickerLines } from './picker.js';
import { elapsed, percent, shortBytes, shortCount } from './quantity.js';
import { lineWidth } from './sgr.js';
import { startLines } from './start.js';
import { theme } from './theme.js';

const plain = { paint: (_mark: unknown, text: string) => text, ascii: false };

const model: HeaderModel = {
  pid: 41822,
  python: 'python3.11',
  command: 'gunicorn: worker [shop.wsgi]',
  state: { kind: 'live' },
  badge: { kind: 'exact', from: 'usdt' },
  elapsedMs: 192_000,
  engine: 'dtrace 2.0.7',
  events: 7_300_000,
  eventRate: 38_200,
  rateHistory: [2, 3, 5, 7, 5, 3],
  lost: 0,
  cpu: 61,
  cpuBefore: 58,
  rssBytes: 212 * 1024 * 1024,
  threads: 9,
  extra: ['gc 1.3%', 'privacy off'],
};

const style = (width: number, wide: boolean): HeaderStyle => ({
  ...plain,
  width,
  wide,
  context: 'thread ALL   filter -',
  tabs: [
    { title: 'top', active: false, usable: true },
    { title: 'calls', active: true, usable: true },
    { title: 'gc', active: false, usable: false },
  ],
});

describe('header', () => {
  it('has three rows where there is room', () => {
    expect(headerLines(model, style(120, true)).map((line) => line.trimEnd())).toEqual([
      ' pytrace  41822  python3.11  gunicorn: worker [shop.wsgi]                                  ● LIVE  EXACT usdt  00:03:12',
      ' dtrace 2.0.7  38.2k ev/s ▃▄▆█▆▄  lost 0  target cpu  61% (was 58%)  rss  212M  threads 9  gc 1.3%  privacy off',
      '  1 top  [2 calls]  3 gc                                                                          thread ALL   filter -',
    ]);
  });

  it('has two where there is not', () => {
    expect(headerLines(model, style(80, false)).map((line) => line.trimEnd())).toEqual([
      ' pytrace calls 41822 gunicorn: worker [shop.wsgi]             ● LIVE EXACT 3:12',
      ' 38.2k ev/s ▆█▆▄  lost 0  cpu  61%(+3)  gc 1.3%           thread ALL   filter -',
    ]);
  });

  it('cuts a long command in its middle and drops nothing for it', () => {
    const long = { ...model, command: 'python -m ' + 'x'.repeat(500) + ' --last' };
    const [first] = headerLines(long, style(100, true));
    expect(first).toMatch(/pytrace {2}41822 {2}python3.11 {2}python -m x+…x+ --last +● LIVE/);
  });

  it('fits every width in every state, and always says the state and what was lost', () => {
    const states: RunState[] = [
      { kind: 'starting' },
      { kind: 'live' },
      { kind: 'standing', how: 'HELD BY fifteen-letters' },
      { kind: 'frozen', ageMs: 12_000, behind: 4100 },
      { kind: 'detached' },
      { kind: 'broken' },
      { kind: 'exited', how: 'SIGKILL' },
      { kind: 'replay' },
    ];
    for (const state of states) {
      for (const badge of [
        model.badge,
        { kind: 'partial', share: 0.012 } as const,
        { kind: 'sampled', hz: 997 } as const,
      ]) {
        for (let width = 60; width < 220; width += 3) {
          for (const wide of [false, true]) {
            const lines = headerLines({ ...model, state, badge, lost: 1_234_567 }, style(width, wide));
            expect(lines).toHaveLength(wide ? 3 : 2);
            for (const line of lines) expect(lineWidth(line), line).toBe(width);
            expect(lines[0]).toContain(
              {
                starting: 'STARTING',
                live: 'LIVE',
                standing: 'TARGET HELD BY fifteen-letters',
                frozen: 'FROZEN 12s, 4.1k',
                detached: 'DETACHED',
                broken: 'TRACER ENDED',
                exited: 'EXITED SIGKILL',
                replay: 'REPLAY',
              }[state.kind],
            );
            expect(lines[1]).toContain('lost 1.2M');
          }
        }
      }
    }
  });
});

describe('quantities', () => {
  it('stay short', () => {
    expect([0, 7, 999, 999.7, 1000, 38_249, 99_960, 1e6, 7.3e6].map(shortCount)).toEqual([
      '0',
      '7',
      '999',
      '1.0k',
      '1.0k',
      '38.2k',
      '100k',
      '1.0M',
      '7.3M',
    ]);
    expect(shortBytes(212 * 1024 * 1024)).toBe('212M');
    expect(shortCount(NaN)).toBe('?');
    fc.assert(fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => shortCount(value).length <= 5));
    expect([elapsed(192_000), elapsed(192_000, true), elapsed(3_723_000, true)]).toEqual([
      '00:03:12',
      '3:12',
      '1:02:03',
    ]);
    expect([percent(0), percent(0.0001), percent(0.012), percent(1)]).toEqual(['0.0%', '<0.1%', '1.2%', '100%']);
  });
});

describe('key line', () => {
  const keys = globalHelp(4).map((help) => ({ ...help }));

  it('drops the least important first', () => {
    expect(keyLine(keys, { ...plain, width: 60 }).trimEnd()).toBe(
      ' ? help  / filter  t thread  Space freeze  q Ctrl-C quit',
    );
    expect(keyLine(keys, { ...plain, width: 30 }).trimEnd()).toBe(' ? help  q Ctrl-C quit');
  });

  it('has exactly its width', () => {
    for (let width = 2; width < 200; width++) expect(lineWidth(keyLine(keys, { ...plain, width }))).toBe(width);
  });

  it('writes arrows as words in ASCII', () => {
    const arrows = [{ command: 'left', keys: '←/→', short: 'fold', long: '', priority: 1 }];
    expect(keyLine(arrows, { ...plain, ascii: true, width: 40 }).trimEnd()).toBe(' Left/Right fold');
  });
});

describe('message line', () => {
  it('has exactly its width, and shows the end of what is typed', () => {
    const prompt = { kind: 'prompt', label: 'filter', text: 'x'.repeat(90) + 'END', hint: 'Enter keeps' } as const;
    for (let width = 2; width < 160; width++) {
      expect(lineWidth(messageLine(prompt, { ...plain, width }))).toBe(width);
      expect(lineWidth(messageLine({ kind: 'words', text: 'shares of one core' }, { ...plain, width }))).toBe(width);
    }
    expect(messageLine(prompt, { ...plain, width: 60 })).toContain('END ');
  });
});

describe('start', () => {
  it('says what is done, what runs, and how long', () => {
    const phases = [
      { name: 'target', state: 'done', detail: 'python3.11 (pid 41822)', elapsedMs: 3 },
      { name: 'compile', state: 'running', detail: 'stap pass 4 of 5', elapsedMs: 3800 },
      { name: 'arm', state: 'waiting', detail: '', elapsedMs: undefined },
    ] as const;
    const lines = startLines('pytrace top 41822', 4123, phases, 'kept after the first run', {
      ...plain,
      width: 80,
      height: 10,
    });
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(lineWidth(line)).toBe(80);
    expect(lines[0]).toMatch(/^ pytrace top 41822 +starting, 4.1 s $/);
    expect(lines[3]).toMatch(/^ {3}\[\.\.\.\.] {2}compile {3}stap pass 4 of 5 +3\.8 s *$/);
  });
});

describe('help and picker', () => {
  const help = {
    global: globalHelp(4),
    view: [{ command: 'zoom', keys: 'z', short: 'zoom', long: 'make the row the root' }],
    viewTitle: 'calls',
    glossary: [['SELF', 'time in the function itself']] as const,
  };

  it('finds what is searched for, in keys, short and long words', () => {
    const found = (query: string) => helpLines(help, query, { ...plain, width: 110 }).join('\n');
    expect(found('')).toContain('make the row the root');
    expect(found('freeze')).toContain('Space');
    expect(found('SELF')).not.toContain('Space');
    expect(found('zzz')).toContain('nothing here about "zzz"');
  });

  it('have exactly their width', () => {
    const choices = [
      { id: 0, name: 'all threads', note: '' },
      { id: 4_194_303, name: 'ThreadPoolExecutor-0_0', note: '1.2k calls/s' },
    ];
    for (let width = 30; width < 160; width++) {
      for (const line of helpLines(help, '', { ...plain, width })) expect(lineWidth(line)).toBe(width);
      for (const line of pickerLines(choices, 1, { ...plain, paint: theme('dark').paint, width }))
        expect(lineWidth(line)).toBe(width);
    }
  });
});
