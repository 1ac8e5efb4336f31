import type { HostFacts } from './engine.js';
import type { Target } from '../target/target.js';

/**
 * dtrace and SystemTap compare the id that they were given with the kernel's own numbers, which in a PID namespace are
 * not known: they would see nothing, or, worse, a stranger of that number outside. (dtrace 2.0.7: silent for ever.)
 */
export function kernelPidsObjection(engine: string, host: HostFacts): string | null {
  if (host.nestedPids !== true) return null;
  return (
    `${engine} goes by the kernel's own process ids, and pytrace runs in a PID namespace (a container), where those are not ` +
    `known; use bpftrace ${BPFTRACE_NAMESPACES.join('.')} or later (--engine bpftrace), or run pytrace outside and give the id that the process has there.`
  );
}

/**
 * From here on `pid` and `tid` are those of the namespace that bpftrace runs in. Tried: 0.17.0 gives the kernel's, 0.27.1
 * its own; 0.23 is reported to give its own too, with faults (bpftrace's issues 4384, 4807).
 */
export const BPFTRACE_NAMESPACES = [0, 24] as const;

/** The kernel tells bpftrace the ids of the very namespace that it runs in, not those of one further in. */
export function furtherInObjection(host: HostFacts, { pid, pidInside }: Target): string | null {
  if (host.nestedPids !== true || pidInside === undefined) return null;
  return `bpftrace in a PID namespace sees the processes of that namespace only, and process ${pid} runs in one further in; run pytrace there, for instance through \`nsenter -m -p -t ${pid}\`.`;
}
