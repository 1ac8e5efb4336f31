import type { Viewport } from '../view.js';
import type { GcState } from './state.js';

/** From this width on the curve of the worst pauses stands beside the histogram. */
const BESIDE_FROM = 76;
const GUTTER = 3;
/** Below this the histogram and the list do not both fit under the table. */
const BOTH_FROM = 13;
const MOST_PANEL = 16;
const DETAIL = 5;

/** How the view `gc` divides its rectangle, from top to bottom. All in columns and lines, rules included. */
export interface GcLayout {
  readonly table: number;
  /** Histogram or heat map. */
  readonly panel: number;
  readonly list: number;
  /** The stack of the row under the cursor. */
  readonly detail: number;
  /** A rule with a title above each part. */
  readonly rules: boolean;
  /** Columns of the histogram; the rest is the curve's. */
  readonly histogramWidth: number;
  readonly curveWidth: number;
}

/** `rows`: lines of the table by generation, its heading included. */
export function gcLayout(
  { width, height }: Pick<Viewport, 'width' | 'height'>,
  state: GcState,
  rows: number,
): GcLayout {
  const table = Math.min(rows, height);
  const rest = height - table;
  const curveWidth =
    width >= BESIDE_FROM ? Math.min(72, Math.floor((width - GUTTER) * (width < 100 ? 0.36 : 0.42))) : 0;
  const histogramWidth = curveWidth > 0 ? width - GUTTER - curveWidth : width;
  const sides = { histogramWidth, curveWidth };
  const rules = rest >= 6;
  const full = state.table.detail === 'full';
  if (full) return { table, panel: 0, list: 0, detail: rest, rules, ...sides };
  if (state.mode !== 'list' && rest < BOTH_FROM) return { table, panel: rest, list: 0, detail: 0, rules, ...sides };
  const panel = state.mode === 'list' ? 0 : Math.min(MOST_PANEL, Math.floor(rest * 0.45));
  const below = rest - panel;
  const detail = state.table.detail === 'pane' && below - DETAIL >= 8 ? DETAIL : 0;
  return { table, panel, list: below - detail, detail, rules, ...sides };
}

/** Rows that the list has for collections. */
export function listHeight({ list, rules }: GcLayout): number {
  return Math.max(0, list - 1 - (rules ? 1 : 0));
}
