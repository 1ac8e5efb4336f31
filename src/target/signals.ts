import { readStat } from './proc.js';

/** Sends a signal to a process that we started; false where it is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/**
 * Stops a process and waits, without giving up the processor for long, until it stands; false where it has ended, or
 * does not stop in time.
 */
export function stop(pid: number): boolean {
  return signal(pid, 'SIGSTOP') && waitStopped(pid);
}

/** To stop, a process has to be given a processor: seconds can pass where others want it more. */
const STOP_LIMIT_MS = 10_000;

/** Waits until a process that was sent SIGSTOP stands; false where it has ended, or does not stop in 10 s. */
export function waitStopped(pid: number): boolean {
  const deadline = performance.now() + STOP_LIMIT_MS;
  for (let turn = 0; performance.now() < deadline; turn++) {
    const state = readStat(pid)?.state;
    if (state === 'T') return true;
    if (state === undefined || state === 'Z' || state === 'X') return false;
    // It stops on its own processor within microseconds, unless others keep it from running at all.
    if (turn > 20) pause(1);
  }
  return false;
}

/** Sleeps, blocking this thread, for so many milliseconds. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
