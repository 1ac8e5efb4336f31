import { readMemory } from './debug-offsets.js';
import { withElf } from './elf.js';
import { loadBias } from './interpreter.js';
import { readExe, readMaps } from './proc.js';

const DT_DEBUG = 21;
const DYNAMIC_LIMIT = 64 * 1024;
/** struct r_debug (link.h, 64 bit): r_version, r_map, r_brk, r_state (0 = RT_CONSISTENT). */
const R_MAP = 8;
const R_STATE = 24;
const R_DEBUG_SIZE = 32;

/**
 * Whether the dynamic linker has mapped all that the program links, as it tells debuggers. Before that dtrace takes hold
 * of the process by ptrace and sets a breakpoint to wait for it (seen: the process stays in a tracing stop); a process
 * that has come further it leaves alone. true for a program that has no dynamic linker.
 */
export function isLinked(pid: number): boolean {
  try {
    const exe = readExe(pid);
    const mapped = readMaps(pid).find((file) => file.path === exe.path);
    return (
      withElf(`/proc/${pid}/exe`, (elf) => {
        const section = elf.section('.dynamic');
        const bias = loadBias(elf, mapped);
        if (section === null || bias === null || section.size > DYNAMIC_LIMIT) return true;
        const dynamic = readMemory(pid, section.address + bias, section.size);
        if (dynamic === null) return false;
        for (let at = 0; at + 16 <= dynamic.length; at += 16) {
          if (Number(dynamic.readBigUInt64LE(at)) !== DT_DEBUG) continue;
          const address = Number(dynamic.readBigUInt64LE(at + 8));
          const debug = address === 0 ? null : readMemory(pid, address, R_DEBUG_SIZE);
          return debug !== null && debug.readBigUInt64LE(R_MAP) !== 0n && debug.readInt32LE(R_STATE) === 0;
        }
        return true;
      }) ?? true
    );
  } catch {
    return true;
  }
}
