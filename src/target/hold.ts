import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { getPriority, setPriority } from 'node:os';
import { neededLibraries, withElf } from './elf.js';
import { findInterpreter, isLibpython, type Interpreter } from './interpreter.js';
import { readMaps } from './proc.js';
import { pause, signal, stop } from './signals.js';

/** Longest time for which one slice blocks the event loop, ms. */
const SLICE_MS = 50;
/**
 * How long we sleep between two looks, ms. To sleep is what matters: on a busy machine a spinning thread loses its
 * processor for a whole tick (4 ms), while a sleeping one is given it within microseconds of its timer. An interpreter
 * needs at least 1 ms from exec to its first frame.
 */
const LOOK_MS = 0.05;
/** How often a program that does not link libpython is looked at for one that it loads by itself, in looks. */
const MAPS_EVERY = 8;

/** Programs that do nothing but prepare themselves and execute what they are given: they may be run twice unseen. */
const HARMLESS: ReadonlySet<string> = new Set([
  'env',
  'nice',
  'ionice',
  'taskset',
  'chrt',
  'setpriv',
  'chroot',
  'nohup',
]);

/** What became of a process that was let run. */
export type Catch =
  | {
      readonly kind: 'python';
      readonly interpreter: Interpreter;
      /** No program with effects of its own ran in between: nothing but the interpreter has done anything yet. */
      readonly direct: boolean;
    }
  | { readonly kind: 'ended' }
  | { readonly kind: 'too-late' };

/**
 * Lets a stopped process run until its program is a Python interpreter, and stops it there, at once. Nothing but ptrace
 * reports that another program was executed, so this looks at /proc/PID/exe again and again; while the event loop has
 * its turn between slices, the process stands still, so that nothing is missed.
 */
export async function catchPython(pid: number, deadlineMs: number): Promise<Catch> {
  const deadline = performance.now() + deadlineMs;
  let exe = exeOf(pid);
  let direct = true;
  let started = false;
  let needsLibrary = false;
  while (exe !== null && performance.now() < deadline) {
    const end = attentively(() => runUntilChange(pid, exe!, needsLibrary));
    const now = exeOf(pid);
    if (now === null) return { kind: 'ended' };
    if (end === 'ended') return { kind: 'too-late' };
    if (end === 'changed') {
      if (now !== exe) {
        // The first program is the shell that we started; every further one that is left behind is a launcher.
        direct &&= !started || HARMLESS.has(basename(exe));
        started = true;
        needsLibrary = linksLibpython(pid);
      }
      const interpreter = interpreterNow(pid, now);
      if (interpreter !== null) return { kind: 'python', interpreter, direct };
      exe = now;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return exe === null ? { kind: 'ended' } : { kind: 'too-late' };
}

/** One slice: continue, watch, stop. */
function runUntilChange(pid: number, exe: string, needsLibrary: boolean): 'changed' | 'same' | 'ended' {
  if (!signal(pid, 'SIGCONT')) return 'ended';
  const end = performance.now() + SLICE_MS;
  for (let look = 1; performance.now() < end; look++) {
    pause(LOOK_MS);
    const now = exeOf(pid);
    if (now === null) return 'ended';
    if (now !== exe || ((needsLibrary || look % MAPS_EVERY === 0) && hasLibpython(pid))) {
      return stop(pid) ? 'changed' : 'ended';
    }
  }
  return stop(pid) ? 'same' : 'ended';
}

/** Does something at the highest priority that we may have: only root may lower its niceness, and put it back. */
function attentively<Result>(work: () => Result): Result {
  if (process.geteuid?.() !== 0) return work();
  const usual = getPriority();
  try {
    setPriority(-20);
    return work();
  } catch {
    return work();
  } finally {
    setPriority(usual);
  }
}

function exeOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
}

function hasLibpython(pid: number): boolean {
  try {
    return readMaps(pid).some((file) => isLibpython(file.path));
  } catch {
    return false;
  }
}

function linksLibpython(pid: number): boolean {
  try {
    return withElf(`/proc/${pid}/exe`, neededLibraries)?.some(isLibpython) ?? false;
  } catch {
    return false;
  }
}

function interpreterNow(pid: number, exe: string): Interpreter | null {
  try {
    return findInterpreter(pid, exe, readMaps(pid));
  } catch {
    return null;
  }
}
