import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Exit status of what ends because its terminal did: what shells make of SIGHUP. */
const HUNG_UP = 129;

const STANDARD = [0, 1, 2];
const began = isatty(1) || named(1);
let lent = false;

/** The terminal that this program draws or prints on is gone, as when its window is closed: nobody reads any more. */
export function lostTerminal(): boolean {
  return began && !isatty(1);
}

/** A program of the user's has the terminal too, and may leave it in a mode that is to be undone at the end. */
export function lendTerminal(): void {
  lent = true;
}

/** To be called before anything is printed: a terminal that goes away is then no fault of this program. */
export function outliveTerminal(): void {
  process.on('exit', onExit);
  if (lostTerminal()) process.exit();
  const ignore = (): void => undefined;
  if (isatty(1)) process.stdout.on('error', ignore);
  if (isatty(2)) process.stderr.on('error', ignore);
  // Where nobody else sees to it, as during the start.
  process.on('SIGHUP', () => {
    if (process.listenerCount('SIGHUP') === 1) process.exit(HUNG_UP);
  });
}

/** Ends the process, in order also without a terminal. The screens are closed, and all that was printed is out. */
export function exit(status: number): never {
  process.exitCode = lostTerminal() ? HUNG_UP : status;
  process.off('exit', onExit);
  for (const fd of STANDARD) if (!lent || !isatty(fd)) leave(fd);
  process.exit();
}

/** For every other way to the end; what is still to be printed may be a crash, on a terminal that is there. */
function onExit(): void {
  if (lostTerminal()) process.exitCode = HUNG_UP;
  for (const fd of STANDARD) if (!isatty(fd)) leave(fd);
}

/**
 * At its very end Node 20 gives each terminal among the standard descriptors the modes that it had, and aborts where a
 * terminal that has gone away does not take them (ResetStdio in node.cc; 22 goes on). It passes over a descriptor that
 * is another file by then. A terminal may go in the milliseconds before that, so it is left also where it is there.
 */
function leave(fd: number): void {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return;
    closeSync(fd);
    openSync('/dev/null', 'r+');
  } catch {
    // It was closed: then there is nothing to give back.
  }
}

/** It is a terminal by its name, also where it went away before this program had begun. */
function named(fd: number): boolean {
  try {
    return /^\/dev\/(?:pts\/|tty)/.test(readlinkSync(`/proc/self/fd/${fd}`));
  } catch {
    return false;
  }
}
