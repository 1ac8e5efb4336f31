import { cutMiddle, fit, textWidth } from '../text/width.js';
import type { Mark } from '../views/view.js';
import { plainText } from './sgr.js';
import type { Paint } from './theme.js';

/** A piece of one row. Where there is no room, parts are dropped whole, the greatest priority first. */
export interface Part {
  readonly text: string;
  readonly mark?: Mark;
  /** Smaller stays longer; 0 is never dropped. */
  readonly priority: number;
  /** Its middle may be cut out, down to this many columns, and this before anything of a smaller priority is dropped. */
  readonly shrinks?: { readonly to: number; readonly priority: number };
  /** Columns between it and the part before it. */
  readonly gap?: number;
}

export interface RowStyle {
  readonly width: number;
  readonly paint: Paint;
  readonly ascii: boolean;
}

const GAP = 2;

/** One row of exactly `width` columns: parts from the left, parts up to the right edge, and room between them. */
export function row(left: readonly Part[], right: readonly Part[], style: RowStyle): string {
  const room = Math.max(0, style.width - 2);
  const texts = new Map<Part, string>();
  for (const part of [...left, ...right]) if (part.text !== '') texts.set(part, part.text);
  for (const [, give] of concessions(texts, style.ascii)) {
    const over = needed(left, texts) + needed(right, texts) - room;
    if (over <= 0) break;
    give(over);
  }
  const first = drawn(left, texts, style);
  const second = drawn(right, texts, style);
  const columns = needed(left, texts) + needed(right, texts);
  if (columns > room) return fit(` ${plainText(first + ' ' + second)}`, style.width, 'left', style.ascii);
  const between = room - width(left, texts) - width(right, texts);
  return ` ${first}${' '.repeat(between)}${second} `;
}

/** What can be done for more room, the least of a loss first. */
function concessions(texts: Map<Part, string>, ascii: boolean): [number, (over: number) => void][] {
  const all: [number, (over: number) => void][] = [];
  for (const part of texts.keys()) {
    const { shrinks } = part;
    if (shrinks) {
      all.push([
        shrinks.priority,
        (over) => texts.set(part, cutMiddle(part.text, Math.max(shrinks.to, textWidth(part.text) - over), ascii)),
      ]);
    }
    if (part.priority > 0) all.push([part.priority, () => texts.delete(part)]);
  }
  return all.sort((a, b) => b[0] - a[0]);
}

function drawn(parts: readonly Part[], texts: ReadonlyMap<Part, string>, style: RowStyle): string {
  let out = '';
  for (const part of parts) {
    const text = texts.get(part);
    if (text === undefined) continue;
    out += (out === '' ? '' : ' '.repeat(part.gap ?? GAP)) + style.paint(part.mark ?? 'plain', text);
  }
  return out;
}

function width(parts: readonly Part[], texts: ReadonlyMap<Part, string>): number {
  let columns = 0;
  for (const part of parts) {
    const text = texts.get(part);
    if (text !== undefined) columns += textWidth(text) + (columns > 0 ? (part.gap ?? GAP) : 0);
  }
  return columns;
}

/** As `width`, with one column to what stands at the other side. */
function needed(parts: readonly Part[], texts: ReadonlyMap<Part, string>): number {
  const columns = width(parts, texts);
  return columns > 0 ? columns + 1 : 0;
}
