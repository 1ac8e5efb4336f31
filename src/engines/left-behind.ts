import { readFileSync } from 'node:fs';

/** Whether a process of that pid runs: not reaped is not running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    // no /proc here: what kill said counts; on Linux it went in between
    return process.platform !== 'linux';
  }
}

/**
 * The kernel events that a dtrace of that pid has left behind, as group/name; null where they cannot be read (no root,
 * tracefs not mounted). dtrace 2.0.7 killed with SIGKILL leaves two: dt_<pid>_dtrace/BEGIN and /END.
 */
export function leftEvents(pid: number): string[] | null {
  for (const file of ['/sys/kernel/tracing/uprobe_events', '/sys/kernel/debug/tracing/uprobe_events']) {
    try {
      const prefix = new RegExp(`^[pr]:(dt_${pid}_\\S+)`);
      return readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line) => prefix.exec(line)?.[1] ?? []);
    } catch {
      // the other place
    }
  }
  return null;
}
