import { cutMiddle, textWidth } from '../views/text.js';
import type { Mark } from '../views/view.js';
import type { Paint } from './theme.js';

/** A piece of one row: dropped whole where there is no room, the greatest priority first. */
export interface Part {
  readonly text: string;
  readonly mark?: Mark;
  /** Smaller stays longer; 0 is never dropped. */
  readonly priority: number;
  /** May be cut in its middle down to this many columns before anything is dropped. */
  readonly shrinksTo?: number;
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
  const room = style.width - 2;
  let kept = [...left, ...right].filter((part) => part.text !== '');
  const total = () => needed(left, kept) + needed(right, kept);
  const least = () => total() - kept.reduce((sum, part) => sum + shrinkable(part), 0);
  while (least() > room) {
    const worst = kept.reduce((worst, part) => (part.priority > worst.priority ? part : worst));
    if (worst.priority === 0) break;
    kept = kept.filter((part) => part !== worst);
  }
  let over = Math.max(0, total() - room);
  const draw = (parts: readonly Part[]) => {
    let out = '';
    let columns = 0;
    for (const part of parts) {
      if (!kept.includes(part)) continue;
      const gap = columns > 0 ? (part.gap ?? GAP) : 0;
      const less = Math.min(over, shrinkable(part));
      over -= less;
      const text = less > 0 ? cutMiddle(part.text, textWidth(part.text) - less, style.ascii) : part.text;
      out += ' '.repeat(gap) + style.paint(part.mark ?? 'plain', text);
      columns += gap + textWidth(text);
    }
    return { out, columns };
  };
  const first = draw(left);
  const second = draw(right);
  return ` ${first.out}${' '.repeat(Math.max(0, room - first.columns - second.columns))}${second.out} `;
}

/** Columns of these parts, and one gap to what stands at the other side. */
function needed(parts: readonly Part[], kept: readonly Part[]): number {
  let columns = 0;
  for (const part of parts) {
    if (kept.includes(part)) columns += textWidth(part.text) + (columns > 0 ? (part.gap ?? GAP) : 0);
  }
  return columns > 0 ? columns + 1 : 0;
}

function shrinkable(part: Part): number {
  return part.shrinksTo === undefined ? 0 : Math.max(0, textWidth(part.text) - part.shrinksTo);
}
