import { isFrozen } from './cgroup-freezer.js';
import { printable } from '../text/printable.js';
import { readStat, readStatus } from './proc.js';

/** Who holds a process by ptrace. */
export interface Holder {
  readonly pid: number;
  /** Its name, fit for a terminal. */
  readonly name: string;
}

/** Whether a process can run at all, as far as others have a say in it. */
export interface Standing {
  /** Why nothing of it runs: a stopping signal, its control group's freezer, or whoever holds it; null: it may run. */
  readonly stopped: 'signal' | 'freezer' | 'holder' | null;
  /** Another program that holds it by ptrace (strace, gdb), also where that lets it run; null where none does. */
  readonly holder: Holder | null;
}

export const FREE: Standing = { stopped: null, holder: null };

/** Reads it anew, in a few small files; `ours` is a tracer that is no stranger. What has ended is held by nobody. */
export function readStanding(pid: number, ours = 0, frozen: (pid: number) => boolean = isFrozen): Standing {
  const stat = readStat(pid);
  if (stat === null) return FREE;
  // The kernel tells a thread's id: dtrace, for one, holds a process by its second thread.
  const thread = readStatus(pid)?.tracer ?? 0;
  const tracer = thread === 0 ? 0 : (readStatus(thread)?.processId ?? thread);
  const holder =
    tracer === 0 || tracer === ours ? null : { pid: tracer, name: printable(readStat(tracer)?.comm ?? 'a debugger') };
  return { stopped: stopOf(stat.state, holder !== null, () => frozen(pid)), holder };
}

/** `T` is a stopping signal's, `t` a ptrace stop; a frozen process may be in any state. */
function stopOf(state: string, held: boolean, frozen: () => boolean): Standing['stopped'] {
  if (state === 'T') return 'signal';
  if (state === 't') return held ? 'holder' : null;
  return frozen() ? 'freezer' : null;
}

export function sameStanding(a: Standing, b: Standing): boolean {
  return a.stopped === b.stopped && a.holder?.pid === b.holder?.pid;
}

/** Two words at most, for a header: `STOPPED`, `FROZEN`, `HELD BY gdb`; '' where it may run. */
export function standingLabel({ stopped, holder }: Standing): string {
  if (stopped === 'freezer') return 'FROZEN';
  if (stopped === 'signal') return 'STOPPED';
  return stopped === 'holder' ? `HELD BY ${holder?.name ?? 'a debugger'}` : '';
}

/** One sentence without its subject: `is stopped by a signal (SIGSTOP?): kill -CONT 7 lets it go on`; '' where nothing is amiss. */
export function standingWords({ stopped, holder }: Standing, pid: number): string {
  const by = holder === null ? '' : `${holder.name} (pid ${holder.pid})`;
  switch (stopped) {
    case 'signal':
      return `is stopped by a signal (SIGSTOP or Ctrl-Z)${by === '' ? '' : ` and held by ${by}`}: kill -CONT ${pid} lets it go on`;
    case 'freezer':
      return 'is frozen by the freezer of its control group: whoever froze it (docker pause, systemctl freeze) has to thaw it';
    case 'holder':
      return `stands still in the hands of ${by}, which holds it by ptrace: go on or end it there`;
    case null:
      return by === '' ? '' : `is held by ${by} through ptrace: what that does with it shows in all times here`;
  }
}

/** `stopped by a signal`, `frozen by its control group`, `held by gdb (pid 12)`; '' where it was let alone. */
export function standingCause({ stopped, holder }: Standing): string {
  if (stopped === 'signal') return 'stopped by a signal';
  if (stopped === 'freezer') return 'frozen by its control group';
  return holder === null ? '' : `held by ${holder.name} (pid ${holder.pid})`;
}
