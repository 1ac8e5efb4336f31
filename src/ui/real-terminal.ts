import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Terminal, TerminalListener } from './terminal.js';

/** How often a full terminal is tried again at the end; each try waits a little. */
const LAST_TRIES = 20;
const LAST_WAIT_MS = 5;

/** The terminal that this process has. */
export class RealTerminal implements Terminal {
  private gone = false;

  constructor(
    private readonly input: ReadStream = process.stdin,
    private readonly output: WriteStream = process.stdout,
    private readonly fd = 1,
  ) {}

  get columns(): number {
    return this.output.columns || 80;
  }

  get rows(): number {
    return this.output.rows || 24;
  }

  write(data: string, done: () => void): void {
    if (this.gone) return;
    this.output.write(data, done);
  }

  writeNow(data: string): void {
    if (this.gone) return;
    let rest: Uint8Array = Buffer.from(data);
    for (let tries = 0; rest.length > 0 && tries < LAST_TRIES; tries++) {
      try {
        rest = rest.subarray(writeSync(this.fd, rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        // A terminal that is full is given a moment; one that is stopped must not hold up the exit.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WAIT_MS);
      }
    }
    // What is printed from here on is printed before the process ends; not where the terminal takes nothing anyway.
    if (rest.length === 0) setBlocking(this.output, true);
  }

  setRaw(raw: boolean): void {
    if (this.gone) return;
    if (raw) setBlocking(this.output, false);
    try {
      // Node does nothing where it believes to be raw already. Whoever was stopped from outside is not: the shell has had
      // the terminal meanwhile, and its mode with it.
      if (raw) this.input.setRawMode(false);
      this.input.setRawMode(raw);
    } catch {
      // EIO: the terminal went away in between, and its mode with it.
    }
  }

  listen(listener: TerminalListener): () => void {
    const lose = (why: string) => {
      if (this.gone) return;
      this.gone = true;
      listener.lost(why);
    };
    const input = (bytes: Buffer) => listener.input(bytes);
    const failed = (error: NodeJS.ErrnoException) => lose(error.code ?? error.message);
    const ended = () => lose('end of input');
    this.input.on('data', input).on('error', failed).on('end', ended);
    this.output.on('resize', listener.resized).on('error', failed);
    this.input.resume();
    return () => {
      this.input.off('data', input).off('end', ended).pause();
      this.output.off('resize', listener.resized);
      // The error listeners stay: a late EIO without one would end the process in the middle of its cleaning up.
    };
  }
}

/**
 * Node makes writes to a terminal block. A reader that stops (a stalled ssh, a stopped tmux) would then stop the whole
 * program, with it the reading of the engine's pipe and every signal handler. There is no public way to ask otherwise.
 */
function setBlocking(output: WriteStream, on: boolean): void {
  const handle = (output as { _handle?: { setBlocking?: (on: boolean) => unknown } })._handle;
  try {
    handle?.setBlocking?.(on);
  } catch {
    // Then it blocks, as it does everywhere else.
  }
}
