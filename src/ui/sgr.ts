import { UNPRINTABLE } from '../text/printable.js';
import { takeEnd, takeStart, textWidth } from '../text/width.js';

/** Everything that is unprintable, but an ESC that begins an SGR. */
const UNSAFE = new RegExp(`\\u001b(?!\\[[0-9;:]*m)|(?!\\u001b)[${UNPRINTABLE}]`, 'gu');
const SGR = /\u001b\[[0-9;:]*m/g;
const RESET = '\u001b[0m';

/** Only what prints, and SGR. Names are made clean where they enter; this is the last door before the terminal. */
export function safeLine(line: string): string {
  return line.replace(UNSAFE, '?');
}

/** The line without its colours. */
export function plainText(line: string): string {
  return line.includes('\u001b') ? line.replace(SGR, '') : line;
}

/** How many columns a painted line has. */
export function lineWidth(line: string): number {
  return textWidth(plainText(line));
}

/**
 * Columns `from` up to `to` of a painted line, exactly that wide and with the colours that it has there. A wide
 * character cut in two leaves a space.
 */
export function sliceColumns(line: string, from: number, to: number): string {
  if (to <= from) return '';
  let out = '';
  let style = '';
  let column = 0;
  let shown = 0;
  let at = 0;
  while (at < line.length && column < to) {
    if (line[at] === '\u001b') {
      const end = line.indexOf('m', at) + 1 || line.length;
      const code = line.slice(at, end);
      style = code === RESET || code === '\u001b[m' ? '' : style + code;
      if (shown > 0) out += code;
      at = end;
      continue;
    }
    let end = line.indexOf('\u001b', at);
    if (end < 0) end = line.length;
    let piece = line.slice(at, end);
    let width = textWidth(piece);
    if (column + width > from) {
      if (column < from) {
        const kept = takeEnd(piece, column + width - from);
        width = column + width - from;
        piece = ' '.repeat(width - textWidth(kept)) + kept;
        column = from;
      }
      if (column + width > to) {
        piece = takeStart(piece, to - column);
        piece += ' '.repeat(to - column - textWidth(piece));
        width = to - column;
      }
      if (shown === 0) out += style;
      out += piece;
      shown += width;
    }
    column += width;
    at = end;
  }
  if (out.includes('\u001b')) out += RESET;
  return out + ' '.repeat(to - from - shown);
}
