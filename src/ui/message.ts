import { sanitize } from '../text/printable.js';
import { cut, cutStart, fit, textWidth } from '../text/width.js';
import type { RowStyle } from './row.js';

/** What the message line says: the view's own words, an answer to a command, or a prompt that is being typed at. */
export type Message =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'prompt'; readonly label: string; readonly text: string; readonly hint: string };

/** The row above the key line. */
export function messageLine(message: Message, style: RowStyle): string {
  const room = Math.max(0, style.width - 2);
  if (message.kind !== 'prompt') {
    const mark = message.kind === 'answer' ? 'bold' : 'dim';
    return ` ${style.paint(mark, fit(message.text, room, 'left', style.ascii))} `;
  }
  const label = cut(`${message.label} `, room, style.ascii);
  // The end that is being typed at stays in sight, with a cursor after it.
  const typed = cutStart(sanitize(message.text), Math.max(0, room - textWidth(label) - 1), style.ascii);
  const left = room - textWidth(label) - textWidth(typed) - 1;
  const hint = textWidth(message.hint) + 2 <= left ? message.hint : '';
  const gap = ' '.repeat(Math.max(0, left - textWidth(hint)));
  const cursor = left >= 0 ? style.paint('selected', ' ') : '';
  return ` ${style.paint('bold', label)}${typed}${cursor}${gap}${style.paint('dim', hint)} `;
}
