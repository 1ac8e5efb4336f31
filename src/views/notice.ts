import { cut, fit, textWidth } from '../text/width.js';
import { plain } from '../text/plain.js';
import type { Viewport } from './view.js';

/** One sentence in the middle of the view, in as many lines as it needs. */
export function notice(text: string, { width, height, ascii, paint }: Viewport): string[] {
  const blank = ' '.repeat(width);
  const words = wrapped(plain(text, ascii), Math.max(1, Math.min(72, width - 4)), ascii).slice(0, height);
  const lines = words.map((line) => paint('plain', fit(line, width, 'center', ascii)));
  const above = Math.max(0, Math.floor((height - lines.length) * 0.4));
  const shown = [...Array.from({ length: above }, () => blank), ...lines];
  while (shown.length < height) shown.push(blank);
  return shown.slice(0, height);
}

/** Lines of at most `columns`, broken at blanks where there are any. */
export function wrapped(text: string, columns: number, ascii: boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one) => cut(one, columns, ascii));
}
