import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';
import { systemError } from './system-error.js';

/** Where `--log FILE` sends the tracer's words, as they come. */
export interface LogFile {
  readonly path: string;
  write(chunk: Uint8Array): void;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/**
 * Opens the file for appending; undefined where none is asked for. Throws UserError. Fails once at the most, through
 * `failed`, and is silent after that: a full disk ends the log, never the trace.
 */
export function logFile(path: string | undefined, failed: (sentence: string) => void): LogFile | undefined {
  if (path === undefined) return undefined;
  const fd = open(path);
  let broken = false;
  return {
    path,
    write: (chunk) => {
      if (broken) return;
      try {
        for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done);
      } catch (error) {
        broken = true;
        const why = systemError(error as NodeJS.ErrnoException);
        failed(`The log ${sanitize(path)} could not be written to its end (${why}).`);
      }
    },
  };
}

function open(path: string): number {
  const refused = (why: string): UserError =>
    new UserError(`--log ${sanitize(path)} cannot be written (${why}): name another file.`, ExitCode.usage);
  let fd: number;
  try {
    // No link is followed: who may write the folder could lead to any file. And nobody waits for the reader of a pipe.
    fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw refused('it is a symbolic link');
    if (code === 'ENXIO') throw refused('it is no file');
    throw refused(systemError(error as NodeJS.ErrnoException));
  }
  const stat = fstatSync(fd);
  if (stat.isFile() || stat.isCharacterDevice()) return fd;
  closeSync(fd);
  throw refused('it is no file');
}
