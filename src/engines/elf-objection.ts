import type { Target } from '../target/target.js';

/**
 * Both engines look the interpreter's file up by the path in /proc/PID/maps, in their own mount namespace; what is
 * not there under that path has no probes for them (measured: "no probe matches" for both causes).
 */
export function elfObjection(engine: string, target: Target): string | null {
  const file = target.python?.elf.path ?? target.exe;
  if (target.exeDeleted) {
    return `${engine} cannot find the interpreter's file ${file}: it was deleted or replaced since process ${target.pid} started (an upgrade?); restart that process.`;
  }
  if (!target.elfVisibleHere) {
    const same = target.sameMountNamespace ? 'in a chroot' : 'in a container';
    return `${engine} cannot see the interpreter's file ${file}: process ${target.pid} runs ${same}; run pytrace there, or through \`nsenter -m -t ${target.pid}\`.`;
  }
  return null;
}
