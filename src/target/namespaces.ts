import { readlinkSync } from 'node:fs';
import { UserError } from './user-error.js';

/** The kernel's first PID namespace: its inode is fixed (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

type ReadLink = (path: string) => string;

/**
 * Whether pytrace runs in a PID namespace of its own, as in a container: then the kernel has another number for each
 * process than pytrace sees, and tracers that compare with the kernel's see none, or a stranger of the same number.
 */
export function inNestedPidNamespace(readLink: ReadLink = readlinkSync): boolean {
  const own = linkOf('/proc/self/ns/pid', readLink);
  return own !== null && own !== FIRST_PID_NAMESPACE;
}

/**
 * Throws a UserError where /proc numbers processes otherwise than the system calls of this process do: it was mounted in
 * another PID namespace (a host's /proc in a container; a container's, entered by `nsenter -m` alone). A process id
 * would then mean one process to pytrace and another one to a tracer.
 */
export function requireOwnProc(readLink: ReadLink = readlinkSync, self = process.pid): void {
  if (process.platform !== 'linux') return;
  if (linkOf('/proc/self', readLink) === String(self)) return;
  throw new UserError(
    '/proc here belongs to another PID namespace than pytrace, so a process id would mean two different processes: ' +
      'enter both (nsenter -m -p -t PID), or mount a /proc of its own (mount -t proc proc /proc).',
  );
}

/** null where it leads to nothing, as /proc/self does where this process has no number. */
function linkOf(path: string, readLink: ReadLink): string | null {
  try {
    return readLink(path);
  } catch {
    return null;
  }
}
