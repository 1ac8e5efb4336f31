import { withElf } from './elf.js';
import { findInterpreter } from './interpreter.js';
import { probeSemaphore } from './probes.js';
import { readMaps } from './proc.js';
import type { ProbeName, Target } from './target.js';

/** What is to be added to link-time addresses of the interpreter's file; null where that cannot be known. */
export function biasOf({ pid, exe }: Target): number | null {
  try {
    return findInterpreter(pid, exe, readMaps(pid))?.bias ?? null;
  } catch {
    return null;
  }
}

/** Where the semaphore of a probe, a counter of 16 bits, is in the process; 0 where that cannot be known. */
export function semaphoreAddress(target: Target, name: ProbeName): bigint {
  const path = target.python?.elf.readPath;
  const bias = biasOf(target);
  if (path === undefined || bias === null) return 0n;
  try {
    const address = withElf(path, (elf) => probeSemaphore(elf, name));
    return address === null ? 0n : BigInt(address + bias);
  } catch {
    return 0n; // it has ended
  }
}
