import type { ProbeName, Target } from '../../target/target.js';
import { opener } from '../opener.js';
import type { ScriptChoice, TraceOptions, TraceView } from '../trace-view.js';
import { OBJECTS_RECORDS } from './objects-records.js';
import { OBJECTS_OPTIONS, settled } from './options.js';
import { allocParameters, probeParameters } from './parameters.js';
import { targetObjection } from './target-objection.js';
import { allocatorFacts } from './unsure.js';

const PROBES: readonly ProbeName[] = ['instance__new__done', 'instance__delete__start', 'instance__delete__done'];

export const objectsTrace: TraceView = {
  id: 'objects',
  scripts: ['objects', 'objects-alloc'],
  title: 'objects',
  words: {
    summary: 'instances made, destroyed and alive, by class',
    description:
      'Watch how many instances of each class are made and destroyed, which classes grow, and where their instances are made. Counts begin at the attach: what existed before is not counted.',
    examples: `  pytrace objects 4242                               a process that runs; SystemTap needs no further right
  pytrace objects 4242 --allow-ptrace                the same with dtrace, which must hold the process by ptrace
  pytrace objects 4242 --sites                       with the lines that make them
  pytrace objects 4242 --once --interval 60          one table of a minute
  pytrace objects 4242 --json --duration 60 > alive  all sums each second, one JSON object a line`,
  },
  filters: ['thread', 'file'],
  replayFilters: ['file'],
  options: OBJECTS_OPTIONS,
  forms: [{ id: 'table', about: 'a table each interval, and one of all at the end' }],
  records: OBJECTS_RECORDS,
  probes: 'allocator, or instance probes',
  quiet: 'no instance of a class has been made or destroyed yet: the process sleeps, or waits',

  objection: (target) => targetObjection(target),

  script(target: Target, options: TraceOptions): ScriptChoice {
    const { interval, sites, ptrace } = settled(options);
    const asked = { thread: options.thread, intervalMs: Math.round(interval * 1000), sites };
    if (hasProbes(target)) return { script: 'objects', parameters: probeParameters(target, asked) };
    const { debugFile, places } = allocatorFacts(target);
    return {
      script: 'objects-alloc',
      parameters: allocParameters(target, asked, places),
      ptrace: ptrace ? 'allowed' : 'needed',
      debugFile: debugFile ?? undefined,
      unsafe: places.unsafe,
    };
  },

  ...opener(async () => {
    const { OpenObjects } = await import('./open-objects.js');
    return (context) => new OpenObjects(context);
  }),
};

/** Stock CPython has their names in its file up to 3.15 but no sites that fire. */
function hasProbes(target: Target): boolean {
  return PROBES.every((name) => (target.python?.elf.probes.get(name) ?? 0) > 0);
}
