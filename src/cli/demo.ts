import path from 'node:path';
import { versionText } from '../target/python-version.js';
import { ExitCode } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';
import { readAbout, type RecordingAbout } from '../wire/recording.js';
import { findTraceablePython, type InstalledPython } from './demo-python.js';
import { abilities, type Ability } from './doctor-engines.js';
import { readMachine } from './machine-facts.js';
import type { Options } from './options.js';
import { say } from './say.js';
import { hasScreen } from './stdout.js';
import { findSubject, requireFunctionProbes } from './subject.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'demo');
export const WORKLOAD = path.join(FOLDER, 'workload.py');
export const RECORDING = path.join(FOLDER, 'calls.ptrace');

/** Where nothing can be quit by a key, the demo ends by itself, s. */
const DURATION = 5;

/** Shows the bundled program: live where that can be, else a recording of it; says which. Returns the exit status. */
export async function demo(options: Options, forceRecording: boolean): Promise<number> {
  const screen = hasScreen() && !options.json && options.output === undefined;
  if (forceRecording) return showRecording('As you asked, this is not live', options, screen);
  const python = await findTraceablePython();
  const machine = await readMachine(false);
  const obstacle = obstacleToLive(python, python === null ? [] : abilities(machine, python.target));
  if (python === null || obstacle !== null) return showRecording(obstacle ?? '', options, screen);
  const status = await live(python, options, screen);
  // What was in the way showed only now; it has been said already.
  return status === ExitCode.target ? showRecording('Tracing did not start here', options, screen) : status;
}

/** Why the demo cannot be live, in one sentence without its full stop; null where it can. */
export function obstacleToLive(python: InstalledPython | null, found: readonly Ability[]): string | null {
  if (python === null) {
    return 'No Python with function probes is installed here (3.6 to 3.10, or 3.15, configured --with-dtrace), so this is not live';
  }
  const possible = found.filter(({ obstacle }) => obstacle === null);
  if (possible.some(({ rights }) => rights === 'enough')) return null;
  if (possible.length > 0) return `${possible[0].id} needs root, so this is not live; for that, run: sudo pytrace demo`;
  const first =
    found.find(({ obstacle }) => obstacle !== null && !obstacle.cause.includes('not installed')) ?? found[0];
  const cause = first?.obstacle?.cause.replace(/\.$/, '') ?? 'There is no tracer for this system';
  const all = found.every(({ obstacle }) => obstacle?.cause.includes('not installed'));
  return `${all ? 'Neither dtrace nor SystemTap is installed' : cause}, so this is not live; pytrace doctor says more`;
}

async function live(python: InstalledPython, options: Options, screen: boolean): Promise<number> {
  const version = python.target.python ? versionText(python.target.python.version) : '';
  say(`Live: ${WORKLOAD} under Python ${version} (${sanitize(python.path)}).`);
  // -E -S: as little of the interpreter's own start as can be.
  const subject = await findSubject([], [python.path, '-E', '-S', WORKLOAD], screen);
  try {
    requireFunctionProbes(subject.target);
    if (screen) return await (await import('./show-live.js')).showLive(subject, ownFunctions(options));
    return await (
      await import('./print-live.js')
    ).printLive(subject, printed({ ...options, duration: options.duration ?? DURATION }));
  } catch (error) {
    subject.held?.kill();
    throw error;
  } finally {
    subject.release();
  }
}

async function showRecording(why: string, options: Options, screen: boolean): Promise<number> {
  say(`${why}.`);
  const what = describeRecording(readAbout(RECORDING));
  say(what);
  // As it happened: a program to look at, not a heap of what it did.
  if (screen)
    return (await import('./show-replay.js')).showReplay(RECORDING, { ...ownFunctions(options), speed: 1 }, what);
  return (await import('./print-replay.js')).printReplay(RECORDING, printed(options));
}

/** What the recording's own header says of it. */
export function describeRecording(about: RecordingAbout): string {
  const tracer = about.engine === 'stap' ? 'SystemTap' : about.engine;
  return sanitize(
    `What you see is a recording of a real trace of ${path.basename(about.command.at(-1) ?? '')} under Python ${about.python}, ` +
      `made with ${tracer} ${about.engineVersion} on ${about.startedAt.slice(0, 10)}.`,
  );
}

/** Only the program's own functions: not the thousand by which Python starts, which a first look should not begin with. */
function ownFunctions(options: Options): Options {
  return options.file === '' ? { ...options, file: `*/${path.basename(WORKLOAD)}` } : options;
}

/** Without a screen the tree says most. */
function printed(options: Options): Options {
  return options.json || options.output !== undefined ? options : { ...ownFunctions(options), output: 'tree' };
}
