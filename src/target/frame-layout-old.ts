import { readCode } from './code-names.js';
import type { CodeLayout, StackLayout } from './target.js';
import { number64 } from './elf.js';
import { openMemory, type ProcessMemory } from './memory.js';

/** What leads to the frames of one minor version; offsets as its headers give them, in the usual 64-bit build. */
interface OldLayout extends Omit<StackLayout, 'mainInterpreter' | 'gilHolder' | 'code'> {
  /** _PyRuntime: `interpreters.head`; `main` follows it. */
  readonly interpreters: number;
  /** _PyRuntime: `gilstate.tstate_current`; null in 3.12, where each interpreter has a GIL of its own. */
  readonly tstateCurrent: number | null;
  /** How far behind that `gilstate.autoInterpreterState` is: it points to the main interpreter, which proves the table. */
  readonly autoInterpreter: number;
  /** PyInterpreterState: `_gil.last_holder` (3.12). */
  readonly lastHolder: number;
  /** PyInterpreterState: `threads.head`, `tstate_head`. */
  readonly threads: number;
  readonly code: Omit<CodeLayout, 'minor'>;
}

/** PyThreadState: `next`, the same in all of them. */
const NEXT_THREAD = 8;
const THREADS_LIMIT = 4096;
/** The process runs while it is read: what was in motion is looked at again. */
const TRIES = 5;

const CODE_37 = { name: 104, qualname: null, filename: 96, firstLine: 36, flags: 32, lineTable: 112, asciiHeader: 48 };
const CODE_38 = { name: 112, qualname: null, filename: 104, firstLine: 40, flags: 36, lineTable: 120, asciiHeader: 48 };
const CODE_311 = { name: 120, qualname: 128, filename: 112, firstLine: 72, flags: 48, lineTable: 136, asciiHeader: 48 };
const CODE_312 = { ...CODE_311, firstLine: 68, asciiHeader: 40 };
/** PyFrameObject is the frame itself up to 3.10. */
const FRAME_OBJECT = {
  threads: 8,
  currentFrame: 24,
  cframe: null,
  previous: 24,
  executable: 32,
  owner: 0,
  codeAdaptive: 0,
  lastHolder: 0,
};
const INTERPRETER_FRAME = { currentFrame: 56, instr: 56, codeFlags: 48 };

/** 3.6 is not here: it has no _PyRuntime, and its list of interpreters is not exported. */
const LAYOUTS: Readonly<Record<number, OldLayout>> = {
  7: {
    ...FRAME_OBJECT,
    interpreters: 24,
    tstateCurrent: 1480,
    autoInterpreter: 16,
    instr: 104,
    codeFlags: 32,
    code: CODE_37,
  },
  8: {
    ...FRAME_OBJECT,
    interpreters: 32,
    tstateCurrent: 1368,
    autoInterpreter: 16,
    instr: 104,
    codeFlags: 36,
    code: CODE_38,
  },
  9: {
    ...FRAME_OBJECT,
    interpreters: 32,
    tstateCurrent: 568,
    autoInterpreter: 8,
    instr: 104,
    codeFlags: 36,
    code: CODE_38,
  },
  10: {
    ...FRAME_OBJECT,
    interpreters: 32,
    tstateCurrent: 568,
    autoInterpreter: 8,
    instr: 96,
    codeFlags: 36,
    code: CODE_38,
  },
  11: {
    ...INTERPRETER_FRAME,
    interpreters: 40,
    tstateCurrent: 576,
    autoInterpreter: 8,
    lastHolder: 0,
    threads: 16,
    cframe: 8,
    previous: 48,
    executable: 32,
    owner: 69,
    codeAdaptive: 184,
    code: CODE_311,
  },
  12: {
    ...INTERPRETER_FRAME,
    interpreters: 40,
    tstateCurrent: null,
    autoInterpreter: 0,
    lastHolder: 1048,
    threads: 72,
    cframe: 0,
    previous: 8,
    executable: 0,
    owner: 70,
    codeAdaptive: 192,
    code: CODE_312,
  },
};

/**
 * Frame layout of CPython 3.7 to 3.12, which do not say it themselves: by version, and only after it was seen to be true
 * of this process, as a build with other options or a patched one lays its structures out otherwise. `runtime` is the
 * address of _PyRuntime in the process. null where the process does not bear it out, or may not be read. Never throws.
 */
export function oldStackLayout(pid: number, minor: number, runtime: number): StackLayout | null {
  const known = LAYOUTS[minor];
  const memory = known === undefined ? null : openMemory(pid);
  if (known === undefined || memory === null) return null;
  try {
    for (let tried = 0; tried < TRIES; tried++) {
      if (isTrueOf(memory, known, minor, runtime)) return layoutOf(known, minor, runtime);
    }
    return null;
  } finally {
    memory.close();
  }
}

function layoutOf(known: OldLayout, minor: number, runtime: number): StackLayout {
  const { tstateCurrent, currentFrame, cframe, previous, executable, owner, codeFlags, instr, codeAdaptive } = known;
  return {
    mainInterpreter: BigInt(runtime + (tstateCurrent ?? known.interpreters + 8)),
    gilHolder: tstateCurrent === null ? known.lastHolder : 0,
    ...{ currentFrame, cframe, previous, executable, owner, codeFlags, instr, codeAdaptive },
    code: { ...known.code, minor },
  };
}

/** The way to the running thread is right, and at least one thread's frame holds a code object with names. */
function isTrueOf(memory: ProcessMemory, known: OldLayout, minor: number, runtime: number): boolean {
  const pointer = (address: number): number => {
    const bytes = memory.read(address, 8);
    return bytes === null ? 0 : number64(bytes, 0) || 0;
  };
  const main = pointer(runtime + known.interpreters + 8);
  if (main === 0) return false;
  const threads: number[] = [];
  for (
    let at = pointer(main + known.threads);
    at > 0 && threads.length < THREADS_LIMIT;
    at = pointer(at + NEXT_THREAD)
  ) {
    threads.push(at);
  }
  if (!threads.includes(holderOf())) return false;
  const code: CodeLayout = { ...known.code, minor };
  return threads.some((thread) => {
    const first = pointer(thread + known.currentFrame);
    const frame = first === 0 || known.cframe === null ? first : pointer(first + known.cframe);
    const executable = frame === 0 ? 0 : pointer(frame + known.executable);
    return executable !== 0 && readCode(memory, code, executable) !== null;
  });

  /** The thread that holds the GIL. Where none does just now, its neighbour in the structure tells that the place is right. */
  function holderOf(): number {
    if (known.tstateCurrent === null) return pointer(main + known.lastHolder);
    const at = runtime + known.tstateCurrent;
    if (pointer(at + known.autoInterpreter) !== main) return -1;
    return pointer(at) || threads[0] || -1;
  }
}
