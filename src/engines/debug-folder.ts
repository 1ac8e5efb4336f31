import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugFile } from './engine.js';
import { makeTracerFolder } from './root-environment.js';

/** A folder with one file of debugging information; removed after the run. */
export interface DebugFolder {
  readonly path: string;
  /** Harmless when repeated: the guard removes it too. */
  remove(): void;
}

/** null where no folder can be made: what the file would name is then not found. */
export function makeDebugFolder(file: DebugFile): DebugFolder | null {
  let folder: string;
  try {
    folder = makeTracerFolder();
  } catch {
    return null;
  }
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const at = path.join(folder, file.path);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, file.bytes);
    return { path: folder, remove };
  } catch {
    remove();
    return null;
  }
}
