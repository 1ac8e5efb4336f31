import { time } from '../../text/amounts.js';
import type { GcModel } from './gc-model.js';
import { ALL } from './generations.js';
import { clockText, counted } from './words.js';

/** `9 pauses over 50.0ms`, `no pause over 50.0ms`; of those that are only counted nobody can say. */
export function overWords({ store, minPause }: GcModel, ascii: boolean): string {
  const over = store.over[ALL];
  const unsure = store.budget < minPause && store.leftOutSince(-Infinity).count[ALL] > 0;
  if (over === 0) return `no pause over ${time(unsure ? minPause : store.budget, ascii)}`;
  return `${unsure ? 'at least ' : ''}${counted(over, 'pause')} over ${time(store.budget, ascii)}`;
}

/** When the first pause over the budget was, behind `before`; '' where that is not known. */
export function firstOver({ store, wall }: GcModel, before: string): string {
  return store.firstOver >= 0 ? before + clockText(wall, store.firstOver) : '';
}
