import type { KeyHelp } from '../view.js';
import { TABLE_KEYS } from '../table/keys.js';

/** What the keys do in the view `gc`. */
export const GC_KEYS: readonly KeyHelp[] = [
  {
    command: 'mode',
    keys: 'v',
    short: 'hist/heat/list',
    long: 'pause histogram, heat map over time, or only the list',
    priority: 6,
  },
  { command: 'generation', keys: 'g', short: 'gen', long: 'show one generation, or all', priority: 8 },
  { command: 'unit', keys: 'u', short: 'unit', long: 'times in us, ms, s, or each in what suits it', priority: 35 },
  {
    command: 'budget',
    keys: 'b',
    short: 'budget',
    long: 'mark pauses over 1, 2, 5, 10 ... ms, and ring for each',
    priority: 18,
  },
  {
    command: 'previous-over',
    keys: ',',
    short: 'prev !',
    long: 'the pause over the budget before this one',
    priority: 50,
  },
  { command: 'next-over', keys: '.', short: 'next !', long: 'the pause over the budget after this one', priority: 50 },
  {
    command: 'next-thread',
    keys: '[ ]',
    short: 'thread',
    long: 'list the collections of the previous or next thread, or of all',
    priority: 45,
  },
  ...TABLE_KEYS.map((help) => reworded(help)),
];

function reworded(help: KeyHelp): KeyHelp {
  switch (help.command) {
    case 'up':
      return { ...help, long: 'move the cursor in the list; PgUp PgDn by a page, Home G first and last' };
    case 'window':
      return { ...help, long: 'the table by generation over the last 10 s, 60 s, since the attach, or 1 s' };
    case 'enter':
      return { ...help, short: 'stack', long: 'the stack that was running when the collection began' };
    case 'sort':
      return { ...help, long: 'sort the list by the next or previous column', priority: 32 };
    default:
      return help;
  }
}

export const GC_GLOSSARY: readonly (readonly [string, string])[] = [
  ['GEN', 'generation collected, as the probe tells it; in 3.14.0 to 3.14.4: 0 young, 1 increment, 2 full'],
  ['PAUSE', 'from gc-start to gc-done of the same thread: Python code stands still meanwhile'],
  ['TOTAL', 'all pauses together'],
  ['% TIME', 'TOTAL as a share of the wall time of the window'],
  [
    'P50 P90 P99',
    'of 100 pauses 50, 90, 99 took no longer; exact up to 100,000 pauses, then within a quarter of a power of two',
  ],
  ['COLLECTED', 'unreachable objects that were found, the uncollectable included'],
  ['PER RUN', 'COLLECTED for each collection'],
  [
    'TRIGGERED IN',
    'the Python functions that were running when the collection began, innermost last; ? while the name is looked up',
  ],
  ['!', 'a pause over the budget (--pause-budget, key b)'],
  ['heat map', 'a column a second, a row for each power of two; the fuller the mark, the more pauses'],
  [
    'filter',
    "part of a function's, file's or thread's name; re:expression; mod:part of the file; words apart must all hold",
  ],
];
