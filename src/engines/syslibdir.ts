import { existsSync, mkdtempSync, readdirSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * dtrace compiles every *.d of its library before the script, and on some kernels one of them (io.d) names a symbol
 * that the kernel does not show; then nothing compiles. The bundled scripts need none of that library, only
 * bpf_dlib.o, which dtrace looks for in the same folder. Measured with 2.0.7: a folder with that one symlink, given
 * with -x syslibdir=, is enough; `-x nolibs` or an empty folder is not; and an extra -L folder does not replace it.
 */
export interface Syslibdir {
  readonly path: string;
  /** Synchronous, so that it can run while the process exits; harmless when repeated. */
  remove(): void;
}

const object = 'bpf_dlib.o';

/** Where the installed dtrace has bpf_dlib.o, or null. `prefixes` as /usr, to look below lib, lib64 and lib/<triplet>. */
export function findBpfObject(prefixes: readonly string[]): string | null {
  for (const prefix of prefixes) {
    const libs = ['lib64', 'lib'].map((lib) => path.join(prefix, lib));
    for (const folder of libs.flatMap((lib) => [lib, ...subfolders(lib)])) {
      const file = path.join(folder, 'dtrace', object);
      if (existsSync(file)) return file;
    }
  }
  return null;
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.includes('-linux-'))
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

/** null where this dtrace has no bpf_dlib.o to point to, or the temporary folder cannot be written. */
export function makeSyslibdir(dtracePath: string): Syslibdir | null {
  const source = findBpfObject([path.dirname(path.dirname(dtracePath)), '/usr', '/usr/local']);
  if (source === null) return null;
  try {
    // The guard removes only folders whose name begins so.
    const folder = mkdtempSync(path.join(os.tmpdir(), 'pytrace-'));
    const link = path.join(folder, object);
    symlinkSync(source, link);
    return {
      path: folder,
      remove() {
        try {
          unlinkSync(link);
        } catch {
          // the guard was first
        }
        try {
          rmdirSync(folder);
        } catch {
          // likewise
        }
      },
    };
  } catch {
    return null;
  }
}

/** What the user has set for dtrace itself. The name is upper case: dtrace reads DTRACE_OPT_ + toupper(option). */
export function userSyslibdir(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = env.DTRACE_OPT_SYSLIBDIR;
  return folder === undefined || folder === '' ? undefined : folder;
}
