import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Pieces } from './pieces.js';

export interface ExportOptions {
  /** Whom the file shall belong to: the person behind a sudo. */
  readonly owner?: { readonly uid: number; readonly gid: number } | null;
  /** Calls the writing off. */
  readonly signal?: AbortSignal;
  /** Told of the bytes written so far, now and then. */
  readonly progress?: (bytes: number) => void;
}

/** The path names something that is there already. */
export class FileExists extends Error {
  override readonly name = 'FileExists';
}

/** The writing was called off. */
export class CalledOff extends Error {
  override readonly name = 'CalledOff';
}

/** Bytes that are gathered for one write. */
const CHUNK = 1 << 16;
/** So long pieces are made before others have their turn, ms. */
const TURN_MS = 8;

/** A file that is written under another name, and so is not there before it is whole. */
export interface WholeFile {
  /**
   * Gives it its name. It takes no other file's place unless told to, and a symbolic link is a file that is there. Throws
   * FileExists, or what the file system says; then nothing of it is left.
   */
  publish(overwrite?: boolean): void;
  /** Takes it away. */
  discard(): void;
}

/**
 * Writes a text beside where it shall be, readable by its owner only, with little memory, and so that the event loop turns
 * meanwhile. Rejects with FileExists, CalledOff, or what the file system says; then nothing of it is left.
 */
export async function writeWhole(path: string, pieces: Pieces, options: ExportOptions = {}): Promise<WholeFile> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  const file = await open(part, 'wx', 0o600);
  // Also where the process ends in the middle.
  const discard = (): void => {
    process.off('exit', discard);
    try {
      unlinkSync(part);
    } catch {
      // It has been taken away already.
    }
  };
  process.once('exit', discard);
  try {
    try {
      if (options.owner) await file.chown(options.owner.uid, options.owner.gid);
      await writePieces(file, pieces, options);
    } finally {
      await file.close();
    }
  } catch (error) {
    discard();
    throw error;
  }
  return {
    publish(overwrite = false) {
      try {
        if (overwrite) renameSync(part, path);
        else nameNew(part, path);
      } finally {
        discard();
      }
    },
    discard,
  };
}

async function writePieces(file: FileHandle, pieces: Pieces, { signal, progress }: ExportOptions): Promise<void> {
  let text = '';
  let bytes = 0;
  let turn = performance.now();
  const write = async (): Promise<void> => {
    const buffer = Buffer.from(text);
    text = '';
    for (let done = 0; done < buffer.length;) done += (await file.write(buffer, done)).bytesWritten;
    bytes += buffer.length;
    progress?.(bytes);
  };
  for (const piece of pieces) {
    text += piece;
    const full = text.length >= CHUNK;
    if (!full && performance.now() - turn < TURN_MS) continue;
    if (full) await write();
    // A write alone may be done before keys and frames were looked at.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) throw new CalledOff('called off');
    turn = performance.now();
  }
  await write();
  if (signal?.aborted === true) throw new CalledOff('called off');
}

/** Throws FileExists where something has this name. */
export function refuseTaken(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw new FileExists(`${path} is there already`);
}

/** Errors of file systems that know no second name for a file. */
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/** Unlike a rename, a link never replaces. */
function nameNew(part: string, path: string): void {
  try {
    linkSync(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new FileExists(`${path} is there already`);
    if (!NO_LINKS.has(code ?? '')) throw error;
    takeName(path);
    renameSync(part, path);
  }
}

/** The name is taken by an empty file first, so that what the rename replaces is nobody's. */
function takeName(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new FileExists(`${path} is there already`);
    throw error;
  }
}
