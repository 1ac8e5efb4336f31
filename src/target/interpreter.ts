import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { readDebugOffsets, runtimeAddress, type DebugOffsets } from './debug-offsets.js';
import { definedSymbols, withElf, type Elf } from './elf.js';
import { pythonProbes } from './probes.js';
import type { MappedFile } from './proc.js';
import { pythonVersion } from './python-version.js';
import type { InterpreterElf, PythonVersion } from './target.js';

/** The ELF file that holds a process's interpreter, and what its bytes say. Nothing here runs it. */
export interface Interpreter {
  readonly elf: InterpreterElf;
  readonly version: PythonVersion;
  readonly freeThreaded: boolean;
  /** What to add to a link-time address to get the process's: 0 for fixed executables; null where it is not mapped. */
  readonly bias: number | null;
  /** Link-time address of `_PyRuntime`; null before 3.7. */
  readonly runtime: number | null;
  readonly offsets: DebugOffsets | null;
}

/**
 * Finds the interpreter among the executable and the mapped libpython: the first that defines CPython's symbols.
 * null where neither does. Throws what open(2) of /proc/PID/exe throws.
 */
export function findInterpreter(pid: number, exe: string, maps: readonly MappedFile[]): Interpreter | null {
  const mappedExe = maps.find((file) => file.path === exe);
  const inExe = withElf(`/proc/${pid}/exe`, (elf) =>
    interpreterIn(elf, exe, `/proc/${pid}/exe`, 'executable', mappedExe),
  );
  if (inExe) return inExe;
  for (const library of maps.filter((file) => isLibpython(file.path))) {
    for (const readPath of readPaths(pid, library)) {
      const found = tryElf(readPath, (elf) => interpreterIn(elf, library.path, readPath, 'library', library));
      if (found) return found;
    }
  }
  return null;
}

/** Whether an ELF file is CPython's interpreter, as executable or as library; also tells a launcher that needs libpython. */
export function isInterpreter(elf: Elf): boolean {
  if (elf.section('.PyRuntime') !== null || pythonProbes(elf).size > 0) return true;
  const symbols = definedSymbols(elf, ['_PyRuntime', 'Py_GetVersion']);
  return symbols.size > 0;
}

/** `libpython3.9.so.1.0`, `libpython2.7.so`; libpython3.so holds no interpreter but is not told apart by its name. */
export function isLibpython(path: string): boolean {
  return /^libpython[23][\d.]*[a-z]*\.so/.test(basename(path));
}

/** Device and inode of a file, following links; null where it cannot be reached. */
export function fileIdentity(path: string): string | null {
  try {
    const stat = statSync(path, { bigint: true });
    return `${stat.dev}:${stat.ino}`;
  } catch {
    return null;
  }
}

/**
 * Ways to the file that a process has mapped, best first. The kernel prints paths as seen from OUR root when it can
 * (a chroot) and as seen from the target's when it cannot (another mount namespace): only the file's identity decides.
 * map_files works for deleted files too, but may need privileges and lasts only as long as the mapping.
 */
function readPaths(pid: number, file: MappedFile): string[] {
  const mapping = `/proc/${pid}/map_files/${file.start.toString(16)}-${file.end.toString(16)}`;
  const byName = file.deleted ? [] : [`/proc/${pid}/root${file.path}`, file.path];
  const identity = fileIdentity(mapping);
  if (identity === null) return byName;
  return [...byName.filter((path) => fileIdentity(path) === identity), mapping];
}

function interpreterIn(
  elf: Elf,
  path: string,
  readPath: string,
  kind: InterpreterElf['kind'],
  mapped: MappedFile | undefined,
): Interpreter | null {
  if (!isInterpreter(elf)) return null;
  const offsets = readDebugOffsets(elf);
  const version = offsets?.version ?? pythonVersion(elf, path);
  if (version === null) return null;
  return {
    elf: { path, readPath, kind, probes: pythonProbes(elf) },
    version,
    freeThreaded: offsets?.freeThreaded ?? false,
    bias: loadBias(elf, mapped),
    runtime: runtimeAddress(elf),
    offsets,
  };
}

function loadBias(elf: Elf, mapped: MappedFile | undefined): number | null {
  if (elf.type === 'fixed') return 0;
  if (mapped === undefined) return null;
  const { start, offset } = mapped;
  const home = elf.segments.find((s) => offset >= s.offset - (s.offset % 4096) && offset < s.offset + s.fileSize);
  return home === undefined ? null : start - offset - (home.address - home.offset);
}

function tryElf<Result>(path: string, read: (elf: Elf) => Result): Result | null {
  try {
    return withElf(path, read);
  } catch {
    return null;
  }
}
