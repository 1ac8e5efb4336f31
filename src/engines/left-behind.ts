import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const lists = ['/sys/kernel/tracing/uprobe_events', '/sys/kernel/debug/tracing/uprobe_events'];
/** How often it is looked: the kernel may keep an event, and a probe, for a moment after its dtrace has ended. */
const tries = 15;
const pauseMs = 100;

/**
 * Whether a process of that pid runs. Not reaped is not running, but a zombie with other threads runs: a killed dtrace
 * 2.0.7 has one that closes its probes, 150 ms after its first thread has ended (measured, Linux 6.18).
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2)) || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    // no /proc here: what kill said counts; on Linux it went in between
    return process.platform !== 'linux';
  }
}

/** Waits for the end of an engine that was told to end, or has closed its output; false where it does not end. */
export async function hasEnded(pid: number): Promise<boolean> {
  for (let attempt = 0; isAlive(pid); attempt++) {
    if (attempt === tries) return false;
    await sleep(pauseMs);
  }
  return true;
}

/**
 * The kernel events that a dtrace of that pid has left behind, as group/name; null where they cannot be read (no root,
 * tracefs not mounted). dtrace 2.0.7 killed with SIGKILL leaves two: dt_<pid>_dtrace/BEGIN and /END.
 */
function leftEvents(pid: number): { file: string; events: string[] } | null {
  for (const file of lists) {
    try {
      const prefix = new RegExp(`^[pr]:(dt_${pid}_\\S+)`);
      const events = readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line) => prefix.exec(line)?.[1] ?? []);
      return { file, events };
    } catch {
      // the other place
    }
  }
  return null;
}

/**
 * Takes out what a dead dtrace of that pid has left, for when its guard died with it and nobody else can. True where
 * nothing is left; false where something stays or nobody may look. What is still in use refuses.
 */
export async function removeEvents(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const left = leftEvents(pid);
    if (left === null) return false;
    if (left.events.length === 0) return true;
    if (attempt > 0) await sleep(pauseMs);
    for (const event of left.events) {
      try {
        appendFileSync(left.file, `-:${event}\n`);
      } catch {
        // still in use, or not ours to take: the next look tells
      }
    }
  }
  return leftEvents(pid)?.events.length === 0;
}
