import type { Viewport } from '../view.js';
import type { TopState } from './state.js';

/** How the view divides its rectangle, in lines; their sum is its height. */
export interface TopLayout {
  /** Heading included. */
  readonly table: number;
  /** The rule above it included; 0 where there is no room or none is wanted. */
  readonly pane: number;
  /** A line about the row under the cursor. */
  readonly hint: boolean;
}

/** From this width on the pane has two columns. */
export const WIDE = 100;

export function topLayout({ width, height }: Pick<Viewport, 'width' | 'height'>, state: TopState): TopLayout {
  if (state.detail !== 'pane') return { table: height, pane: 0, hint: false };
  const wanted = width >= WIDE ? 8 : 9;
  if (height >= wanted + 8) return { table: height - wanted, pane: wanted, hint: false };
  return height >= 5 ? { table: height - 1, pane: 0, hint: true } : { table: height, pane: 0, hint: false };
}
