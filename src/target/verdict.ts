import { needsFrames } from './inspect.js';
import { versionText } from './python-version.js';
import type { ProbeName, Target } from './target.js';

export type ViewName = 'calls' | 'top' | 'gc' | 'objects' | 'lines';

/** Whether something works on a target, and if not, why, what to do, and what does work instead. */
export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** One or two sentences: the cause, then the cure. */
      readonly sentence: string;
      /** Views that work on this target all the same. */
      readonly works: readonly ViewName[];
    };

/** The probes that a view cannot do without. */
export const VIEW_PROBES: Readonly<Record<ViewName, readonly ProbeName[]>> = {
  calls: ['function__entry', 'function__return'],
  top: ['function__entry', 'function__return'],
  gc: ['gc__start', 'gc__done'],
  objects: ['instance__new__start', 'instance__delete__start'],
  lines: ['line'],
};

/** The first micro version of 3.11 on which the line probe's semaphore was tried; 3.11.0 is reported to crash (gh-98894). */
const LINE_SAFE_SINCE = 2;

/** Views of which the function probes are the source. */
const FUNCTION_VIEWS: readonly ViewName[] = ['calls', 'top'];

/**
 * 3.11 fires function-entry from its slow path only, which an enabled `line` probe (even its semaphore alone) turns on;
 * then entries and returns are exact (Python/ceval.c of 3.11: DO_TRACING, PyDTrace_LINE_ENABLED). How it is raised without
 * a trap at each line: engines/line-semaphore.ts.
 */
export function entryNeedsLine(target: Target): boolean {
  return target.python?.version.major === 3 && target.python.version.minor === 11;
}

/** Whether a view works on this target only while the semaphore of its line probe is up. */
export function viewNeedsLine(target: Target, view: string): boolean {
  return entryNeedsLine(target) && (FUNCTION_VIEWS as readonly string[]).includes(view);
}

/** Whether one view can work on this target. What is said is about CPython and its build only, not about engines or rights. */
export function viewVerdict(target: Target, view: ViewName): Verdict {
  const sentence = objection(target, view);
  return sentence === null ? { ok: true } : { ok: false, sentence, works: workingViews(target) };
}

/** All views that can work on this target. */
export function workingViews(target: Target): ViewName[] {
  return (Object.keys(VIEW_PROBES) as ViewName[]).filter((view) => objection(target, view) === null);
}

function objection(target: Target, view: ViewName): string | null {
  const { python } = target;
  if (python === null) return `Process ${target.pid} is no CPython process: give the process id of a Python program.`;
  const { probes } = python.elf;
  if (probes.size === 0) return withoutProbes(target);
  const missing = VIEW_PROBES[view].filter((name) => !probes.has(name));
  if (missing.length > 0) return FUNCTION_VIEWS.includes(view) ? withoutFunctions(target) : withoutOthers(target, view);
  return FUNCTION_VIEWS.includes(view) ? unusableFunctions(target) : null;
}

function withoutProbes(target: Target): string {
  const { elf } = target.python!;
  return (
    `This ${nameOf(target)} (${elf.path}) was built without probes, as pyenv, uv, conda and the docker images build it: ` +
    'run the program with a Python configured --with-dtrace, such as those of Debian, Ubuntu or Fedora.'
  );
}

function withoutFunctions(target: Target): string {
  const { major, minor } = target.python!.version;
  if (major === 3 && minor >= 12 && minor <= 14) {
    return (
      `${nameOf(target)} has no function probes: CPython 3.12 removed them (with PEP 669) and 3.15 brought them back. ` +
      `${presentProbes(target)}; for calls run the program with Python 3.15 or later, or with 3.10 or earlier.`
    );
  }
  return (
    `This build of ${nameOf(target)} lacks the function probes. ${presentProbes(target)}; ` +
    'for calls run the program with a Python 3.15 configured --with-dtrace.'
  );
}

/** The probes are there, but what they say is not the truth or cannot be put in order. */
function unusableFunctions(target: Target): string | null {
  const { version, freeThreaded } = target.python!;
  if (entryNeedsLine(target) && (version.micro < LINE_SAFE_SINCE || !target.python!.elf.probes.has('line'))) {
    const cause =
      version.micro < LINE_SAFE_SINCE
        ? `fires function-entry only while its line probe is enabled too, and that was seen to crash 3.11.0 (gh-98894)`
        : 'fires function-entry only while its line probe is enabled too, and this build has none';
    return (
      `${nameOf(target)} ${cause}. ${presentProbes(target)}; ` +
      'for calls run the program with Python 3.11.2 or a later 3.11, with 3.15 or later, or with 3.10 or earlier.'
    );
  }
  if (freeThreaded) {
    return (
      `${nameOf(target)} is a free-threaded build: its threads run at the same time, so no frame can be found through the ` +
      `lock that it does not have. ${presentProbes(target)}; for calls run the program with the usual build of ${versionText(version)}.`
    );
  }
  if (needsFrames(version) && target.frames === null) {
    return (
      `The function probes of ${nameOf(target)} do not balance, and where this build keeps its frames is not known, so no ` +
      `call tree would be true. ${presentProbes(target)}; use Python 3.15, or a newer pytrace.`
    );
  }
  return null;
}

function withoutOthers(target: Target, view: ViewName): string {
  if (view === 'objects') {
    return (
      `${nameOf(target)} has no probes for instances: since 3.6 CPython only declares them, and no release fires them. ` +
      `${presentProbes(target)}; the calls of __init__ under \`pytrace calls\` come nearest.`
    );
  }
  if (view === 'lines') {
    return (
      `${nameOf(target)} has no line probe: CPython 3.12 removed it (with PEP 669). ` +
      `${presentProbes(target)}; for lines run the program with Python 3.11 or earlier.`
    );
  }
  return (
    `This build of ${nameOf(target)} lacks the probes of the ${view} view. ${presentProbes(target)}; ` +
    'use a Python 3.6 or later that is configured --with-dtrace.'
  );
}

function nameOf(target: Target): string {
  const { version, freeThreaded } = target.python!;
  return `Python ${versionText(version)}${freeThreaded ? 't' : ''}`;
}

/** `Its probes are gc, import and audit`. */
function presentProbes(target: Target): string {
  const groups = new Map<string, readonly ProbeName[]>([
    ['function', ['function__entry', 'function__return']],
    ['line', ['line']],
    ['gc', ['gc__start']],
    ['import', ['import__find__load__start']],
    ['audit', ['audit']],
    ['instance', ['instance__new__start']],
  ]);
  const { probes } = target.python!.elf;
  const present = [...groups].filter(([, names]) => names.some((name) => probes.has(name))).map(([group]) => group);
  if (present.length < 2) return `Its only probe is ${present[0] ?? 'none'}`;
  return `Its probes are ${present.slice(0, -1).join(', ')} and ${present.at(-1)}`;
}
