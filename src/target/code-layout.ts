import { frameLayoutOf, readMemory } from './debug-offsets.js';
import { number64, withElf } from './elf.js';
import { oldStackLayout } from './frame-layout-old.js';
import type { Interpreter } from './interpreter.js';
import type { CodeLayout, StackLayout } from './target.js';

/** In `_Py_DebugOffsets`, as in debug-offsets.ts: the word at which group `interpreter_frame` begins. */
const FRAME_GROUP: Readonly<Record<number, number>> = { 13: 28, 14: 31, 15: 39 };
const OLD_GROUPS =
  'frame.size frame.previous frame.executable frame.instr_ptr frame.localsplus frame.owner ' +
  'code.size code.filename code.name code.qualname code.linetable code.firstlineno code.argcount ' +
  'code.localsplusnames code.localspluskinds code.co_code_adaptive';
const GROUPS = OLD_GROUPS.replace('frame.owner', 'frame.owner frame.stackpointer frame.tlbc_index');

/** sizeof(PyASCIIObject) since 3.12, which dropped wstr; the offsets table says the same (`unicode.asciiobject_size`). */
const ASCII_HEADER = 40;

/**
 * Where the frames and code objects of a running process are: 3.13 to 3.15 as its own debug offsets say, 3.7 to 3.12 by
 * a table that is tried on the process first. null where there is none to trust: free-threaded builds, other versions,
 * and before 3.13 also where the process's memory may not be read. Never throws.
 */
export function stackLayoutOf(interpreter: Interpreter, pid: number): StackLayout | null {
  const { version, bias, runtime, freeThreaded } = interpreter;
  if (version.major !== 3 || bias === null || runtime === null || freeThreaded) return null;
  if (version.minor < 13) return oldStackLayout(pid, version.minor, runtime + bias);
  try {
    return fromDebugOffsets(interpreter, pid, bias);
  } catch {
    return null; // the file is gone by now
  }
}

function fromDebugOffsets({ offsets, elf, version }: Interpreter, pid: number, bias: number): StackLayout | null {
  const group = FRAME_GROUP[version.minor];
  const frames = offsets === null ? null : frameLayoutOf(offsets, pid, bias);
  if (group === undefined || offsets === null || frames === null) return null;
  const names = (version.minor === 13 ? OLD_GROUPS : GROUPS).split(' ');
  const start = offsets.runtime + group * 8;
  const bytes = withElf(elf.readPath, (file) => file.readAddress(start, names.length * 8));
  if (!bytes) return null;
  const live = readMemory(pid, start + bias, bytes.length);
  if (live !== null && !live.equals(bytes)) return null;
  const value = (name: string): number => number64(bytes, names.indexOf(name) * 8);
  const member = (owner: string, name: string): number => {
    const offset = value(`${owner}.${name}`);
    return offset < value(`${owner}.size`) ? offset : NaN;
  };
  // Both readings of the table must agree where they overlap.
  if (member('frame', 'previous') !== frames.previous || member('frame', 'owner') !== frames.owner) return null;
  const code: CodeLayout = {
    minor: version.minor,
    name: member('code', 'name'),
    qualname: member('code', 'qualname'),
    filename: member('code', 'filename'),
    firstLine: member('code', 'firstlineno'),
    flags: frames.codeFlags,
    lineTable: member('code', 'linetable'),
    asciiHeader: ASCII_HEADER,
  };
  // The bytecode may stand behind the structure: no upper bound.
  const more = { instr: member('frame', 'instr_ptr'), codeAdaptive: value('code.co_code_adaptive') };
  const sound = Object.values<number | null>({ ...code, ...more }).every((offset) => Number.isSafeInteger(offset));
  return sound ? { ...frames, cframe: null, ...more, code } : null;
}
