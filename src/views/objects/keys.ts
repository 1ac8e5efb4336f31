import { TABLE_KEYS } from '../table/keys.js';
import type { KeyHelp } from '../view.js';

/** What is not of every table: told to the session, not to the state. */
export const BASELINE = 'baseline';

export const OBJECTS_KEYS: readonly KeyHelp[] = [
  ...TABLE_KEYS,
  {
    command: 'builtins',
    keys: 'B',
    short: 'builtins',
    long: "show or hide Python's own classes that are made in C",
    priority: 25,
  },
  { command: BASELINE, keys: 'a', short: 'baseline', long: 'count from now on; trends go on', priority: 28 },
];

export const OBJECTS_GLOSSARY: readonly (readonly [string, string])[] = [
  ['ALIVE Δ', 'made less destroyed; below zero where instances ended that had been made before'],
  ['NEW/s FREED/s', 'instances made, and destroyed, a second, over the window'],
  ['PEAK Δ', 'the most that lived at a snapshot in the window, against its start'],
  ['LAST 60 s', 'living instances in the last minute, from the fewest to the most'],
  ['TREND', 'of the last minute or longer: a hint, no verdict; - before a minute, and where a count has a ?'],
  ['rising', 'in each 10 s the fewest that lived were more than in the 10 s before, for 60 s or longer'],
  ['falling', 'in each 10 s the most that lived were fewer than in the 10 s before'],
  ['churn', 'an instance lives less than a second on the average'],
  ['CREATED DESTROYED', 'instances in the window'],
  ['TOP ALLOCATION SITE', 'the line that made most of them since the attach, and its share of those (--sites)'],
  ['?', 'this count cannot be the whole truth here; the line below says why'],
];
