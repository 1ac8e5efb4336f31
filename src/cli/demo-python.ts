import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../engines/find-engine.js';
import { readDebugOffsets } from '../target/debug-offsets.js';
import { neededLibraries, withElf, type Elf } from '../target/elf.js';
import { isLibpython } from '../target/interpreter.js';
import { pythonProbes } from '../target/probes.js';
import { pythonVersion } from '../target/python-version.js';
import type { FrameLayout, InterpreterElf, Target } from '../target/target.js';
import { functionObjection } from '../views/function-probes.js';

/** A Python that is installed here and whose calls can be traced, judged by its files: it was not run. */
export interface InstalledPython {
  readonly path: string;
  /** Stands for the process that it would be. */
  readonly target: Target;
}

/** Best first: those whose calls can be told exactly, the newest first, then whatever else is called python3. */
const NAMES = [20, 19, 18, 17, 16, 15, 10, 9, 8, 7, 6].map((minor) => `python3.${minor}`);
const FOLDERS = ['/usr/bin', '/usr/local/bin'];
const LIBRARIES = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];

/** null where none is found. */
export async function findTraceablePython(): Promise<InstalledPython | null> {
  const seen = new Set<string>();
  for (const path of await candidates()) {
    const real = realPath(path);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const target = inspectFile(real);
    if (target !== null && functionObjection(target, 'calls') === null) return { path: real, target };
  }
  return null;
}

async function candidates(): Promise<string[]> {
  const named = await Promise.all([...NAMES, 'python3'].map((name) => findProgram(name)));
  const others = FOLDERS.flatMap((folder) =>
    names(folder)
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .map((name) => join(folder, name)),
  );
  return [...named.filter((path) => path !== null), ...others];
}

/** What can be known of an interpreter's file, as of a process that runs it; null where it is none (a script, say). */
export function inspectFile(path: string): Target | null {
  return fromFile(path, path, 'executable') ?? fromLibrary(path);
}

/** A thin executable has its interpreter, and the probes, in libpython. */
function fromLibrary(exe: string): Target | null {
  const library = tryElf(exe, (elf) => neededLibraries(elf).find(isLibpython)) ?? undefined;
  if (library === undefined) return null;
  const folders = [
    join(dirname(dirname(exe)), 'lib'),
    ...LIBRARIES,
    ...LIBRARIES.flatMap((lib) =>
      names(lib)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(lib, name)),
    ),
  ];
  for (const folder of folders) {
    const found = fromFile(exe, join(folder, library), 'library');
    if (found !== null) return found;
  }
  return null;
}

function fromFile(exe: string, file: string, kind: InterpreterElf['kind']): Target | null {
  return tryElf(file, (elf) => {
    const probes = pythonProbes(elf);
    const offsets = readDebugOffsets(elf);
    const version = offsets?.version ?? pythonVersion(elf, file);
    if (probes.size === 0 || version === null) return null;
    return {
      pid: 0,
      startTime: 0,
      uid: 0,
      command: [],
      exe,
      exeDeleted: false,
      python: {
        version,
        elf: { path: file, readPath: file, kind, probes },
        freeThreaded: offsets?.freeThreaded ?? false,
      },
      elfVisibleHere: true,
      sameMountNamespace: true,
      // Their addresses are a process's; that they can be found there is all that counts here.
      frames: offsets === null ? null : ({} as FrameLayout),
    };
  });
}

function tryElf<Result>(path: string, read: (elf: Elf) => Result): Result | null {
  try {
    return withElf(path, read);
  } catch {
    return null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
