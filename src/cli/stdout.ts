import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { asciiOnly } from '../text/ascii-only.js';
import { sanitizeLines } from '../text/printable.js';
import { lostTerminal } from './lost-terminal.js';
import { say } from './say.js';
import { systemError } from './system-error.js';

const FD = 1;
/** Bytes that wait for a slow reader before a recording is read on. */
const MAX_WAITING = 1 << 20;

/** Standard output: all that is printed passes here. A reader that has gone ends the program quietly, a full disk not. */
class StandardOutput {
  /** Nothing more can be written. */
  broken = false;
  /** It is for another reason than that the reader has closed the pipe (`| head`), and that has been said. */
  failed = false;
  /** Hears that nothing more can be written; for what else would go on. */
  onBroken: () => void = () => undefined;
  private toFile = false;

  /** Before anything is written. */
  open(): void {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.fail(error));
    // Where the words on standard error cannot be said, nobody can be told that.
    process.stderr.on('error', () => undefined);
    // A limit on the size of files is an error of the write, and no end.
    process.on('SIGXFSZ', () => undefined);
    try {
      const stat = fstatSync(FD);
      this.toFile = stat.isFile() || (stat.isCharacterDevice() && !isatty(FD));
    } catch {
      this.toFile = false;
    }
  }

  readonly write = (text: string): void => {
    if (this.broken || text === '') return;
    if (this.toFile) this.writeFile(text);
    else process.stdout.write(text);
  };

  /** The same, fit for a terminal, and in ASCII where that is asked for; JSON is fit as it comes. */
  writer({ ascii, json }: { readonly ascii: boolean; readonly json: boolean }): (text: string) => void {
    if (json) return this.write;
    return (text) => {
      const fit = sanitizeLines(text);
      this.write(ascii ? asciiOnly(fit) : fit);
    };
  }

  /** Resolves when a slow reader has taken so much that there is room for more; undefined where there is. */
  room(): Promise<void> | undefined {
    return process.stdout.writableLength > MAX_WAITING ? this.drained() : undefined;
  }

  /** Resolves when all that was written has been taken, or cannot be. */
  async drained(): Promise<void> {
    if (!this.broken && process.stdout.writableLength > 0)
      await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
    // An error is told of a moment later.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Node takes a write to a file for whole that a full disk has cut short. */
  private writeFile(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(FD, bytes, done);
    } catch (error) {
      this.fail(error as NodeJS.ErrnoException);
    }
  }

  private fail(error: NodeJS.ErrnoException): void {
    if (this.broken) return;
    this.broken = true;
    if (error.code !== 'EPIPE' && !lostTerminal()) {
      this.failed = true;
      say(`Standard output cannot be written (${systemError(error)}): what was printed is not whole.`);
    }
    this.onBroken();
  }
}

export const standardOutput = new StandardOutput();

/** A screen can be drawn and keys can be read. */
export function hasScreen(): boolean {
  return isatty(1) && isatty(0) && process.env.TERM !== 'dumb';
}
