import { topParameters } from '../../engines/parameters.js';
import { needsFrames } from '../../target/inspect.js';
import type { Target } from '../../target/target.js';
import { functionObjection, wordsBefore } from '../function-probes.js';
import { kernelFilters } from '../kernel-filters.js';
import { opener } from '../opener.js';
import type { ScriptChoice, TraceOptions, TraceView } from '../trace-view.js';
import { settled, TOP_OPTIONS } from './options.js';
import { TOP_RECORDS } from './records.js';

export const topTrace: TraceView = {
  id: 'top',
  scripts: ['top', 'top-small'],
  title: 'top',
  words: {
    summary: 'the costliest functions of a process, summed in the kernel',
    description:
      'Watch which Python functions are called, how often and how long: calls, self and total time, percentiles, callers and callees, summed in the kernel at a fraction of what `pytrace calls` costs the process.',
    examples: `  pytrace top 4242                              a process that runs
  pytrace top 4242 --counts                     calls only: cheaper still
  pytrace top 4242 --once --interval 10         one table of ten seconds
  pytrace top 4242 --json --duration 60 > top   all sums each second, one JSON object a line
  pytrace top -- python3 app.py                 a program, from its first call`,
  },
  filters: ['thread', 'file', 'function', 'minDuration', 'depth'],
  replayFilters: ['file', 'function'],
  options: TOP_OPTIONS,
  forms: [{ id: 'table', about: 'a table each interval, and one of all at the end' }],
  records: TOP_RECORDS,
  probes: 'function-entry, function-return',
  quiet: 'no Python function has been called yet: the process sleeps, waits, or runs C code',

  objection(target: Target): string | null {
    return functionObjection(target, 'top');
  },

  script(target: Target, options: TraceOptions): ScriptChoice {
    const { interval, countsOnly } = settled(options);
    const own = { intervalMs: Math.round(interval * 1000), countsOnly };
    return {
      script: 'top',
      // What balances needs no frames, which is most of the script.
      smallScript: target.python && needsFrames(target.python.version) ? undefined : 'top-small',
      parameters: topParameters(kernelFilters(options), target, own),
      lineSemaphore: wordsBefore(target, 'top'),
    };
  },

  ...opener(async () => {
    const { OpenTop } = await import('./open-top.js');
    return (context) => new OpenTop(context);
  }),
};
