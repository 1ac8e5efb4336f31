import { codeParameters } from '../../engines/parameters.js';
import { parseDuration } from '../../text/duration.js';
import type { Target } from '../../target/target.js';
import { viewVerdict } from '../../target/verdict.js';
import { TABLE_OPTIONS } from '../table-options.js';
import { opener } from '../opener.js';
import type { ScriptChoice, TraceOptions, TraceView } from '../trace-view.js';
import { parseConditions } from './fail-if.js';
import { GC_RECORDS } from './gc-records.js';

export const gcTrace: TraceView = {
  id: 'gc',
  scripts: ['gc'],
  title: 'gc',
  words: {
    summary: 'pauses of the garbage collector, by generation and one by one',
    description:
      'Watch the garbage collector of a process: pauses by generation with their histogram, the worst of each second, and each collection with the function that was running when it began.',
    examples: `  pytrace gc 4242                                   a process that runs
  pytrace gc 4242 --pause-budget 50ms               mark and count longer pauses, and ring for each
  pytrace gc 4242 --min-duration 1ms                shorter pauses are only counted
  pytrace gc 4242 --once --interval 10              one table over ten seconds
  pytrace gc 4242 --duration 60 --fail-if 'p99>20ms,gen2.max>100ms'
                                                    exit status 1 where pauses are too long: for a CI job`,
  },
  filters: ['thread', 'file', 'function', 'minDuration'],
  replayFilters: ['thread', 'file', 'function'],
  options: [
    ...TABLE_OPTIONS,
    {
      flags: '--pause-budget <time>',
      about: 'mark, count and ring for pauses longer than this',
      parse: budgetOf,
      shown: true,
    },
    {
      flags: '--fail-if <conditions>',
      about:
        "exit status 1 if one holds at the end: p50, p90, p99, max, total, share or count, as in 'p99>20ms,gen2.max>0.1s'",
      parse: parseConditions,
      shown: true,
    },
  ],
  forms: [
    { id: 'list', about: 'each collection as it ends' },
    { id: 'table', about: 'the table by generation, at the end and with --interval each interval' },
  ],
  records: GC_RECORDS,
  probes: 'gc-start, gc-done',
  quiet: 'no garbage collection has ended yet: the process makes no objects that could be in cycles, or gc is disabled',

  objection(target: Target): string | null {
    const verdict = viewVerdict(target, 'gc');
    return verdict.ok ? null : verdict.sentence;
  },

  script(target: Target, options: TraceOptions): ScriptChoice {
    return {
      script: 'gc',
      parameters: [
        { name: 'thread', value: options.thread },
        { name: 'min_ns', value: options.minDuration },
        ...codeParameters(target),
      ],
    };
  },

  ...opener(async () => {
    const { OpenGc } = await import('./open-gc.js');
    return (context) => new OpenGc(context);
  }),
};

function budgetOf(text: string): number {
  const ns = parseDuration(text);
  if (ns > 0) return ns;
  throw new Error('needs a time above 0, such as 50ms');
}
