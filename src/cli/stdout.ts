import { isatty } from 'node:tty';
import { asciiOnly } from '../text/ascii-only.js';
import { lostTerminal } from './lost-terminal.js';

/** Standard output for streams of text: writes in order, and a reader that has gone ends the program quietly. */
export class StandardOutput {
  /** The reader has closed the pipe (`| head`): nothing more is to be said. */
  broken = false;

  constructor(onBroken: () => void) {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (this.broken) return;
      this.broken = true;
      if (error.code !== 'EPIPE' && !lostTerminal())
        process.stderr.write(`pytrace: standard output cannot be written: ${error.message}\n`);
      onBroken();
    });
  }

  readonly write = (text: string): void => {
    if (!this.broken) process.stdout.write(text);
  };

  /** The same, in ASCII where that is asked for; JSON is ASCII already. */
  writer({ ascii, json }: { readonly ascii: boolean; readonly json: boolean }): (text: string) => void {
    return ascii && !json ? (text) => this.write(asciiOnly(text)) : this.write;
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
