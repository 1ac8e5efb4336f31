import { stackLayoutOf } from './code-layout.js';
import { frameLayoutOf } from './debug-offsets.js';
import { fileIdentity, findInterpreter, type Interpreter } from './interpreter.js';
import { isGreenletModule } from './greenlet.js';
import { requireOwnProc } from './namespaces.js';
import { userText } from './owner.js';
import { printable } from '../text/printable.js';
import {
  readCommand,
  readExe,
  readMaps,
  readMountNamespace,
  readRoot,
  readStat,
  readStatus,
  type ProcessStat,
  type ProcessStatus,
} from './proc.js';
import type { FrameLayout, PythonVersion, Target } from './target.js';
import { ExitCode, UserError } from './user-error.js';

/** The first version whose restored function probes do not balance, so that scripts must look at frames. */
const FRAMES_SINCE = 15;

/**
 * Finds out what can be known of a process before an engine is chosen; `python` is never null in what it returns.
 * A Python without probes is no error here. Throws UserError where there is no such process, it is a zombie or a mere
 * thread, may not be looked into, or holds no Python interpreter.
 */
export function inspectTarget(pid: number): Target {
  const { stat, status } = readProcess(pid);
  const exe = lookInto(pid, stat, status, () => readExe(pid));
  const maps = lookInto(pid, stat, status, () => readMaps(pid));
  const interpreter = lookInto(pid, stat, status, () => findInterpreter(pid, exe.path, maps));
  const command = readCommand(pid);
  if (interpreter === null) throw notPython(pid, exe.path, command);
  const deleted = exe.deleted && !isReallyNamedDeleted(pid, exe.path);
  return {
    pid,
    startTime: stat.startTime,
    uid: status.uid,
    command,
    exe: exe.deleted && !deleted ? `${exe.path} (deleted)` : exe.path,
    exeDeleted: deleted,
    python: { version: interpreter.version, elf: interpreter.elf, freeThreaded: interpreter.freeThreaded },
    elfVisibleHere: sameFile(interpreter.elf.readPath, interpreter.elf.path),
    sameMountNamespace: readMountNamespace(pid) === readMountNamespace('self'),
    pidInside: status.namespaceIds.length > 1 ? status.namespaceIds.at(-1) : undefined,
    otherRoot: sameFile(`/proc/${pid}/root`, '/') ? undefined : readRoot(pid),
    frames: framesOf(interpreter, pid),
    stack: stackLayoutOf(interpreter, pid),
    greenlets: maps.some(isGreenletModule),
  };
}

/** Whether scripts for this version must tell frames apart by address: 3.15 and later. */
export function needsFrames(version: PythonVersion): boolean {
  return version.major === 3 && version.minor >= FRAMES_SINCE;
}

function framesOf(interpreter: Interpreter, pid: number): FrameLayout | null {
  if (!needsFrames(interpreter.version) || interpreter.offsets === null || interpreter.bias === null) return null;
  return frameLayoutOf(interpreter.offsets, pid, interpreter.bias);
}

function readProcess(pid: number): { stat: ProcessStat; status: ProcessStatus } {
  if (process.platform !== 'linux') {
    throw new UserError(
      `A running process is looked into through Linux's /proc, which ${process.platform} does not have: ` +
        'trace on Linux, or look at a recording with `pytrace replay`.',
    );
  }
  requireOwnProc();
  const stat = readStat(pid);
  const status = readStatus(pid);
  if (stat === null || status === null) throw exists(pid) ? hidden(pid) : noSuchProcess(pid);
  if (status.processId !== pid) {
    throw new UserError(`${pid} is a thread of process ${status.processId}: give that process id.`, ExitCode.usage);
  }
  if (stat.state === 'Z' || stat.state === 'X') {
    throw new UserError(
      `Process ${pid} (${printable(stat.comm)}) has already ended and only waits for its parent ${stat.parent} to take ` +
        'note: give a process that still runs.',
    );
  }
  return { stat, status };
}

function lookInto<Result>(pid: number, stat: ProcessStat, status: ProcessStatus, look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') throw notAllowed(pid, stat, status);
    if (code === 'ENOENT' || code === 'ESRCH') {
      if (readStat(pid)?.startTime !== stat.startTime) throw noSuchProcess(pid);
      throw new UserError(
        `Process ${pid} (${printable(stat.comm)}) is a thread of the kernel and runs no program: give the process id of a Python program.`,
      );
    }
    throw error;
  }
}

function noSuchProcess(pid: number): UserError {
  return new UserError(`No process has the id ${pid}: it may have ended; \`ps -C python3\` lists those that run.`);
}

function hidden(pid: number): UserError {
  return new UserError(
    `Process ${pid} exists but belongs to another user, and /proc hides it (mount option hidepid): run pytrace as root, for instance through sudo.`,
  );
}

function notAllowed(pid: number, stat: ProcessStat, status: ProcessStatus): UserError {
  const who = `Process ${pid} (${printable(stat.comm)})`;
  const self = process.geteuid?.() ?? -1;
  if (self === 0) {
    return new UserError(
      `${who} may not be looked into even by root here, as this container or sandbox withholds CAP_SYS_PTRACE: run pytrace on the host, or grant that capability.`,
    );
  }
  if (self === status.uid) {
    return new UserError(
      `${who} is yours but protects itself (it changed its user or is not dumpable): run pytrace as root, for instance through sudo.`,
    );
  }
  return new UserError(
    `${who} belongs to ${userText(status.uid)}, and you are ${userText(self)}: run pytrace as root, for instance through sudo.`,
  );
}

function notPython(pid: number, exe: string, command: readonly string[]): UserError {
  const started = command.length === 0 ? '' : `, started as \`${printable(command.join(' '))}\``;
  return new UserError(
    `Process ${pid} runs ${printable(exe, 120)}${started}, in which no CPython interpreter was found: ` +
      'give the process id of the Python program itself, not of a shell or launcher around it.',
  );
}

/** A file may be named `x (deleted)` while it lives: then that full name leads to the very file. */
function isReallyNamedDeleted(pid: number, strippedPath: string): boolean {
  return sameFile(`/proc/${pid}/exe`, `/proc/${pid}/root${strippedPath} (deleted)`);
}

function sameFile(a: string, b: string): boolean {
  const identity = fileIdentity(a);
  return identity !== null && identity === fileIdentity(b);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
