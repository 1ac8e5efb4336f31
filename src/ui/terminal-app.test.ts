import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DemoSource } from '../../test/tty/demo-source.js';
import { FakeClock } from '../../test/tty/fake-clock.js';
import { XtermTerminal } from '../../test/tty/xterm-terminal.js';
import { runApp, type AppEnd, type AppOptions } from './terminal-app.js';

let terminal: XtermTerminal;
let clock: FakeClock;
let source: DemoSource;
let ended: Promise<AppEnd | Error>;
let outcome: AppEnd | Error | undefined;

function begin(columns: number, rows: number, options: Partial<AppOptions> = {}): void {
  terminal = new XtermTerminal(columns, rows);
  ended = runApp({ source, theme: 'dark', ascii: false, terminal, clock, ...options }).catch(
    (error: unknown) => error as Error,
  );
  void ended.then((end) => (outcome = end));
}

const shown = async () => {
  await terminal.settled();
  return terminal.screen.text();
};
const typed = async (keys: string) => {
  terminal.type(keys);
  clock.pass(40);
  return shown();
};

beforeEach(() => {
  clock = new FakeClock();
  source = new DemoSource();
  outcome = undefined;
  for (let at = 0; at < 20; at++) source.step();
});

afterEach(async () => {
  if (outcome === undefined) terminal.type('\u0003');
  while (outcome === undefined) {
    clock.pass(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(terminal.raw).toBe(false);
  expect(terminal.listening).toBe(false);
  await terminal.settled();
  expect(terminal.screen.alternate()).toBe(false);
  // What wipes the lines that the user had scrolled past.
  expect(terminal.screen.sent).not.toContain('\u001b[3J');
  expect(terminal.screen.scrollback()).toBe(0);
});

describe('the application', () => {
  it('shows header, tabs, body, message and keys', async () => {
    begin(120, 36);
    const lines = (await shown()).split('\n');
    expect(lines[0]).toMatch(/pytrace {2}41822 .*LIVE {2}EXACT usdt/);
    expect(lines[2]).toContain('[1 demo]');
    expect(lines[3]).toBe('─'.repeat(120));
    expect(lines[4]).toContain('SELF%▾');
    expect(lines[5]).toMatch(/^> .* reprice /);
    expect(lines[33]).toContain('200 of 200 functions');
    expect(lines[34]).toMatch(/^ \? help .* q quit/);
    expect(lines[35]).toBe('');
  });

  it('answers a key at once, without waiting for its turn', async () => {
    begin(120, 36);
    await shown();
    const { writes } = terminal;
    terminal.type('jjj');
    expect(terminal.writes).toBe(writes + 1);
    expect(await shown()).toContain('row 4');
  });

  it('draws only when there is something new', async () => {
    begin(120, 36);
    await shown();
    clock.pass(1000);
    await shown();
    const { writes } = terminal;
    clock.pass(1000);
    expect(terminal.writes).toBe(writes);
    source.step();
    clock.pass(300);
    expect(terminal.writes).toBe(writes + 1);
  });

  it('draws no oftener than told', async () => {
    begin(120, 36, { fps: 10 });
    await shown();
    const { writes } = terminal;
    for (let at = 0; at < 200; at++) {
      source.step();
      clock.pass(5);
      await shown();
    }
    expect(terminal.writes - writes).toBeGreaterThanOrEqual(9);
    expect(terminal.writes - writes).toBeLessThanOrEqual(11);
  });

  it('holds the picture while frozen, and lets it be sorted', async () => {
    begin(120, 36);
    const rows = (text: string) => text.split('\n').slice(5, 30);
    const before = rows(await typed(' '));
    for (let at = 0; at < 30; at++) source.step();
    clock.pass(12_000);
    const later = await shown();
    expect(rows(later)).toEqual(before);
    expect(later).toMatch(/FROZEN 12s, \d+k behind/);
    expect(later).toContain('Space go on');
    const sorted = await typed('s');
    expect(sorted).toContain('CALLS▾');
    expect(rows(sorted)).not.toEqual(before);
    expect(rows(await typed('s'))).toEqual(before);
    expect(rows(await typed(' '))).not.toEqual(before);
  });

  it('filters while typing, keeps on Enter, undoes on Escape', async () => {
    begin(80, 24);
    expect(await typed('/Money')).toMatch(/filter Money.*Enter keeps/);
    expect(terminal.screen.text()).not.toContain('reprice');
    expect(await typed('\r')).toMatch(/\d+ of 200 functions/);
    await typed('/\u007f\u007f\u007f\u007f\u007fquant');
    expect(terminal.screen.text()).toContain('quantize');
    expect(await typed('\u001b')).toContain('Money');
    expect(await typed('/\u0015\u001b[200~render\n\u001b[201~\r')).toContain('render');
  });

  it('opens the help, searches it and closes it, leaving nothing behind', async () => {
    begin(120, 36);
    const before = await shown();
    const help = await typed('?');
    expect(help).toContain('┌─ help: demo ─');
    expect(help).toContain('EVERYWHERE');
    expect(await typed('freeze')).not.toContain('OSC 52');
    expect(await typed('\u001b')).toBe(before);
    expect(await typed('?')).toBe(help);
    expect(await typed('?')).toBe(before);
  });

  it('scrolls a help that is too tall', async () => {
    begin(80, 24);
    const first = await typed('?');
    expect(first).toMatch(/\d+ more below/);
    const last = await typed('\u001b[F');
    expect(last).not.toMatch(/more below/);
    expect(last).toContain('CALLS  entries');
  });

  it('picks a thread by its name', async () => {
    begin(80, 24);
    expect(await typed('t')).toMatch(/> +all threads/);
    await typed('\u001b[B');
    const after = await typed('\r');
    expect(after).toContain('worker-1');
    expect(after).toContain('thread MainThread');
    expect(await typed('t')).toMatch(/> +1 {2}MainThread/);
    await typed('\u001b');
  });

  it('shows what an action answers', async () => {
    begin(80, 24);
    expect(await typed('m')).toContain('marked m1');
    clock.pass(6000);
    expect(await shown()).not.toContain('marked m1');
    terminal.type('e');
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await shown()).toContain('200 stacks, 12 kB');
    expect(await typed('q')).not.toContain('200 stacks');
  });

  it('copies the screen through the terminal', async () => {
    begin(80, 24);
    terminal.type('y');
    await new Promise((resolve) => setImmediate(resolve));

    const copied = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(terminal.screen.sent)?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString()).toMatch(/SELF%.*\n> .* reprice/);
    expect(await shown()).toContain('copied');
  });

  it('shows a log that grows, and holds it where it was scrolled to', async () => {
    begin(80, 24);
    source.log = Array.from({ length: 100 }, (_, at) => `line ${at}`);
    expect(await typed('D')).toContain('line 99');
    source.log.push('line 100');
    source.step();
    clock.pass(300);
    expect(await shown()).toContain('line 100');
    await typed('\u001b[A\u001b[A');
    expect(terminal.screen.text()).not.toContain('line 100');
    expect(terminal.screen.text()).not.toContain('line 99 ');
    await typed('\u001b');
  });

  it('says why a view cannot be shown, and names no key that would do nothing', async () => {
    begin(120, 36);
    const text = await typed('\t');
    expect(text).toContain('This Python has no instance probes.');
    expect(text).toContain('[2 objects]');
    expect(text).not.toContain('s sort');
    expect(await typed('1')).toContain('[1 demo]');
  });

  it('follows a resize within that frame, and says when there is too little room', async () => {
    begin(120, 36);
    await shown();
    for (const [columns, rows] of [
      [80, 24],
      [61, 12],
      [200, 60],
      [99, 40],
      [120, 27],
    ] as const) {
      terminal.resize(columns, rows);
      const lines = (await shown()).split('\n');
      expect(lines[rows - 2], `${columns}x${rows}`).toContain('q quit');
      expect(lines[0]).toContain('LIVE');
    }
    terminal.resize(40, 8);
    expect(await shown()).toContain('60x12 at least, this is 40x8');
    terminal.type('?');
    terminal.type('q');
    clock.pass(400);
    expect(await ended).toEqual({ why: 'quit' });
  });

  it('goes from the start to the picture', async () => {
    source.stageNow = { kind: 'starting', title: 'pytrace demo 41822', hint: 'kept' };
    begin(80, 24);
    expect(await shown()).toMatch(/\[\.\.\.\.] +compile +stap pass 4 of 5/);
    expect(await shown()).toMatch(/D log {2}q cancel/);
    clock.pass(2000);
    expect(await shown()).toMatch(/starting, 2\.\d s/);
    source.stageNow = { kind: 'running' };
    clock.pass(300);
    expect(await shown()).toContain('LIVE');
  });

  it('shows a failure and its log', async () => {
    source.stageNow = { kind: 'failed', sentence: 'no function-entry probe.', details: ['why: pytrace doctor'] };
    begin(80, 24);
    expect(await shown()).toMatch(/no function-entry probe\.\n\n +why: pytrace doctor/);
    expect(await typed('D')).toContain('probes: 3 of 3 armed');
    expect(await typed('\u001b')).toContain('q quit');
  });

  it('skips frames while the terminal does not take them, and then shows the newest', async () => {
    begin(120, 36);
    await shown();
    terminal.stopped = true;
    source.step();
    clock.pass(300);
    const { writes } = terminal;
    for (let at = 0; at < 50; at++) terminal.type('j');
    expect(terminal.writes).toBe(writes);
    terminal.go();
    expect(await shown()).toContain('row 51');
  });

  it('ends when its terminal is lost, and writes nothing more', async () => {
    begin(80, 24);
    await shown();
    const { writes } = terminal;
    terminal.lose();
    clock.pass(1000);
    expect(await ended).toEqual({ why: 'lost-terminal', how: 'EIO' });
    expect(terminal.writes).toBe(writes);
    // What the test looks at after each: a terminal that is gone keeps what it had.
    terminal.screen.write('\u001b[?1049l');
    terminal.raw = false;
  });

  it('ends when told to', async () => {
    const stop = new AbortController();
    begin(80, 24, { stop: stop.signal });
    await shown();
    stop.abort();
    expect(await ended).toEqual({ why: 'stopped' });
  });

  it('gives the terminal back when a view throws', async () => {
    begin(80, 24);
    await shown();
    source.views[0].lines = () => {
      throw new Error('broken view');
    };
    terminal.type('j');
    expect(await ended).toMatchObject({ message: 'broken view' });
  });

  it('paints no colour without colours', async () => {
    begin(120, 36, { theme: 'mono' });
    await typed('?');
    await typed('\u001b');
    await typed(' /x');

    const codes = Array.from(terminal.screen.sent.matchAll(/\u001b\[([0-9;]*)m/g), (match) =>
      match[1].split(';'),
    ).flat();
    expect(new Set(codes)).toEqual(new Set(['0', '1', '2', '7']));
  });

  it('lets nothing through that controls the terminal', async () => {
    source.headerNow = { ...source.headerNow, command: 'evil\u001b[2J\u0007\u001b]0;title\u0007name' };
    begin(120, 36);
    await shown();

    expect(terminal.screen.sent).not.toMatch(/\u0007|\u001b\]0/);
    expect((await shown()).split('\n')[2]).toContain('[1 demo]');
  });
});
