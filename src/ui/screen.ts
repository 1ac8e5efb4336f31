import { changedPart } from './line-diff.js';
import { safeLine } from './sgr.js';
import type { Clock } from './clock.js';
import type { Terminal } from './terminal.js';

// Alternate screen, no cursor, no wrapping (a line thought one column too short must not scroll), pastes bracketed.
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[0m\u001b[2J';
/** Gives a terminal back; also ends a synchronized update that may have been cut off in the middle. */
export const LEAVE = '\u001b[?2026l\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
const SYNC = '\u001b[?2026h';
const UNSYNC = '\u001b[?2026l';
// ASCII, Latin, what views draw with, and SGR: lines whose width terminals agree about.
const SURE = /^(?:[ -~\u00a0-\u02ff\u2010-\u2027\u203a\u2190-\u2193\u2500-\u25fc\u275a]|\u001b\[[0-9;:]*m)*$/;

/** How long the last frame has to go out before the terminal is given back all the same. */
const SETTLE_MS = 300;

/**
 * The terminal while pytrace has it: entered and left as a whole, painted by difference. One write a frame; while the
 * last one is still on its way, frames are skipped, never queued, so a slow line costs frames and no memory.
 */
export class Screen {
  /** Called when the terminal can take a frame again after one was skipped. */
  onDrained: (() => void) | undefined;
  frames = 0;
  skipped = 0;
  bytes = 0;
  private shown: (string | undefined)[] = [];
  private columns = 0;
  private entered = false;
  private writing = false;
  private missed = false;

  constructor(private readonly terminal: Terminal) {}

  get width(): number {
    return this.terminal.columns;
  }

  get height(): number {
    return this.terminal.rows;
  }

  get active(): boolean {
    return this.entered;
  }

  enter(): void {
    if (this.entered) return;
    this.entered = true;
    this.invalidate();
    this.terminal.setRaw(true);
    this.send(ENTER);
  }

  /** Gives the terminal back as it was. Safe at any moment, more than once, and inside an exit handler. */
  leave(): void {
    if (!this.entered) return;
    this.entered = false;
    this.terminal.writeNow(LEAVE);
    this.terminal.setRaw(false);
  }

  /** The terminal is gone, or someone else's by now: nothing is undone on it. */
  forget(): void {
    this.entered = false;
    this.writing = false;
  }

  /** As `leave`, once the frame on its way has gone out, or has had its time. */
  async leaveSettled(clock: Clock): Promise<void> {
    if (!this.entered) return;
    const until = clock.now() + SETTLE_MS;
    while (this.writing && clock.now() < until) await new Promise<void>((resolve) => clock.after(10, resolve));
    this.leave();
  }

  /** What stands on the terminal is no longer known: the next frame is painted whole. */
  invalidate(): void {
    this.shown = [];
  }

  /** Shows the lines, each as wide as the terminal. False when the terminal has not taken the last frame yet. */
  present(lines: readonly string[]): boolean {
    if (!this.entered) return false;
    if (this.writing) {
      this.missed = true;
      this.skipped++;
      return false;
    }
    if (this.columns !== this.terminal.columns) {
      this.columns = this.terminal.columns;
      this.invalidate();
    }
    const rows = Math.min(lines.length, this.terminal.rows);
    let out = this.shown.length > rows || this.shown.length === 0 ? '\u001b[0m\u001b[2J' : '';
    if (out !== '') this.shown = [];
    for (let row = 0; row < rows; row++) {
      const line = lines[row];
      if (line === this.shown[row]) continue;
      const before = this.shown[row];
      this.shown[row] = line;
      const safe = safeLine(line);
      if (before !== undefined && SURE.test(before) && SURE.test(safe)) {
        const part = changedPart(before, safe);
        out += `\u001b[${row + 1};${part.column + 1}H${part.text}`;
      } else {
        // Where terminals may disagree about widths, what stood there is erased first.
        out += `\u001b[${row + 1};1H${SURE.test(safe) && before === undefined ? '' : '\u001b[2K'}${safe}`;
      }
      if (safe.includes('\u001b')) out += '\u001b[0m';
    }
    if (out === '') return true;
    this.frames++;
    this.send(SYNC + out + UNSYNC);
    return true;
  }

  /** A sequence for the terminal itself, such as the clipboard. */
  emit(sequence: string): void {
    if (this.entered) this.terminal.write(sequence, () => undefined);
  }

  private send(data: string): void {
    this.bytes += data.length;
    this.writing = true;
    this.terminal.write(data, () => {
      this.writing = false;
      if (!this.missed) return;
      this.missed = false;
      this.onDrained?.();
    });
  }
}
