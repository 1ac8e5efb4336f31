import { openSync, writeSync } from 'node:fs';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';

/** Where `--log FILE` sends the tracer's words, as they come. */
export interface LogFile {
  readonly path: string;
  write(chunk: Uint8Array): void;
}

/** Opens the file for appending; undefined where none is asked for. Throws UserError. */
export function logFile(path: string | undefined): LogFile | undefined {
  if (path === undefined) return undefined;
  let fd: number;
  try {
    fd = openSync(path, 'a', 0o600);
  } catch (error) {
    throw new UserError(
      `--log ${sanitize(path)} cannot be written (${(error as Error).message}): name another file.`,
      ExitCode.usage,
    );
  }
  return {
    path,
    write: (chunk) => {
      try {
        writeSync(fd, chunk);
      } catch {
        // A full disk must not end the trace; the log is only a help.
      }
    },
  };
}
