import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XtermScreen } from '../../test/tty/xterm-screen.js';
import { XtermTerminal } from '../../test/tty/xterm-terminal.js';
import { changedPart } from './line-diff.js';
import { Screen } from './screen.js';
import { sliceColumns } from './sgr.js';
import { theme } from './theme.js';

const { paint } = theme('dark');
const WIDTH = 16;
const piece = fc.tuple(
  fc.constantFrom('plain', 'alarm', 'selected', 'good'),
  fc.string({ unit: fc.constantFrom('a', 'b', '█', ' '), maxLength: 6 }),
);
const wide = fc.constantFrom('日本', 'e\u0301', 'x');
const line = fc
  .tuple(fc.array(piece, { maxLength: 5 }), fc.option(wide, { freq: 6 }))
  .map(([pieces, odd]) =>
    sliceColumns(pieces.map(([mark, text]) => paint(mark as 'plain', text)).join('') + (odd ?? ''), 0, WIDTH),
  );

/** Every cell with its looks. */
function cells(screen: XtermScreen): string[] {
  const out: string[] = [];
  for (let y = 0; y < screen.terminal.rows; y++) {
    for (let x = 0; x < screen.terminal.cols; x++) {
      const cell = screen.terminal.buffer.active.getLine(y)?.getCell(x);
      out.push(`${cell?.getChars() || ' '}/${cell?.getFgColor()}/${cell?.isInverse()}/${cell?.isBold()}`);
    }
  }
  return out;
}

describe('screen', () => {
  it('looks the same painted by difference as painted anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        async (frames) => {
          const painted = new XtermTerminal(WIDTH, 4);
          const screen = new Screen(painted);
          screen.enter();
          for (const frame of frames) {
            await painted.settled();
            expect(screen.present(frame)).toBe(true);
          }
          const anew = new XtermTerminal(WIDTH, 4);
          const other = new Screen(anew);
          other.enter();
          await anew.settled();
          other.present(frames.at(-1)!);
          await Promise.all([painted.settled(), anew.settled()]);
          expect(cells(painted.screen)).toEqual(cells(anew.screen));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('sends only what differs', () => {
    expect(changedPart('  12 calls  render', '  13 calls  render')).toEqual({ column: 3, text: '3' });
    const before = `> ${paint('good', '██ ')} reprice`;
    expect(changedPart(before, `> ${paint('good', '███')} reprice`)).toEqual({ column: 2, text: paint('good', '███') });
    expect(changedPart(before, `> ${paint('warn', '██ ')} reprice`)).toEqual({ column: 2, text: paint('warn', '██ ') });
    expect(changedPart('abc', 'abd')).toEqual({ column: 2, text: 'd' });
  });

  it('writes once for a frame, inside the marks of a synchronized update, and nothing for the same frame', async () => {
    const terminal = new XtermTerminal(20, 5);
    const screen = new Screen(terminal);
    screen.enter();
    await terminal.settled();
    terminal.screen.sent = '';
    screen.present(['one'.padEnd(20), 'two'.padEnd(20)]);
    expect(terminal.writes).toBe(2);
    expect(terminal.screen.sent).toMatch(/^\u001b\[\?2026h.*\u001b\[\?2026l$/s);
    await terminal.settled();
    screen.present(['one'.padEnd(20), 'two'.padEnd(20)]);
    expect(terminal.writes).toBe(2);
    screen.leave();
  });

  it('is left once, whoever asks how often', async () => {
    const terminal = new XtermTerminal(20, 5);
    const screen = new Screen(terminal);
    screen.leave();
    expect(terminal.screen.sent).toBe('');
    screen.enter();
    expect(terminal.raw).toBe(true);
    screen.leave();
    const { sent } = terminal.screen;
    screen.leave();
    expect(terminal.screen.sent).toBe(sent);
    expect(screen.present(['x'])).toBe(false);
    await terminal.settled();
    expect(terminal.raw).toBe(false);
    expect(terminal.screen.alternate()).toBe(false);
    for (const mode of ['?25h', '?7h', '?2004l', '?2026l']) expect(sent).toContain(`\u001b[${mode}`);
  });
});
