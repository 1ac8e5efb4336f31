import type { Corrections } from '../models/corrections.js';
import { thousands } from '../text/amounts.js';

const WORDS: Readonly<Record<keyof Corrections, readonly [one: string, many: string]>> = {
  beforeAttach: ['frame entered before the attach', 'frames entered before the attach'],
  generatorCreations: ['generator creation', 'generator creations'],
  shimReturns: ['return of no call', 'returns of no call'],
  thrownEntries: ['entry by throw() inferred', 'entries by throw() inferred'],
  missingReturns: ['return missing', 'returns missing'],
  missingEntries: ['entry missing', 'entries missing'],
  lateEvents: ['event out of order', 'events out of order'],
  foldedCalls: ['call folded for want of room', 'calls folded for want of room'],
  greenletsGivenUp: ['waiting greenlet given up', 'waiting greenlets given up'],
};

/** What was mended, in words, each with its number; empty where nothing was. */
export function correctionWords(corrections: Corrections): string[] {
  return (Object.keys(WORDS) as (keyof Corrections)[])
    .filter((key) => corrections[key] > 0)
    .map((key) => `${thousands(corrections[key])} ${WORDS[key][corrections[key] === 1 ? 0 : 1]}`);
}
