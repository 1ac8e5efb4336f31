import { LIMIT_OPTION, TABLE_OPTIONS, intervalOf, sortOption } from '../table-options.js';
import type { TraceOptions, ViewOption } from '../trace-view.js';
import { COLUMN_IDS } from './class-columns.js';

export const OBJECTS_OPTIONS: readonly ViewOption[] = [
  ...TABLE_OPTIONS,
  sortOption(COLUMN_IDS),
  LIMIT_OPTION,
  { flags: '--sites', about: 'count too by the line of Python that made an instance: costs more' },
  {
    flags: '--allow-ptrace',
    about:
      'let dtrace hold a process of one thread by ptrace, which it needs here; the process dies if dtrace is killed',
  },
];

export interface ObjectsSettled {
  readonly interval: number;
  readonly once: boolean;
  readonly sort: string;
  readonly limit: number | undefined;
  readonly sites: boolean;
  readonly ptrace: boolean;
}

export function settled({ own }: Pick<TraceOptions, 'own'>): ObjectsSettled {
  return {
    interval: intervalOf(own),
    once: own.once === true,
    sort: typeof own.sort === 'string' ? own.sort : 'alive',
    limit: typeof own.limit === 'number' ? own.limit : undefined,
    sites: own.sites === true,
    ptrace: own.allowPtrace === true,
  };
}
