import { textWidth } from '../text/width.js';
import { glyphsFor } from './glyphs.js';
import type { Viewport } from './view.js';

/** Part of a message: its wording, and shorter ones where there is less room. */
export type MessagePart = readonly string[];

/** A message line of its parts, most important first: what does not fit is left out. */
export function messageLine(
  parts: readonly MessagePart[],
  { width, ascii }: Pick<Viewport, 'width' | 'ascii'>,
): string {
  const between = `  ${glyphsFor(ascii).dot}  `;
  let text = '';
  for (const wordings of parts) {
    for (const wording of wordings) {
      const longer = text === '' ? wording : text + between + wording;
      if (textWidth(longer) > width - 2) continue;
      text = longer;
      break;
    }
  }
  return text;
}
