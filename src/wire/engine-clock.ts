import { readFileSync } from 'node:fs';

/** The clock of an engine's timestamps as the header of JSON names it. */
export const clockName = (engine: string): string => (engine === 'bpftrace' ? 'boottime-ns' : 'monotonic-ns');

/** By how much less than it is CLOCK_BOOTTIME may be told, ns. */
export const BOOTTIME_STEP = 10_000_000n;

/**
 * The clock of an engine's timestamps, now, in ns. dtrace's `timestamp` and stap's `ktime_get_ns()` are CLOCK_MONOTONIC, as
 * `process.hrtime` is; bpftrace's `nsecs` is CLOCK_BOOTTIME, which goes on while the machine is suspended. Node cannot
 * read that one, but /proc/uptime tells it, cut to 10 ms.
 */
export function engineClock(engine: string): bigint {
  if (engine !== 'bpftrace') return process.hrtime.bigint();
  return BigInt(Math.round(Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * 1000)) * 1_000_000n;
}
