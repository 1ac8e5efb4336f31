import { TABLE_KEYS } from '../table/keys.js';
import type { KeyHelp } from '../view.js';

export const TOP_KEYS: readonly KeyHelp[] = [
  ...TABLE_KEYS,
  { command: 'next-thread', keys: '[ ]', short: 'thread', long: 'previous and next thread, or all', priority: 45 },
];

export const TOP_GLOSSARY: readonly (readonly [string, string])[] = [
  ['SELF', "wall time in the function's own code and in the C code that it calls: includes waiting"],
  ['SELF%', 'SELF as a share of the time watched: 100 is one thread all the time; more is of several threads'],
  ['TOTAL%', 'the same with all that it calls; of a recursion only the outermost call counts'],
  ['▲ ▼', 'SELF% has changed by more than a fifth against the window before'],
  ['CALLS', 'entries told of by the probe, not samples; resumptions of generators are calls too'],
  ['CALLS/s', 'a second of the window'],
  ['AVG', 'of the same returned calls as P50, P99 and MAX; in a recursion at most a quarter off'],
  ['P50 P99', 'of 100 returned calls 50 and 99 took no longer; at most a quarter too high'],
  ['MAX', 'longest returned call; at most a quarter too high where it was not the longest of all'],
  ['LAST 30 s', 'self time over the last 30 s, each row on its own scale; sorts by the change of SELF%'],
  ['window', 'all columns tell of the last 1, 10 or 60 s, or of all since the attach or the reset'],
  ['callers', 'shares of the calls of the function; (not known): entered before the attach, or filtered out'],
  ['callees', "shares of the function's total time"],
  ['waiting', 'the time of a call that waits is told when it goes on: it can be more than a short window'],
  [
    'filter',
    'part of a name or file; re:expression; mod:part of the file; >5% of self time; words apart must all hold',
  ],
];
