import { count, percent, rate, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { glyphsFor } from '../glyphs.js';
import type { Collection, Frame } from './collection.js';

/** `auto`: the unit that suits each number. */
export type Unit = 'auto' | 'us' | 'ms' | 's';

export const UNITS: readonly Unit[] = ['auto', 'us', 'ms', 's'];

const PER_UNIT: Readonly<Record<Exclude<Unit, 'auto'>, number>> = { us: 1e3, ms: 1e6, s: 1e9 };
const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g;

/** A pause in the unit that was chosen, never cut nor rounded to fewer columns: `1.90ms`, `1,900us`. */
export function pauseText(ns: number, unit: Unit, ascii: boolean): string {
  if (unit === 'auto') return time(ns, ascii);
  if (!(ns > 0)) return '0';
  const value = ns / PER_UNIT[unit];
  const digits = value < 9.995 ? (unit === 's' ? 4 : 3) : value < 999.5 ? 1 : 0;
  const [whole, fraction] = value.toFixed(digits).split('.');
  const text = whole.replace(THOUSANDS, ',') + (fraction === undefined ? '' : `.${fraction}`);
  return text + unitText(unit, ascii);
}

export function unitText(unit: Unit, ascii: boolean): string {
  return unit === 'us' && !ascii ? 'µs' : unit;
}

/** The same where nothing was measured: `-`. */
export function pauseOrDash(ns: number, unit: Unit, ascii: boolean): string {
  return ns > 0 ? pauseText(ns, unit, ascii) : '-';
}

/** `0.16%`: shares of pauses are small, and two digits behind the point tell them apart. */
export function shareText(share: number): string {
  if (!(share > 0)) return '0%';
  return share < 0.00005 ? '<0.01%' : share < 0.0995 ? `${(share * 100).toFixed(2)}%` : `${percent(share)}%`;
}

export function perSecond(value: number): string {
  return `${value > 0 && value < 0.05 ? '<0.1' : rate(value)}/s`;
}

export function perRun(value: number): string {
  return value > 0 && value < 9.95 ? value.toFixed(1) : count(value);
}

/** `1 pause`, `1,234 pauses`. */
export function counted(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** `12:41:06.902`, where the person looks. */
export function timeOfDay(wall: bigint, ts: number): string {
  const date = new Date(Number(wall / 1_000_000n) + Math.floor(ts / 1e6));
  const two = (value: number): string => value.toString().padStart(2, '0');
  return `${secondOfDay(date, two)}.${date.getMilliseconds().toString().padStart(3, '0')}`;
}

/** `12:41:06`. */
export function clockText(wall: bigint, ts: number): string {
  return timeOfDay(wall, ts).slice(0, 8);
}

function secondOfDay(date: Date, two: (value: number) => string): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Name of a running function: `?` while it is not known, `-` where it cannot be. */
export function frameName({ name }: Frame, ascii: boolean): string {
  if (name === undefined) return '?';
  return name === null ? '-' : plain(name.shownName, ascii);
}

/** `shop/cart.py:91`; '' where nothing is known. */
export function framePlace({ name, line }: Frame, ascii: boolean): string {
  if (!name) return '';
  const at = line !== undefined && line > 0 ? line : name.firstLine;
  return plain(name.shownFile, ascii) + (at > 0 ? `:${at}` : '');
}

/** The functions that led to a collection, outermost first: `reprice › loads › _scan_once`; `-` where none is known. */
export function trail({ frames }: Collection, ascii: boolean): string {
  if (frames.length === 0) return '-';
  return frames
    .map((frame) => frameName(frame, ascii))
    .reverse()
    .join(` ${glyphsFor(ascii).path} `);
}

export function placeOfCollection({ frames }: Collection, ascii: boolean): string {
  return frames.length === 0 ? '' : framePlace(frames[0], ascii);
}
