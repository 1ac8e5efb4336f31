import type { EngineId } from './engine.js';

/** An engine as `--engine auto` takes it for a script, and the reason, as a clause behind its name. */
export interface Preference {
  readonly id: EngineId;
  readonly because: string;
}

/**
 * The order of `--engine auto`, with its reasons, which are measured (README, "Which tracer"):
 * - Where each event matters, dtrace goes before bpftrace: it makes the process wait for its reader and so loses nothing,
 *   while bpftrace loses what comes faster than it can print.
 * - Where sums are kept in the kernel, and where events are rare, what costs the process least goes first.
 * - For instances dtrace goes last: it must hold the process by ptrace, the others need not.
 * - SystemTap goes behind bpftrace and dtrace, since it compiles a module first and loads it into the kernel.
 */
const EVENTS: readonly Preference[] = [
  { id: 'dtrace', because: 'it loses no call, however fast they come' },
  {
    id: 'bpftrace',
    because: 'it costs the process little; calls that come faster than it can print are lost, and counted',
  },
  { id: 'stap', because: 'no other tracer can be used here' },
];
const SUMS: readonly Preference[] = [
  { id: 'bpftrace', because: 'it costs the process least here' },
  { id: 'dtrace', because: 'it needs no compiler and no kernel module' },
  { id: 'stap', because: 'no other tracer can be used here' },
];
const INSTANCES: readonly Preference[] = [
  { id: 'bpftrace', because: 'it needs neither ptrace nor a kernel module for this' },
  { id: 'stap', because: 'it needs no ptrace for this' },
  { id: 'dtrace', because: 'no other tracer can be used here' },
];

const BY_SCRIPT: Readonly<Record<string, readonly Preference[]>> = {
  calls: EVENTS,
  top: SUMS,
  gc: SUMS,
  objects: INSTANCES,
  'objects-alloc': INSTANCES,
};

export function preferences(script: string): readonly Preference[] {
  return BY_SCRIPT[script] ?? EVENTS;
}
