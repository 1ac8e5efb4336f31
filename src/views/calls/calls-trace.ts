import { callsLayout, callsParameters } from '../../engines/parameters.js';
import type { Target } from '../../target/target.js';
import { functionObjection, wordsBefore } from '../function-probes.js';
import { kernelFilters } from '../kernel-filters.js';
import { opener } from '../opener.js';
import { CALLS_OPTIONS } from './options.js';
import type { ScriptChoice, TraceOptions, TraceView } from '../trace-view.js';

export const callsTrace: TraceView = {
  id: 'calls',
  scripts: ['calls'],
  title: 'calls',
  words: {
    summary: 'every call of a process, as a calling context tree or as a flow',
    description:
      'Watch every call and return of Python functions: a calling context tree with calls, self and total time for each thread, or the flow of events.',
    examples: `  pytrace calls 4242                                a process that runs
  pytrace calls gunicorn --function 'get_*'         one process by name, only some functions
  pytrace calls -- python3 app.py --port 1          a program, from its first call
  pytrace calls 4242 --min-duration 5ms             only calls that took 5 ms or more: costs the process far less
  pytrace calls 4242 --duration 10 --json > calls   without a screen, one JSON object a line
  pytrace calls 4242 --record run.ptrace            keep it; look again with: pytrace replay run.ptrace`,
  },
  filters: ['thread', 'file', 'function', 'minDuration', 'depth'],
  replayFilters: ['thread', 'depth', 'file', 'function'],
  options: CALLS_OPTIONS,
  forms: [
    { id: 'flow', about: 'each event as it comes' },
    { id: 'tree', about: 'the tree, at the end' },
  ],
  records: [],
  probes: 'function-entry, function-return',
  quiet: 'no Python function has been called or has returned yet: the process sleeps, waits, or runs C code',

  objection(target: Target): string | null {
    return functionObjection(target, 'calls');
  },

  script(target: Target, options: TraceOptions): ScriptChoice {
    const filters = kernelFilters(options);
    return {
      script: 'calls',
      // The script's depth is that of a thread, not of a greenlet: the tree alone can tell.
      parameters: callsParameters(target.greenlets && callsLayout(target) ? { ...filters, depth: 0 } : filters, target),
      lineSemaphore: wordsBefore(target, 'calls'),
    };
  },

  ...opener(async () => {
    const { OpenCalls } = await import('./open-calls.js');
    return (context) => new OpenCalls(context);
  }),
};
