import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelledApp } from '../../test/tty/modelled-app.js';

let app: ModelledApp;
const begin = (...args: Parameters<ModelledApp['begin']>) => app.begin(...args);
const shown = () => app.shown();
const typed = (keys: string) => app.typed(keys);

beforeEach(() => void (app = new ModelledApp()));

afterEach(async () => {
  await app.finish();
  const { terminal } = app;
  expect(terminal.raw).toBe(false);
  expect(terminal.listening).toBe(false);
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
    const { writes } = app.terminal;
    app.terminal.type('jjj');
    expect(app.terminal.writes).toBe(writes + 1);
    expect(await shown()).toContain('row 4');
  });

  it('draws only when there is something new', async () => {
    begin(120, 36);
    await shown();
    app.clock.pass(1000);
    await shown();
    const { writes } = app.terminal;
    app.clock.pass(1000);
    expect(app.terminal.writes).toBe(writes);
    app.source.step();
    app.clock.pass(300);
    expect(app.terminal.writes).toBe(writes + 1);
  });

  it('draws no oftener than told', async () => {
    begin(120, 36, { fps: 10 });
    await shown();
    const { writes } = app.terminal;
    for (let at = 0; at < 200; at++) {
      app.source.step();
      app.clock.pass(5);
      await shown();
    }
    expect(app.terminal.writes - writes).toBeGreaterThanOrEqual(9);
    expect(app.terminal.writes - writes).toBeLessThanOrEqual(11);
  });

  it('holds the picture while frozen, and lets it be sorted', async () => {
    begin(120, 36);
    const rows = (text: string) => text.split('\n').slice(5, 30);
    const before = rows(await typed(' '));
    for (let at = 0; at < 30; at++) app.source.step();
    app.clock.pass(12_000);
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
      app.terminal.resize(columns, rows);
      const lines = (await shown()).split('\n');
      expect(lines[rows - 2], `${columns}x${rows}`).toContain('q quit');
      expect(lines[0]).toContain('LIVE');
    }
    app.terminal.resize(40, 8);
    expect(await shown()).toContain('60x12 at least, this is 40x8');
    app.terminal.type('?');
    app.terminal.type('q');
    app.clock.pass(400);
    expect(await app.ended).toEqual({ why: 'quit' });
  });

  it('skips frames while the terminal does not take them, and then shows the newest', async () => {
    begin(120, 36);
    await shown();
    app.terminal.stopped = true;
    app.source.step();
    app.clock.pass(300);
    const { writes } = app.terminal;
    for (let at = 0; at < 50; at++) app.terminal.type('j');
    expect(app.terminal.writes).toBe(writes);
    app.terminal.go();
    expect(await shown()).toContain('row 51');
  });

  it('ends when its terminal is lost, and writes nothing more', async () => {
    begin(80, 24);
    await shown();
    const { writes } = app.terminal;
    app.terminal.lose();
    app.clock.pass(1000);
    expect(await app.ended).toEqual({ why: 'lost-terminal', how: 'EIO' });
    expect(app.terminal.writes).toBe(writes);
    // What the test looks at after each: a terminal that is gone keeps what it had.
    app.terminal.screen.write('\u001b[?1049l');
    app.terminal.raw = false;
  });

  it('says the tip of a view for a while, until something else is to be said', async () => {
    Object.assign(app.source.views[0], { tip: 'To find here: reprice' });
    begin(80, 24);
    expect(await shown()).toContain('To find here: reprice');
    app.clock.pass(30_000);
    app.source.step();
    app.clock.pass(300);
    expect(await shown()).not.toContain('To find here');
  });

  it('takes an arrow in two pieces for an arrow, also at a prompt', async () => {
    begin(80, 24);
    await typed('/Money');
    app.terminal.type('\u001b');
    app.clock.pass(80);
    expect(await typed('[B')).toMatch(/filter Money.*Enter keeps/);
    await typed('\r');
    app.terminal.type('\u001b');
    app.clock.pass(80);
    expect(await typed('[B')).toMatch(/row 2\n/);
  });

  it('answers a lone Escape in time', async () => {
    begin(80, 24);
    await typed('?');
    app.terminal.type('\u001b');
    app.clock.pass(190);
    expect(await shown()).toContain('EVERYWHERE');
    app.clock.pass(10);
    expect(await shown()).not.toContain('EVERYWHERE');
  });

  it('hears keys again a second after a paste or an answer that does not end', async () => {
    begin(80, 24);
    for (const begun of ['\u001b[200~hello', '\u001b]11;rgb:', '\u001b[M']) {
      await typed(begun);
      app.clock.pass(1000);
      expect(await typed('?'), JSON.stringify(begun)).toContain('EVERYWHERE');
      await typed('?');
    }
  });

  it('ends on a Ctrl-C in the middle of a paste that does not end', async () => {
    begin(80, 24);
    await typed('\u001b[200~hello');
    await typed('\u0003');
    expect(await app.ended).toEqual({ why: 'quit' });
  });

  it('ends when told to', async () => {
    const stop = new AbortController();
    begin(80, 24, { stop: stop.signal });
    await shown();
    stop.abort();
    expect(await app.ended).toEqual({ why: 'stopped' });
  });

  it('gives the terminal back when a view throws', async () => {
    begin(80, 24);
    await shown();
    app.source.views[0].lines = () => {
      throw new Error('broken view');
    };
    app.terminal.type('j');
    expect(await app.ended).toMatchObject({ message: 'broken view' });
  });

  it('paints no colour without colours', async () => {
    begin(120, 36, { theme: 'mono' });
    await typed('?');
    await typed('\u001b');
    await typed(' /x');

    const codes = Array.from(app.terminal.screen.sent.matchAll(/\u001b\[([0-9;]*)m/g), (match) =>
      match[1].split(';'),
    ).flat();
    expect(new Set(codes)).toEqual(new Set(['0', '1', '2', '7']));
  });

  it('lets nothing through that controls the terminal', async () => {
    app.source.headerNow = { ...app.source.headerNow, command: 'evil\u001b[2J\u0007\u001b]0;title\u0007name' };
    begin(120, 36);
    await shown();

    expect(app.terminal.screen.sent).not.toMatch(/\u0007|\u001b\]0/);
    expect((await shown()).split('\n')[2]).toContain('[1 demo]');
  });
});
