import { readStat } from './proc.js';
import type { Target } from './target.js';

const POLL_MS = 200;

/** Which process is meant: a pid alone may have been given to another program since. */
export type ProcessIdentity = Pick<Target, 'pid' | 'startTime'>;

/** Whether the process still runs: the same one, not a later bearer of its pid, and not a zombie. */
export function stillSame(target: ProcessIdentity): boolean {
  const stat = readStat(target.pid);
  return stat !== null && stat.startTime === target.startTime && stat.state !== 'Z' && stat.state !== 'X';
}

/**
 * Calls `onExit` once when the process has ended, at most 200 ms later, and never from within this call. The returned
 * function stops watching. Does not keep the event loop alive.
 */
export function watchExit(target: ProcessIdentity, onExit: () => void, pollMs = POLL_MS): () => void {
  const timer = setInterval(() => {
    if (stillSame(target)) return;
    clearInterval(timer);
    onExit();
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
}
