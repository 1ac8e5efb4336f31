import { textWidth } from '../text/width.js';
import type { KeyHelp } from '../views/view.js';
import type { RowStyle } from './row.js';

const GAP = 2;

/** One row naming keys: as many as there is room for, the most important kept, in the order given. */
export function keyLine(keys: readonly KeyHelp[], style: RowStyle): string {
  const room = style.width - 2;
  let kept = keys.filter((key) => key.priority !== undefined);
  const width = () => kept.reduce((sum, key) => sum + widthOf(key, style.ascii) + GAP, -GAP);
  while (kept.length > 0 && width() > room) {
    const worst = kept.reduce((worst, key) => (key.priority! >= worst.priority! ? key : worst));
    kept = kept.filter((key) => key !== worst);
  }
  const columns = Math.max(0, width());
  const text = kept
    .map((key) => `${style.paint('bold', shownKeys(key.keys, style.ascii))} ${key.short}`)
    .join(' '.repeat(GAP));
  return ` ${text}${' '.repeat(Math.max(0, room - columns))} `;
}

function widthOf(key: KeyHelp, ascii: boolean): number {
  return textWidth(shownKeys(key.keys, ascii)) + 1 + textWidth(key.short);
}

const WORDS: Record<string, string> = { '←': 'Left', '→': 'Right', '↑': 'Up', '↓': 'Down', '↵': 'Enter' };

/** Keys as they can be shown: arrows become words where there is only ASCII. */
export function shownKeys(keys: string, ascii: boolean): string {
  if (!ascii) return keys;
  return keys.replace(/[←→↑↓]{2,}/g, (arrows) => [...arrows].join('/')).replace(/[←→↑↓↵]/g, (arrow) => WORDS[arrow]);
}
