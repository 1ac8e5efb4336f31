/** The probes of CPython's provider `python`, as .note.stapsdt spells them. */
export const PYTHON_PROBES = [
  'function__entry',
  'function__return',
  'line',
  'gc__start',
  'gc__done',
  'import__find__load__start',
  'import__find__load__done',
  'audit',
  'instance__new__start',
  'instance__new__done',
  'instance__delete__start',
  'instance__delete__done',
] as const;

export type ProbeName = (typeof PYTHON_PROBES)[number];

/** `sys.version_info` as far as it can be known from outside; micro is -1 where it cannot. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

/**
 * Where a probe script finds the frame that is being entered or left, so that a generator's creation, a throw() and
 * recursion are told apart by the frame's address and not by its name. Offsets in bytes, addresses in the target.
 * Source: _Py_DebugOffsets at the start of section .PyRuntime (CPython 3.13+, Include/internal/pycore_debug_offsets.h).
 */
export interface FrameLayout {
  /** Address of `_PyRuntime.interpreters.main`: head is that of the newest subinterpreter. */
  readonly mainInterpreter: bigint;
  /** PyInterpreterState: `_gil.last_holder`, the thread state that holds the GIL. */
  readonly gilHolder: number;
  /** PyThreadState: `current_frame`. */
  readonly currentFrame: number;
  /** _PyInterpreterFrame: `previous`, `f_executable`, `owner`. */
  readonly previous: number;
  readonly executable: number;
  readonly owner: number;
  /** PyCodeObject: `co_flags` (co_firstlineno - 20 in 3.13 to 3.15; not among the debug offsets). */
  readonly codeFlags: number;
}

/** Where a code object keeps its names and lines. Offsets in bytes in PyCodeObject. */
export interface CodeLayout {
  /** Of CPython 3: line tables have another form in 3.6, 3.10 and 3.11. */
  readonly minor: number;
  readonly name: number;
  /** `co_qualname`; null before 3.11. */
  readonly qualname: number | null;
  readonly filename: number;
  readonly firstLine: number;
  readonly flags: number;
  /** `co_linetable`, `co_lnotab` before 3.10. */
  readonly lineTable: number;
  /** sizeof(PyASCIIObject), behind which the characters of an ASCII str begin. */
  readonly asciiHeader: number;
}

/**
 * A frame layout that also tells the current line, and that of the callers, in every version from 3.7 on. The pointer at
 * `mainInterpreter` leads to the interpreter, in which `gilHolder` is the offset of the running thread state; where
 * `gilHolder` is 0 (3.7 to 3.11) it leads to that thread state itself. `owner` is 0 where frames have none (3.7 to 3.10).
 */
export interface StackLayout extends FrameLayout {
  /** 3.11, 3.12: `currentFrame` leads to a cframe, and the frame is at this offset in it. null: it leads to the frame. */
  readonly cframe: number | null;
  /** _PyInterpreterFrame: `instr_ptr` (3.13+), `prev_instr` (3.11, 3.12); PyFrameObject: `f_lasti`, an int. */
  readonly instr: number;
  /** PyCodeObject: `co_code_adaptive`, from which instructions are counted; 0 where `instr` is `f_lasti`. */
  readonly codeAdaptive: number;
  readonly code: CodeLayout;
}

/** One ELF file that holds the interpreter: the executable, or libpython. */
export interface InterpreterElf {
  /** Path as the target sees it (from /proc/PID/maps). */
  readonly path: string;
  /** Path by which this process can read it: /proc/PID/root/… or /proc/PID/exe. */
  readonly readPath: string;
  readonly kind: 'executable' | 'library';
  /** Probe name -> number of sites, provider `python` only. */
  readonly probes: ReadonlyMap<ProbeName, number>;
}

/** What was found out about a target before an engine is chosen. Everything is a fact, nothing a verdict. */
export interface Target {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot: together with the pid it names one process for ever. */
  readonly startTime: number;
  readonly uid: number;
  /** argv, for the header; hostile text. */
  readonly command: readonly string[];
  readonly exe: string;
  readonly exeDeleted: boolean;
  /** null where the process has no Python interpreter that could be recognised. */
  readonly python: {
    readonly version: PythonVersion;
    readonly elf: InterpreterElf;
    readonly freeThreaded: boolean;
  } | null;
  /** The ELF file at `elf.path` in our own mount namespace is the very file that the target has mapped. */
  readonly elfVisibleHere: boolean;
  readonly sameMountNamespace: boolean;
  /** Its process id in a PID namespace of its own (a container); left out where that is pytrace's too. */
  readonly pidInside?: number | undefined;
  /** Its root directory, where that is another one than pytrace's (chroot, a container); hostile text. */
  readonly otherRoot?: string | undefined;
  /** null where the layout is not known, or not needed because this version's probes balance. */
  readonly frames: FrameLayout | null;
  /** Where frames, instructions and code objects are, in every version where that can be trusted; null where not. */
  readonly stack?: StackLayout | null;
  /** greenlet, which switches stacks within a thread, was mapped when the process was looked at. */
  readonly greenlets?: boolean;
}
