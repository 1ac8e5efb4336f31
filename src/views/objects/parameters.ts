import { codeParameters, lastProbe, type ScriptParameter } from '../../engines/parameters.js';
import type { Target } from '../../target/target.js';
import type { AttachPlaces } from './attach-places.js';

/** What instances are counted by. */
export interface ObjectsParameters {
  readonly thread: number;
  readonly intervalMs: number;
  readonly sites: boolean;
}

const FRAME = [
  'main_interpreter',
  'holder',
  'current_frame',
  'previous',
  'executable',
  'owner',
  'instr',
  'code_adaptive',
];

/** Those of objects-alloc; the last are for bpftrace, whose probes can be anywhere. */
export function allocParameters(
  target: Target,
  { thread, intervalMs, sites }: ObjectsParameters,
  places: AttachPlaces,
): ScriptParameter[] {
  const code = codeParameters(target);
  const at = (name: string, value: string): ScriptParameter => ({ name, value, engine: 'bpftrace', word: true });
  const of = (name: string): ScriptParameter => ({ name, value: code.find((each) => each.name === name)?.value ?? 0 });
  return [
    { name: 'thread', value: thread },
    ...FRAME.map(of),
    { name: 'interval_ms', value: intervalMs },
    { name: 'sites', value: sites ? 1 : 0 },
    of('cframe'),
    at('made', places.made),
    at('made_by_copy', places.madeByCopy),
    at('ended', places.ended),
    { name: 'dealloc', value: places.dealloc, engine: 'bpftrace' },
    ...places.breakpoints.map((value, at): ScriptParameter => ({
      name: `breakpoint${at + 1}`,
      value,
      engine: 'bpftrace',
    })),
    at('last', places.last),
    at('class_ended', places.classEnded),
  ];
}

/** Those of objects: where frames are has its places in dtrace's, but no script reads any. */
export function probeParameters(target: Target, { thread, intervalMs }: ObjectsParameters): ScriptParameter[] {
  const unused = (name: string): ScriptParameter => ({ name, value: 0, engine: 'dtrace' });
  return [
    { name: 'thread', value: thread },
    ...FRAME.map(unused),
    { name: 'interval_ms', value: intervalMs },
    unused('sites'),
    lastProbe(target),
  ];
}
