import type { ViewOption } from './trace-view.js';

/** Seconds between two readings of the kernel's sums, as `--interval` gives them. */
export const DEFAULT_INTERVAL = 1;

/** Options that every view has whose numbers are summed in the kernel. */
export const TABLE_OPTIONS: readonly ViewOption[] = [
  { flags: '--once', about: 'print one table after one interval, and end' },
  {
    flags: '--interval <seconds>',
    about: 'read and show the sums so often (default: 1)',
    parse: (text) => {
      const seconds = /^\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
      if (seconds >= 0.1 && seconds <= 3600) return seconds;
      throw new Error('needs a number of seconds from 0.1 to 3600, such as 1 or 0.5');
    },
  },
];

export const LIMIT_OPTION: ViewOption = {
  flags: '--limit <n>',
  about: 'print at most so many rows (default: 30 in a table, all with --json)',
  shown: true,
  parse: (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= 1e6) return value;
    throw new Error('needs a whole number from 1');
  },
};

export const sortOption = (columns: readonly string[]): ViewOption => ({
  flags: '--sort <column>',
  about: `sort by ${columns.join(', ')}`,
  shown: true,
  parse: (text) => {
    if (columns.includes(text)) return text;
    throw new Error(`is no column: take one of ${columns.join(', ')}`);
  },
});

export function intervalOf(own: Readonly<Record<string, unknown>>): number {
  return typeof own.interval === 'number' ? own.interval : DEFAULT_INTERVAL;
}
