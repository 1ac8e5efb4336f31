import { describe, expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.js';
import type { Viewport } from '../../src/views/view.js';
import { expectGolden } from './golden.js';
import { hostileTop, shopTop, silentTop, type TopRun, wideTop } from './top-programs.js';

const screen = (width: number, height: number, ascii = false): Viewport => ({ width, height, ascii, paint: (_mark, text) => text });

/** The view as it would stand on the screen, with what it says to the chrome in the first and last line. */
function shown({ opened, stream }: TopRun, commands: readonly string[], viewport: Viewport, filter = ''): string {
  const { slot } = opened;
  if (filter !== '') slot.filter(filter);
  for (const command of commands) slot.command(command, viewport, stream.now);
  const lines = slot.lines(viewport, stream.now);
  expect(lines).toHaveLength(viewport.height);
  for (const line of lines) expect(textWidth(line), line).toBe(viewport.width);
  const { context, message } = slot.chrome(viewport, stream.now);
  return [`[${context}]`, ...lines, `[${message}]`, ''].join('\n');
}

const times = (count: number, command: string): string[] => Array.from({ length: count }, () => command);

describe('golden screens of top', () => {
  for (const [width, height] of [[120, 36], [80, 24], [60, 12], [200, 60]] as const) {
    for (const ascii of [false, true]) {
      const name = (what: string): string => `top-${what}-${width}x${height}${ascii ? '-ascii' : ''}.txt`;
      const viewport = screen(width, height, ascii);
      it(name('shop'), () => expectGolden(name('shop'), shown(shopTop(), times(2, 'down'), viewport)));
      it(name('hostile'), () => expectGolden(name('hostile'), shown(hostileTop(), times(3, 'down'), viewport)));
    }
  }
  const wide = screen(120, 36);
  const narrow = screen(80, 24);
  it('a young trace, an empty one, one in which nothing passes', () => {
    expectGolden('top-young-120x36.txt', shown(shopTop({}, 3), [], wide));
    expectGolden('top-silent-80x24.txt', shown(silentTop(), [], narrow));
    expectGolden('top-nothing-80x24.txt', shown(shopTop(), [], narrow, 'no such function'));
  });
  it('details, windows, threads, sums without times', () => {
    expectGolden('top-details-120x36.txt', shown(shopTop(), ['down', 'down', 'down', 'enter'], wide));
    expectGolden('top-details-80x24.txt', shown(shopTop(), ['down', 'down', 'down', 'enter', 'window'], narrow));
    expectGolden('top-since-attach-120x36.txt', shown(shopTop(), ['window', 'window', 'sort', 'sort', 'detail-pane'], wide));
    expectGolden('top-thread-120x36.txt', shown(shopTop(), ['pick-thread:41831'], wide));
    expectGolden('top-filter-80x24.txt', shown(shopTop(), ['window'], narrow, 'mod:jinja2'));
    expectGolden('top-counts-120x36.txt', shown(shopTop({ counts: true }), ['down'], wide));
  });
  it('five thousand functions', () => {
    expectGolden('top-wide-120x36.txt', shown(wideTop(), [...times(40, 'page-down'), ...times(3, 'down')], wide));
  });
});
