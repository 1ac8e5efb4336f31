import { randomBytes } from 'node:crypto';
import { closeSync, fchownSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';

export interface ExportOptions {
  /** Replaces a file that is there; without it that is an error. */
  readonly overwrite?: boolean;
  /** Whom the file shall belong to: the person behind a sudo. */
  readonly owner?: { readonly uid: number; readonly gid: number } | null;
}

/** The path names a file that is there already. */
export class FileExists extends Error {
  override readonly name = 'FileExists';
}

/**
 * Writes a text to a file that only its owner can read. It takes no other file's place unless told to, and a symbolic
 * link is a file that is there. Throws FileExists, or what the file system says; then nothing new is left behind.
 */
export function exportFile(path: string, text: string, options: ExportOptions = {}): void {
  const bytes = Buffer.from(text);
  const replacing = options.overwrite === true;
  // Another file is replaced only by a whole one.
  const written = replacing ? `${path}.${randomBytes(6).toString('hex')}.part` : path;
  const file = create(written);
  try {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
      if (options.owner) fchownSync(file, options.owner.uid, options.owner.gid);
    } finally {
      closeSync(file);
    }
    if (replacing) renameSync(written, path);
  } catch (error) {
    unlinkSync(written);
    throw error;
  }
}

function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new FileExists(`${path} is there already`);
    throw error;
  }
}
