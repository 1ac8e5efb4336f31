import { readMemory } from './debug-offsets.js';
import { definedSymbols, withElf } from './elf.js';
import type { Interpreter } from './interpreter.js';
import { isWritable } from './proc.js';

/**
 * How far a stopped interpreter has come. `nothing`: no frame was entered yet. `own-code`: perhaps frames of its frozen
 * startup code, but none of the user's (no site, no .pth file, no script). `unknown`: any of the user's code may have run.
 */
export type Progress = 'nothing' | 'own-code' | 'unknown';

/**
 * Offsets in struct pyruntimestate: `interpreters.head` is NULL until Py_InitializeFromConfig makes the interpreter that
 * frames run in; `initialized` is 0 until all is ready to import site. Before the debug offsets of 3.13:
 * Include/internal/pycore_runtime.h (pystate.h in 3.7), heads checked against the DWARF of x86-64 builds.
 */
const OFFSETS: Readonly<Record<number, { head: number; initialized: number }>> = {
  7: { head: 24, initialized: 0 },
  8: { head: 32, initialized: 12 },
  9: { head: 32, initialized: 12 },
  10: { head: 32, initialized: 12 },
  11: { head: 40, initialized: 16 },
  12: { head: 40, initialized: 16 },
};
/** 3.13 to 3.15: five ints (the last is `initialized`), finalizing, its id and a mutex stand before the head. */
const INITIALIZED_BEFORE_HEAD = 32;
const LAST_KNOWN_MINOR = 15;

/** PyTypeObject.tp_flags and Py_TPFLAGS_READY (Include/object.h, 2.7 to 3.6): set for `type` by Py_Initialize. */
const TP_FLAGS = 168;
const TP_FLAGS_READY = 1 << 12;

/** Reads the state of the interpreter of a process that stands still. */
export function interpreterProgress(pid: number, interpreter: Interpreter): Progress {
  const { bias } = interpreter;
  if (bias === null) return 'unknown';
  if (interpreter.runtime === null) return progressOfOld(pid, interpreter, bias);
  const offsets = offsetsOf(interpreter);
  if (offsets === null) return 'unknown';
  const runtime = interpreter.runtime + bias;
  if (!isLoaded(pid, runtime)) return 'nothing';
  const head = readMemory(pid, runtime + offsets.head, 8);
  if (head === null) return 'unknown';
  if (head.readBigUInt64LE(0) === 0n) return 'nothing';
  const initialized = offsets.initialized === null ? null : readMemory(pid, runtime + offsets.initialized, 4);
  return initialized?.readInt32LE(0) === 0 ? 'own-code' : 'unknown';
}

/** Before 3.7 there is no `_PyRuntime`, but `type` is exported, and made ready before the first frame. */
function progressOfOld(pid: number, interpreter: Interpreter, bias: number): Progress {
  let type: number | undefined;
  try {
    type = withElf(interpreter.elf.readPath, (elf) => definedSymbols(elf, ['PyType_Type']))?.get('PyType_Type');
  } catch {
    // Gone: then nothing is known.
  }
  if (type === undefined || interpreter.version.minor > 7) return 'unknown';
  if (!isLoaded(pid, type + bias)) return 'nothing';
  const flags = readMemory(pid, type + bias + TP_FLAGS, 8);
  return flags !== null && (flags.readUInt32LE(0) & TP_FLAGS_READY) === 0 ? 'nothing' : 'unknown';
}

/**
 * The dynamic linker first maps a library as a whole, for reading, and only then lays its data over that: until then
 * any bytes of the file may stand at an address of its data.
 */
function isLoaded(pid: number, address: number): boolean {
  return isWritable(pid, address) ?? true;
}

function offsetsOf({ version, offsets }: Interpreter): { head: number; initialized: number | null } | null {
  if (version.major !== 3) return null;
  if (offsets === null) return OFFSETS[version.minor] ?? null;
  const head = offsets.interpretersHead;
  // A later version's head is known by its own word; that `initialized` stands where it did is not.
  return { head, initialized: version.minor <= LAST_KNOWN_MINOR ? head - INITIALIZED_BEFORE_HEAD : null };
}
