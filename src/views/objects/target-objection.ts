import { versionText } from '../../target/python-version.js';
import type { Target } from '../../target/target.js';

const OLDEST = 8;
const NEWEST = 15;

/** Why instances of a target cannot be counted, cause then cure; null where they can. */
export function targetObjection(target: Target): string | null {
  const { python } = target;
  if (python === null) return `Process ${target.pid} is no CPython process: give the process id of a Python program.`;
  const { version, freeThreaded } = python;
  const name = `Python ${versionText(version)}`;
  if (python.elf.probes.get('instance__new__done')) return null;
  if (freeThreaded)
    return `${name}t is a free-threaded build, which frees its objects in another way: run the program with the usual build of ${versionText(version)}.`;
  if (version.major !== 3 || version.minor < OLDEST || version.minor > NEWEST)
    return `Where ${name} keeps the types of its objects is not known here: run the program with Python 3.${OLDEST} to 3.${NEWEST}.`;
  return null;
}
