import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DemoSource } from '../../test/tty/demo-source.js';
import { FakeClock } from '../../test/tty/fake-clock.js';
import { AppState } from './app-state.js';
import { InkChrome } from './ink-chrome.js';
import { Painter } from './painter.js';
import { lineWidth } from './sgr.js';
import { theme } from './theme.js';

const nothing = () => undefined;

function drawing() {
  const source = new DemoSource();
  const clock = new FakeClock();
  const { paint } = theme('dark');
  const effects = { quit: nothing, suspend: nothing, redraw: nothing, changed: nothing, copy: () => true };
  const state = new AppState(source, clock, effects, { width: 200, height: 50, ascii: false, paint });
  const chrome = new InkChrome();
  return { source, clock, state, chrome, painter: new Painter(state, chrome, clock, paint, false) };
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

describe('painter', () => {
  it('asks Ink only when the layout changes, so that nothing grows with the number of frames', () => {
    const { source, clock, state, chrome, painter } = drawing();
    const frames = (count: number) => {
      for (let at = 0; at < count; at++) {
        source.step();
        clock.pass(100);
        if (at % 50 === 0) state.say(`answer ${at}`);
        if (at % 97 === 0) state.command('freeze');
        painter.frame(200, 60, true);
      }
    };
    frames(300);
    const before = heapUsed();
    const { renders } = chrome;
    frames(2000);
    expect(chrome.renders).toBe(renders);
    // Ink's own caches would have kept some 25 kB of each frame: 50 MB.
    expect(heapUsed() - before).toBeLessThan(3e6);
    chrome.close();
  });

  it('opens the same panel any number of times with one layout', () => {
    const { state, chrome, painter } = drawing();
    for (let at = 0; at < 50; at++) {
      state.command('help');
      painter.frame(120, 36, true);
      for (const char of 'freeze') state.key({ name: char, text: char });
      painter.frame(120, 36, true);
      state.key({ name: 'escape' });
      painter.frame(120, 36, true);
    }
    expect(chrome.renders).toBe(2);
    chrome.close();
  });

  it('keeps a bounded number of layouts', () => {
    const { state, chrome, painter } = drawing();
    for (let at = 0; at < 60; at++) painter.frame(80 + (at % 30), 24, true);
    expect(chrome.keptFrames).toBeLessThanOrEqual(16);
    state.dirty = true;
    chrome.close();
  });

  it('makes frames of exactly the size of the terminal, less its last row', () => {
    const { source, state, chrome, painter } = drawing();
    for (const [columns, rows] of [
      [60, 12],
      [80, 24],
      [120, 36],
      [200, 60],
      [20, 5],
      [3, 2],
    ] as const) {
      for (const command of ['help', 'pick-thread', 'diagnostics', 'filter', 'next-view', 'next-view']) {
        source.step();
        state.command(command);
        const frame = painter.frame(columns, rows, true);
        expect(frame).toHaveLength(rows - 1);
        for (const line of frame) expect(lineWidth(line), `${command} at ${columns}x${rows}`).toBe(columns);
        if (state.overlay || state.prompt) state.key({ name: 'escape' });
      }
    }
    chrome.close();
  });
});
