import { LIMIT_OPTION, TABLE_OPTIONS, intervalOf, sortOption } from '../table-options.js';
import type { TraceOptions, ViewOption } from '../trace-view.js';
import { COLUMN_IDS, COUNT_IDS } from './columns.js';

export const TOP_OPTIONS: readonly ViewOption[] = [
  ...TABLE_OPTIONS,
  { flags: '--counts', about: 'count calls only, without times: costs the process a third' },
  sortOption(COLUMN_IDS),
  LIMIT_OPTION,
];

export interface TopSettled {
  readonly countsOnly: boolean;
  readonly interval: number;
  readonly once: boolean;
  /** Id of a column that there is. */
  readonly sort: string;
  readonly limit: number | undefined;
}

export function settled({ own }: Pick<TraceOptions, 'own'>): TopSettled {
  const countsOnly = own.counts === true;
  const asked = typeof own.sort === 'string' ? own.sort : '';
  const there = (countsOnly ? COUNT_IDS : COLUMN_IDS).includes(asked);
  return {
    countsOnly,
    interval: intervalOf(own),
    once: own.once === true,
    sort: there ? asked : countsOnly ? 'calls' : 'self%',
    limit: typeof own.limit === 'number' ? own.limit : undefined,
  };
}
