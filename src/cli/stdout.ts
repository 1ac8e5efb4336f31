import { isatty } from 'node:tty';
import { asciiOnly } from '../text/ascii-only.js';
import { sanitizeLines } from '../text/printable.js';

/** Standard output for streams of text: writes in order, and a reader that has gone ends the program quietly. */
export class StandardOutput {
  /** The reader has closed the pipe (`| head`): nothing more is to be said. */
  broken = false;

  constructor(onBroken: () => void) {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (this.broken) return;
      this.broken = true;
      if (error.code !== 'EPIPE')
        process.stderr.write(`pytrace: standard output cannot be written: ${error.message}\n`);
      onBroken();
    });
  }

  readonly write = (text: string): void => {
    if (!this.broken) process.stdout.write(text);
  };

  /** The same, fit for a terminal, and in ASCII where that is asked for; JSON is fit as it comes. */
  writer({ ascii, json }: { readonly ascii: boolean; readonly json: boolean }): (text: string) => void {
    if (json) return this.write;
    return (text) => {
      const fit = sanitizeLines(text);
      this.write(ascii ? asciiOnly(fit) : fit);
    };
  }

  /** Resolves when all that was written has been taken. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.broken || process.stdout.writableLength === 0) resolve();
      else process.stdout.write('', () => resolve());
    });
  }
}

/** A screen can be drawn and keys can be read. */
export function hasScreen(): boolean {
  return isatty(1) && isatty(0) && process.env.TERM !== 'dumb';
}
