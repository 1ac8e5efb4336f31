import { span, time } from '../../text/amounts.js';
import type { GcModel } from './gc-model.js';

/** Whether any of a second (counted since the header) was traced and is counted: elsewhere no pause means nothing. */
export function isKnown({ store, watchedFrom }: GcModel, second: number): boolean {
  const watched = (at: number): number => watchedFrom(Math.max(at * 1e9, store.from));
  return watched(second) > watched(second + 1);
}

/** Why a second is not known: `before attach`, or `not traced` where some earlier one is. */
export function whyUnknown({ store, watchedFrom, since }: GcModel, second: number): string {
  return watchedFrom(store.from) > watchedFrom(Math.max(second * 1e9, store.from)) ? 'not traced' : `before ${since}`;
}

/** A line of one-column characters in which columns that are not known say why, where there is room; '' = known. */
export function withReasons(line: string, offset: number, reasons: readonly string[]): string {
  let text = line;
  for (let from = 0, end = 0; from < reasons.length; from = end) {
    const reason = reasons[from];
    while (end < reasons.length && reasons[end] === reason) end++;
    const room = end - from - reason.length;
    if (reason === '' || room < 2) continue;
    const at = offset + from + (room >> 1);
    text = text.slice(0, at) + reason + text.slice(at + reason.length);
  }
  return text;
}

/** `no pause`, `no pause of 1.00ms or longer`: all that can be said where shorter ones are only counted. */
export function noPause({ minPause }: GcModel, ascii: boolean): string {
  return minPause > 0 ? `no pause of ${time(minPause, ascii)} or longer` : 'no pause';
}

/** The same of the last seconds: `no pause in the last 60 s`, `no pause in the 12s traced`. */
export function noPauseIn(model: GcModel, seconds: number, ascii: boolean): string {
  const watched = model.watchedFrom(Math.max(model.store.from, model.now - seconds * 1e9));
  const when = watched > (seconds - 1) * 1e9 ? `last ${seconds} s` : `${span(watched)} traced`;
  return `${noPause(model, ascii)} in the ${when}`;
}
