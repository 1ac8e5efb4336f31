import { closeSync, openSync, readSync } from 'node:fs';
import { definedSymbols, number64, type Elf } from './elf.js';
import { versionFromHex } from './python-version.js';
import type { FrameLayout, PythonVersion } from './target.js';

/**
 * The members of struct _Py_DebugOffsets in order, u64 each, one list a minor version: groups and members are inserted
 * in the middle from minor to minor, never within one. Only as far as the last group that is read here.
 * Sources: Include/internal/pycore_runtime.h (3.13), Include/internal/pycore_debug_offsets.h (3.14, 3.15).
 */
const HEAD = 'cookie version free_threaded runtime.size runtime.finalizing runtime.interpreters_head';
const LAYOUTS: Readonly<Record<number, readonly string[]>> = {
  13: words(
    HEAD,
    group('interpreter', 'size id next threads_head gc imports_modules sysdict builtins ceval_gil'),
    group('interpreter', 'gil gil_enabled gil_locked gil_holder'),
    group('thread', 'size prev next interp current_frame thread_id native_thread_id datastack_chunk status'),
    group('frame', 'size previous executable instr_ptr localsplus owner'),
    group('code', 'size filename name qualname linetable firstlineno'),
  ),
  14: words(
    HEAD,
    group('interpreter', 'size id next threads_head threads_main gc imports_modules sysdict builtins ceval_gil'),
    group('interpreter', 'gil gil_enabled gil_locked gil_holder code_generation tlbc_generation'),
    group('thread', 'size prev next interp current_frame thread_id native_thread_id datastack_chunk status'),
    group('frame', 'size previous executable instr_ptr localsplus owner stackpointer tlbc_index'),
    group('code', 'size filename name qualname linetable firstlineno'),
  ),
  15: words(
    HEAD,
    group('interpreter', 'size id next threads_head threads_main gc imports_modules sysdict builtins ceval_gil'),
    group('interpreter', 'gil gil_enabled gil_locked gil_holder code_generation tlbc_generation'),
    group('thread', 'size prev next interp current_frame base_frame last_profiled_frame last_profiled_frame_seq'),
    group('thread', 'thread_id native_thread_id datastack_chunk status holds_gil gil_requested current_exception'),
    group('thread', 'exc_state'),
    'err_stackitem.exc_value',
    group('frame', 'size previous executable instr_ptr localsplus owner stackpointer tlbc_index'),
    group('code', 'size filename name qualname linetable firstlineno'),
  ),
};

/** `co_flags` stands this many bytes before `co_firstlineno` (Include/cpython/code.h, the same in 3.13, 3.14 and 3.15). */
const FLAGS_BEFORE_FIRSTLINENO = 20;

/** What the offsets table at the start of `_PyRuntime` says, before any address of a running process is known. */
export interface DebugOffsets {
  /** Link-time address of `_PyRuntime`. */
  readonly runtime: number;
  readonly version: PythonVersion;
  readonly freeThreaded: boolean;
  /** Offset of `interpreters.head` in `_PyRuntime`: the head of the table is the same in every version so far. */
  readonly interpretersHead: number;
  /** The table's bytes as far as they are used: to be compared with those in a running process. */
  readonly bytes: Buffer;
  /** null where this minor's table is not known here, or says what cannot be. */
  readonly frame: Omit<FrameLayout, 'mainInterpreter'> | null;
}

/** Link-time address of `_PyRuntime` (3.7+): section .PyRuntime (3.11+) or the exported symbol; null where neither is. */
export function runtimeAddress(elf: Elf): number | null {
  return elf.section('.PyRuntime')?.address ?? definedSymbols(elf, ['_PyRuntime']).get('_PyRuntime') ?? null;
}

/**
 * Reads `_Py_DebugOffsets` (3.13+) from an ELF file. The cookie is never searched for: some builds hold it several times.
 * null for older versions and where the table contradicts itself.
 */
export function readDebugOffsets(elf: Elf): DebugOffsets | null {
  const runtime = runtimeAddress(elf);
  const head = runtime === null ? null : elf.readAddress(runtime, 48);
  if (runtime === null || head?.toString('latin1', 0, 8) !== 'xdebugpy') return null;
  const version = versionFromHex(head.readUInt32LE(8));
  if (version === null) return null;
  const names = version.major === 3 ? LAYOUTS[version.minor] : undefined;
  const bytes = names === undefined ? head : (elf.readAddress(runtime, names.length * 8) ?? head);
  const freeThreaded = number64(head, 16) !== 0;
  const known = names !== undefined && bytes.length === names.length * 8 && !freeThreaded;
  return {
    runtime,
    version,
    freeThreaded,
    interpretersHead: number64(head, 40),
    bytes,
    frame: known ? frameLayout(names, bytes) : null,
  };
}

/** struct pyinterpreters holds `head` and then `main` (Include/internal/pycore_runtime_structs.h, 3.13 to 3.15). */
const MAIN_AFTER_HEAD = 8;

/**
 * The frame layout of a running process: adds the load bias (0 for fixed executables), and where the process's memory
 * may be read, makes sure that it holds the very table that the file holds. null where there is none to trust.
 */
export function frameLayoutOf(offsets: DebugOffsets, pid: number, bias: number): FrameLayout | null {
  if (offsets.frame === null || !(offsets.interpretersHead >= offsets.bytes.length)) return null;
  const address = offsets.runtime + bias;
  const live = readMemory(pid, address, offsets.bytes.length);
  if (live !== null && !live.equals(offsets.bytes)) return null;
  return { mainInterpreter: BigInt(address + offsets.interpretersHead + MAIN_AFTER_HEAD), ...offsets.frame };
}

/** `length` bytes of a process's memory; null where they are not mapped or may not be read. */
export function readMemory(pid: number, address: number, length: number): Buffer | null {
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/mem`, 'r');
    const bytes = Buffer.alloc(length);
    return readSync(fd, bytes, 0, length, address) === length ? bytes : null;
  } catch {
    return null;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function frameLayout(names: readonly string[], bytes: Buffer): Omit<FrameLayout, 'mainInterpreter'> | null {
  const value = (name: string): number => number64(bytes, names.indexOf(name) * 8);
  /** A member's offset, NaN where it would lie outside its structure. */
  const member = (owner: string, name: string): number => {
    const offset = value(`${owner}.${name}`);
    return offset < value(`${owner}.size`) ? offset : NaN;
  };
  const layout = {
    gilHolder: member('interpreter', 'gil_holder'),
    currentFrame: member('thread', 'current_frame'),
    previous: member('frame', 'previous'),
    executable: member('frame', 'executable'),
    owner: member('frame', 'owner'),
    codeFlags: member('code', 'firstlineno') - FLAGS_BEFORE_FIRSTLINENO,
  };
  return Object.values(layout).every((offset) => Number.isSafeInteger(offset) && offset >= 0) ? layout : null;
}

function group(name: string, members: string): string {
  return members
    .split(' ')
    .map((member) => `${name}.${member}`)
    .join(' ');
}

function words(...lists: string[]): string[] {
  return lists.join(' ').split(' ');
}
