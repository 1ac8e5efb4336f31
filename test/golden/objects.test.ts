import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.js';
import type { TraceOptions } from '../../src/views/trace-view.js';
import type { Viewport } from '../../src/views/view.js';
import { ObjectsStream, opened } from '../fakes/objects-stream.js';
import { expectGolden } from './golden.js';
import { hostile, partial, probed, shop } from './objects-programs.js';

const screen = (width: number, height: number, ascii = false): Viewport => ({ width, height, ascii, paint: (_mark, text) => text });

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

const options: TraceOptions = { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own: {} };

/** The view as it would stand on the screen, with what it says to the chrome in the first and last line. */
function shown(stream: ObjectsStream, commands: readonly string[], viewport: Viewport, filter = ''): string {
  const { slot } = opened(stream, { options, marks: [{ name: 'm1', at: 90e9 }] });
  const now = slot.now();
  if (filter !== '') slot.filter(filter);
  for (const command of commands) slot.command(command, viewport, now);
  const lines = slot.lines(viewport, now);
  expect(lines).toHaveLength(viewport.height);
  for (const line of lines) expect(textWidth(line), line).toBe(viewport.width);
  const { context, message } = slot.chrome(viewport, now);
  expect(textWidth(message)).toBeLessThanOrEqual(viewport.width);
  return [`[${context}]`, ...lines, `[${message}]`, ''].join('\n');
}

describe('golden screens of objects', () => {
  for (const [width, height] of SIZES) {
    for (const ascii of [false, true]) {
      const name = (what: string): string => `objects-${what}-${width}x${height}${ascii ? '-ascii' : ''}.txt`;
      const viewport = screen(width, height, ascii);
      it(name('shop'), () => expectGolden(name('shop'), shown(shop(), [], viewport)));
      it(name('hostile'), () => expectGolden(name('hostile'), shown(hostile(), ['down'], viewport)));
    }
  }
  const wide = screen(120, 36);
  const narrow = screen(80, 24);
  it('windows, order, builtins, filter, details', () => {
    expectGolden('objects-window-120x36.txt', shown(shop(), ['window', 'down', 'down'], wide));
    expectGolden('objects-builtins-120x36.txt', shown(shop(), ['builtins', 'sort', 'reverse'], wide));
    expectGolden('objects-filter-80x24.txt', shown(shop(), [], narrow, 'mod:shop.c'));
    expectGolden('objects-no-match-80x24.txt', shown(shop(), [], narrow, 'nothing'));
    expectGolden('objects-details-120x36.txt', shown(shop(), ['enter'], wide));
    expectGolden('objects-details-80x24.txt', shown(shop(), ['enter'], narrow));
  });
  it('partial counts', () => {
    expectGolden('objects-partial-120x36.txt', shown(partial(), [], wide));
    expectGolden('objects-partial-80x24.txt', shown(partial(), ['down'], narrow));
  });
  it('instance probes', () => {
    expectGolden('objects-probes-120x36.txt', shown(probed(), [], wide));
    expectGolden('objects-probes-80x24.txt', shown(probed(), ['enter'], narrow));
  });
  it('nothing yet', () => {
    expectGolden('objects-empty-80x24.txt', shown(new ObjectsStream().arm(), [], narrow));
  });
});
