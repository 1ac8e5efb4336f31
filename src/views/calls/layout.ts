import type { Viewport } from '../view.js';
import type { CallsState } from './state.js';

/** From this width on the details of the row under the cursor stand beside the tree. */
const PANE_FROM = 100;
/** Blank, rule, blank between the tree and the details. */
export const GUTTER = 3;

/** How the view `calls` divides its rectangle as a tree. All in columns and lines. */
export interface TreeLayout {
  readonly listWidth: number;
  /** 0 where there is no room for it. */
  readonly paneWidth: number;
  /** Rows of the tree, without heading and hint. */
  readonly listHeight: number;
  /** A line about the row under the cursor stands below the list. */
  readonly hint: boolean;
}

export function treeLayout({ width, height }: Pick<Viewport, 'width' | 'height'>, state: CallsState): TreeLayout {
  if (state.detail) return { listWidth: 0, paneWidth: width, listHeight: 0, hint: false };
  const wide = width >= PANE_FROM;
  const paneWidth = wide ? Math.min(64, Math.max(34, Math.floor(width * 0.28))) : 0;
  const hint = !wide && height >= 5;
  return {
    listWidth: wide ? width - paneWidth - GUTTER : width,
    paneWidth,
    listHeight: Math.max(0, height - 1 - (hint ? 2 : 0)),
    hint,
  };
}
