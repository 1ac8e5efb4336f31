import type { Viewport } from '../view.js';
import type { ObjectsState } from './state.js';

/** Lines that the list keeps whatever the details need. */
const LEAST_LIST = 5;
const LEAST_DETAIL = 5;
/** The list grows by so many lines, so that the details do not move with each new class. */
const STEP = 4;

export interface ObjectsLayout {
  /** The list with its heading; 0 where the details fill the view. */
  readonly list: number;
  /** The details with their title. */
  readonly detail: number;
}

/** `classes`: how many could be listed. Lines that they do not need are for the details. */
export function objectsLayout(
  { table }: ObjectsState,
  { height }: Pick<Viewport, 'height'>,
  classes: number,
): ObjectsLayout {
  if (table.detail === 'full') return { list: 0, detail: height };
  const least = Math.min(14, Math.floor(height * 0.4));
  if (table.detail !== 'pane' || least < LEAST_DETAIL || height - least < LEAST_LIST)
    return { list: height, detail: 0 };
  // A heading, the classes, and a blank line.
  const needed = Math.ceil((classes + 2) / STEP) * STEP;
  const list = Math.min(height - least, Math.max(LEAST_LIST, needed));
  return { list, detail: height - list };
}
