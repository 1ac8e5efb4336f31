import { isPythonName, namesOf } from './command-line.js';
import { findInterpreter } from './interpreter.js';
import { printable } from '../text/printable.js';
import { readCommand, readExe, readMaps, readProcessIds, readStat } from './proc.js';
import { ExitCode, UserError } from './user-error.js';

/** The kernel's PID_MAX_LIMIT on 64-bit machines (include/linux/threads.h). */
const PID_MAX = 4_194_304;
const COMM_BYTES = 15;
const LISTED = 20;

interface Candidate {
  readonly pid: number;
  readonly command: string;
  readonly python: 'yes' | 'no' | 'hidden';
}

/**
 * The process that a word on the command line means: digits are a process id (not looked at further), anything else is
 * the name of exactly one running Python program. Throws UserError for an id out of range, and where no program or
 * several have the name; then `details` lists them.
 */
export function findTarget(name: string): number {
  if (/^\d+$/.test(name)) return validPid(name);
  const matching = candidates(name);
  const found = matching.filter((candidate) => candidate.python === 'yes');
  const possible = found.length > 0 ? found : matching.filter((candidate) => candidate.python === 'hidden');
  if (possible.length === 1) return possible[0].pid;
  if (possible.length > 1) {
    throw new UserError(
      `${possible.length} Python programs are called ${printable(name)}: give the process id of one of them.`,
      ExitCode.usage,
      list(possible),
    );
  }
  throw matching.length > 0 ? notPython(name, matching) : unknown(name);
}

/** A process id within the kernel's limits. Throws UserError (usage). */
export function validPid(text: string): number {
  const pid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (pid >= 1 && pid <= PID_MAX) return pid;
  throw new UserError(`${printable(text)} is no process id: they go from 1 to ${PID_MAX}.`, ExitCode.usage);
}

function notPython(name: string, matching: readonly Candidate[]): UserError {
  return new UserError(
    `What is called ${printable(name)} is not a Python program: give the name or process id of one that is.`,
    ExitCode.target,
    list(matching),
  );
}

function unknown(name: string): UserError {
  const running = candidates(null).filter((candidate) => candidate.python !== 'no');
  return new UserError(
    running.length === 0
      ? `No running Python program is called ${printable(name)}, and none runs that you may see: start it, or run pytrace as root.`
      : `No running Python program is called ${printable(name)}: give the process id of one that runs.`,
    ExitCode.target,
    list(running),
  );
}

/** The processes that have this name, or all that look like Python; never ourselves nor what we started. */
function candidates(name: string | null): Candidate[] {
  const found: Candidate[] = [];
  for (const pid of readProcessIds()) {
    const stat = readStat(pid);
    if (stat === null || stat.state === 'Z' || stat.state === 'X' || isOurs(pid, stat.parent)) continue;
    const argv = readCommand(pid);
    if (argv.length === 0) continue;
    const named = name === null ? looksLikePython(stat.comm, argv) : hasName(name, stat.comm, argv);
    if (named) found.push({ pid, command: argv.join(' '), python: isPython(pid) });
  }
  return found;
}

function hasName(name: string, comm: string, argv: readonly string[]): boolean {
  const cut = Buffer.from(name).subarray(0, COMM_BYTES).toString();
  return comm === cut || namesOf(comm, argv).includes(name);
}

function looksLikePython(comm: string, argv: readonly string[]): boolean {
  return isPythonName(comm) || isPythonName(argv[0]);
}

function isPython(pid: number): Candidate['python'] {
  try {
    return findInterpreter(pid, readExe(pid).path, readMaps(pid)) === null ? 'no' : 'yes';
  } catch (error) {
    // Another user's: whoever looks into it next says so, and what helps.
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'EACCES' || code === 'EPERM' ? 'hidden' : 'no';
  }
}

/** This process and its descendants. */
function isOurs(pid: number, parent: number): boolean {
  if (pid === process.pid) return true;
  for (let up = parent, steps = 0; up > 1 && steps < 64; steps++) {
    if (up === process.pid) return true;
    up = readStat(up)?.parent ?? 0;
  }
  return false;
}

function list(found: readonly Candidate[]): string[] {
  const lines = found
    .slice(0, LISTED)
    .map(({ pid, command }) => `${String(pid).padStart(7)}  ${printable(command, 68)}`);
  return found.length > LISTED ? [...lines, `${found.length - LISTED} more`] : lines;
}
