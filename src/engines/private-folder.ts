import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { makeTracerFolder } from './root-environment.js';
import { findBpfObject, userSyslibdir } from './syslibdir.js';

/** What dtrace is shown in place of the real thing; removed after the run. Linux only. */
export interface PrivateFolder {
  readonly path: string;
  /**
   * Its library with the one file that the bundled scripts need; null where none was found or the user has chosen one.
   * dtrace compiles every *.d of its own library before the script, which takes a second, and on some kernels one of them
   * (io.d) names a symbol that the kernel does not show; then nothing compiles. Measured with 2.0.7: a folder with a link
   * to bpf_dlib.o, given with -x syslibdir=, is enough; `-x nolibs` or an empty folder is not; -L does not replace it.
   */
  readonly library: string | null;
  /**
   * /proc as dtrace is to see it: the target without `mem`. dtrace takes hold by ptrace of every process that it does not
   * hold for a system daemon (one with a terminal, say), also without -p, and plants breakpoints in it: killed then, it
   * leaves them there, and the target dies of SIGTRAP. It does without where it cannot open `mem` (libproc, Pgrab). Tried
   * with 2.0.7: TracerPid of a Python in a terminal is dtrace for the whole run, and stays 0 with this.
   */
  readonly procfs: string;
  /** Synchronous, so that it can run while the process exits; harmless when repeated. */
  remove(): void;
}

/** Links to all of /proc but processes; the guard adds dtrace's own. null where no folder can be made. */
export function makePrivateFolder(dtracePath: string, pid: number): PrivateFolder | null {
  let folder: string;
  try {
    folder = makeTracerFolder();
  } catch {
    return null;
  }
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const procfs = path.join(folder, 'proc');
    const target = path.join(procfs, String(pid));
    mkdirSync(target, { recursive: true });
    for (const name of readdirSync('/proc')) {
      if (!/^\d/.test(name)) symlinkSync(`/proc/${name}`, path.join(procfs, name));
    }
    for (const name of entriesOf(pid)) {
      if (name !== 'mem') symlinkSync(`/proc/${pid}/${name}`, path.join(target, name));
    }
    const object =
      userSyslibdir() === undefined
        ? findBpfObject([path.dirname(path.dirname(dtracePath)), '/usr', '/usr/local'])
        : null;
    if (object !== null) symlinkSync(object, path.join(folder, path.basename(object)));
    return { path: folder, library: object === null ? null : folder, procfs, remove };
  } catch {
    remove();
    return null;
  }
}

/** None where the process has ended meanwhile: dtrace says so itself. */
function entriesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}`);
  } catch {
    return [];
  }
}
