import { basename } from 'node:path';
import { readMaps, type MappedFile } from './proc.js';

/**
 * Whether a mapped file is the C module that switches stacks within a thread: `greenlet/_greenlet.cpython-311-….so`,
 * `greenlet.cpython-39-….so` before 1.0, gevent's `_gevent_c_greenlet_primitives…so`. Most programs that have it mapped
 * use it; some, by way of a library, only load it.
 */
export function isGreenletModule({ path }: Pick<MappedFile, 'path'>): boolean {
  return /greenlet.*\.so($|\.)/.test(basename(path));
}

/** Whether a process has such a module mapped now; null where it is gone, or may not be looked into. */
export function hasGreenlets(pid: number): boolean | null {
  try {
    const maps = readMaps(pid);
    // A process that has just ended, or is just replaced by another program, shows none at all.
    return maps.length === 0 ? null : maps.some(isGreenletModule);
  } catch {
    return null;
  }
}
