import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

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

/** What the user has set for dtrace itself. The name is upper case: dtrace reads DTRACE_OPT_ + toupper(option). */
export function userSyslibdir(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = env.DTRACE_OPT_SYSLIBDIR;
  return folder === undefined || folder === '' ? undefined : folder;
}
