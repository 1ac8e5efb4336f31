import type { KeyHelp } from '../view.js';

/** What the keys do in the view `calls`. */
export const CALLS_KEYS: readonly KeyHelp[] = [
  { command: 'up', keys: '↑↓ jk', short: 'move', long: 'move the cursor; PgUp PgDn by a page, g G first and last' },
  {
    command: 'left',
    keys: '←→',
    short: 'fold',
    long: 'fold and unfold a row; then to its caller, to its first callee',
    priority: 5,
  },
  {
    command: 'expand-chain',
    keys: 'E',
    short: 'chain',
    long: 'unfold a chain of only callees, down to where it branches',
    priority: 35,
  },
  { command: 'zoom', keys: 'z', short: 'zoom', long: 'make the row the root of the tree', priority: 25 },
  { command: 'back', keys: 'Bksp', short: 'up', long: 'back to the root before; leave the details', priority: 50 },
  { command: 'enter', keys: 'Enter', short: 'details', long: 'details of the row over the whole view', priority: 55 },
  {
    command: 'flow-toggle',
    keys: 'f',
    short: 'flow/tree',
    long: 'every call and return as it happens, or the tree',
    priority: 8,
  },
  {
    command: 'sort',
    keys: 's S',
    short: 'sort',
    long: 'sort by total, self, calls, name, or as first seen',
    priority: 30,
  },
  { command: 'reverse', keys: 'r', short: 'reverse', long: 'turn the order round' },
  { command: 'next-thread', keys: '[ ]', short: 'thread', long: 'previous and next thread, or all', priority: 28 },
  {
    command: 'plus',
    keys: '+/-',
    short: 'min%',
    long: 'hide subtrees below a larger or smaller share of the time',
    priority: 45,
  },
  {
    command: 'imports',
    keys: 'i',
    short: 'imports',
    long: "show or hide the import system's own frames",
    priority: 58,
  },
  { command: 'next-match', keys: 'n N', short: 'match', long: 'next and previous row that meets the filter' },
  { command: 'scroll-right', keys: 'H L', short: 'scroll', long: 'scroll a deep tree or flow to the left and right' },
  { command: 'clock', keys: 'T', short: 'clock', long: 'in the flow: seconds since the start, or time of day' },
];

export const CALLS_GLOSSARY: readonly (readonly [string, string])[] = [
  ['CALLS', 'exact entries told of by the probe, not samples; - where the entry was not seen'],
  ['CALLS/s', 'entries during the last second'],
  ['SELF', "time in the function's own code, not in what it calls in Python"],
  ['TOTAL', 'self and all that it calls; a node stands for one path of calls, so recursion counts once'],
  ['SELF% TOTAL%', "share of the thread's time since the trace began, running or waiting: never above 100"],
  ['P99', 'of 100 returned calls 99 took no longer; upper edge of a power of two'],
  ['SHARE', 'TOTAL% as a bar'],
  ['*', 'on the stack right now'],
  ['=', 'meets the filter; the other rows only lead there'],
  ['?', 'a frame that was entered before the attach: it gets its name when it returns'],
  ['(+7 hidden)', 'rows folded away below this one'],
  ['…27', 'depth of a row that lies deeper than there is room to indent'],
  ['DELTA', "in the flow: time since the same thread's previous event"],
  ['(inferred)', 'no probe told of this entry; a later event showed it'],
  ['filter', 'part of a name or file; re:expression; mod:part of the file; >5% of the time; words apart must all hold'],
];
