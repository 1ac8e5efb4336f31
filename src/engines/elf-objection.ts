import { printable } from '../text/printable.js';
import type { Target } from '../target/target.js';

/**
 * All engines look the interpreter's file up by the path in /proc/PID/maps, in their own mount namespace; what is
 * not there under that path has no probes for them (measured: "no probe matches" for both causes).
 */
export function elfObjection(engine: string, target: Target): string | null {
  const file = target.python?.elf.path ?? target.exe;
  if (target.exeDeleted) {
    return `${engine} cannot find the interpreter's file ${file}: it was deleted or replaced since process ${target.pid} started (an upgrade?); restart that process.`;
  }
  if (!target.elfVisibleHere) return `${engine} cannot see the interpreter's file ${file}: ${whereItRuns(target)}.`;
  return null;
}

/** Why a file of a process is not to be found here, and what would help: cause, `; `, cure. */
export function whereItRuns(target: Target): string {
  const { pid, pidInside } = target;
  if (pidInside !== undefined)
    return `process ${pid} runs in a container, in which it is process ${pidInside}; run pytrace with bpftrace there, or through \`nsenter -m -p -t ${pid}\``;
  if (!target.sameMountNamespace)
    return `process ${pid} runs in a container; run pytrace there, or through \`nsenter -m -t ${pid}\``;
  if (target.otherRoot !== undefined)
    return `${rootDiffers(target)}, and at that path there is another file here, or none; run pytrace below that root, or make the file visible at that path (mount --bind)`;
  return `another file, or none, is at that path now (an upgrade, or a mount over it); restart process ${pid}`;
}

/** `the root directory of process 7 is not pytrace's (chroot to /srv/jail)`. */
export function rootDiffers({ pid, otherRoot = '/' }: Target): string {
  // Seen from a chroot, what lies outside of it has no path but `/`.
  const where = otherRoot === '/' ? 'chroot' : `chroot to ${printable(otherRoot, 200)}`;
  return `the root directory of process ${pid} is not pytrace's (${where})`;
}
