import path from 'node:path';
import { versionText } from '../target/python-version.js';
import { ExitCode } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';
import { readAbout, type RecordingAbout } from '../wire/recording.js';
import { findTraceablePython, type InstalledPython } from './demo-python.js';
import { abilities, type Ability } from './doctor-engines.js';
import { readMachine, type MachineFacts } from './machine-facts.js';
import type { Guide } from './guide.js';
import { parseOptions, type Options } from './options.js';
import { holdsTarget, NOT_FROM_START } from './prepare.js';
import { say } from './say.js';
import { hasScreen } from './stdout.js';
import { findSubject, requireView } from './subject.js';
import { callsTrace } from '../views/calls/calls-trace.js';
import { loadViews, viewById, VIEWS } from '../views/registry.js';
import type { TraceView } from '../views/trace-view.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'demo');
export const WORKLOAD = path.join(FOLDER, 'workload.py');
export const RECORDING = path.join(FOLDER, 'shop.ptrace');

/** Where nothing can be quit by a key, the demo ends by itself, s. */
const DURATION = 5;

/** What `pytrace demo` was asked for. */
interface Show {
  /** Where the tour begins. */
  readonly view: TraceView;
  readonly options: Options;
  readonly screen: boolean;
}

/** Shows the bundled program: live where that can be, else a recording of it; says which. Returns the exit status. */
export async function demo(raw: Readonly<Record<string, unknown>>): Promise<number> {
  const view = (typeof raw.view === 'string' ? viewById(raw.view) : undefined) ?? callsTrace;
  const options = parseOptions(raw, view);
  const show = { view, options, screen: hasScreen() && !options.json && options.output === undefined };
  if (raw.recording === true) return showRecording('As you asked, this is not live', show);
  const python = await findTraceablePython();
  const obstacle = obstacleToLive(python, python === null ? [] : beginners(await readMachine(false), python, show));
  if (python === null || obstacle !== null) return showRecording(obstacle ?? '', show);
  await loadViews();
  const status = await live(python, show);
  // What was in the way showed only now; it has been said already.
  return status === ExitCode.target ? showRecording('Tracing did not start here', show) : status;
}

/** Tracers for the view with which the tour begins. */
function beginners(machine: MachineFacts, { target }: InstalledPython, { view, options }: Show): Ability[] {
  const script = view.script(target, tour(options).options(view));
  return abilities(machine, target, script).map((ability) =>
    ability.obstacle === null && holdsTarget(ability.id, script)
      ? { ...ability, obstacle: { cause: NOT_FROM_START, cure: '' } }
      : ability,
  );
}

/** Why the demo cannot be live, in one sentence without its full stop; null where it can. */
export function obstacleToLive(python: InstalledPython | null, found: readonly Ability[]): string | null {
  if (python === null) {
    return 'No Python with function probes is installed here (3.6 to 3.11, or 3.15, configured --with-dtrace), so this is not live';
  }
  const possible = found.filter(({ obstacle }) => obstacle === null);
  if (possible.some(({ rights }) => rights === 'enough')) return null;
  if (possible.length > 0) return `${possible[0].id} needs root, so this is not live; for that, run: sudo pytrace demo`;
  const first =
    found.find(({ obstacle }) => obstacle !== null && !obstacle.cause.includes('not installed')) ?? found[0];
  const cause = first?.obstacle?.cause.replace(/\.$/, '') ?? 'There is no tracer for this system';
  const all = found.every(({ obstacle }) => obstacle?.cause.includes('not installed'));
  return `${all ? 'Neither bpftrace nor dtrace nor SystemTap is installed' : cause}, so this is not live; pytrace doctor says more`;
}

async function live(python: InstalledPython, { view, options, screen }: Show): Promise<number> {
  const version = python.target.python ? versionText(python.target.python.version) : '';
  say(`Live: ${WORKLOAD} under Python ${version} (${sanitize(python.path)}).`);
  // -E -S: as little of the interpreter's own start as can be.
  const subject = await findSubject(view.id, [], [python.path, '-E', '-S', WORKLOAD], screen);
  try {
    requireView(view, subject.target, options);
    if (screen) {
      const guide = tour(options);
      return await (await import('./show-live.js')).showLive(view, subject, guide.options(view), guide);
    }
    const some = { ...options, duration: options.duration ?? DURATION };
    return await (await import('./print-live.js')).printLive(view, subject, printed(view, some));
  } catch (error) {
    subject.held?.kill();
    throw error;
  } finally {
    subject.release();
  }
}

async function showRecording(why: string, { view, options, screen }: Show): Promise<number> {
  say(`${why}.`);
  const what = describeRecording(readAbout(RECORDING));
  say(what);
  const { printReplay, showReplay } = await import('./replay.js');
  if (!screen) return printReplay(RECORDING, view, printed(view, options));
  // As it happened: a program to look at, not a heap of what it did.
  const guide = tour({ ...options, speed: 1 });
  return showReplay(RECORDING, view, guide.options(view), what, guide);
}

/** What the recording's own header says of it. */
export function describeRecording(about: RecordingAbout): string {
  const tracer = about.engine === 'stap' ? 'SystemTap' : about.engine;
  return sanitize(
    `What you see is a recording of a real trace of ${path.basename(about.command.at(-1) ?? '')} under Python ${about.python}, ` +
      `made with ${tracer} ${about.engineVersion} on ${about.startedAt.slice(0, 10)}.`,
  );
}

/** View -> what is worth finding in it. */
const TIPS = new Map([
  ['top', 'tax_of is hot; count_products recurs, yet its time counts once'],
  ['calls', 'tax_of, deep below front, is hot; count_products calls itself'],
  ['gc', 'save_memory forces full collections, which stop all threads'],
  ['objects', 'Session only grows: a leak. Cents come and go, as they should'],
]);

/** Through all views, each with what can be found in it. */
export function tour(options: Options): Guide {
  return {
    options: (view) => ({
      ...(hasFunctions(view) ? ownFunctions(options) : options),
      // The program is pytrace's own, so dtrace may hold it.
      own: view.options.some(({ flags }) => flags === '--allow-ptrace') ? { allowPtrace: true, sites: true } : {},
    }),
    tip: ({ id }) => TIPS.get(id),
    hint: `To find with 1-${VIEWS.length}: a hot function, a recursion, long gc pauses, a leak`,
  };
}

const hasFunctions = ({ id }: TraceView): boolean => id === 'top' || id === 'calls';

/** Only the program's own functions: not the thousand by which Python starts, which a first look should not begin with. */
function ownFunctions(options: Options): Options {
  return options.file === '' ? { ...options, file: `*/${path.basename(WORKLOAD)}` } : options;
}

/** Without a screen: of the program alone, and of calls the tree, which says most. */
function printed(view: TraceView, options: Options): Options {
  if (options.json || options.output !== undefined) return options;
  const own = tour(options).options(view);
  return view === callsTrace ? { ...own, output: 'tree' } : own;
}
