import type { KeyHelp } from '../view.js';

/** Keys that mean the same in every table. */
export const TABLE_KEYS: readonly KeyHelp[] = [
  { command: 'up', keys: '↑↓ jk', short: 'move', long: 'move the cursor; PgUp PgDn by a page, g G first and last' },
  { command: 'sort', keys: 's S', short: 'sort', long: 'sort by the next or previous column', priority: 12 },
  { command: 'reverse', keys: 'r', short: 'reverse', long: 'turn the order round' },
  {
    command: 'window',
    keys: 'w',
    short: 'window',
    long: 'all columns over the last 10 s, 60 s, since the attach, or 1 s',
    priority: 15,
  },
  { command: 'enter', keys: 'Enter', short: 'details', long: 'details of the row over the whole view', priority: 30 },
  { command: 'detail-pane', keys: 'd', short: 'pane', long: 'show or hide the details below the list', priority: 52 },
  { command: 'back', keys: 'Bksp', short: 'back', long: 'leave the details; else clear the filter' },
];
