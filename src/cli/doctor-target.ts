import { callsLayout } from '../engines/parameters.js';
import { versionText } from '../target/python-version.js';
import { rootDiffers, whereItRuns } from '../engines/elf-objection.js';
import { needsFrames } from '../target/inspect.js';
import { FREE, standingWords, type Standing } from '../target/standstill.js';
import { PYTHON_PROBES, type ProbeName, type Target } from '../target/target.js';
import { viewVerdict, type ViewName } from '../target/verdict.js';
import { displayName } from '../wire/names.js';
import { causeAndCure, checksOf, type Check } from './doctor-check.js';
import { abilities } from './doctor-engines.js';
import { viewChecks } from './doctor-views.js';
import type { MachineFacts } from './machine-facts.js';

/** What was found out about a process, before anything is judged. */
export interface TargetFacts {
  readonly target: Target;
  /** `alice (uid 1001)`. */
  readonly owner: string;
  readonly threads: number;
  /** Whether others keep it from running; left out: they do not. */
  readonly standing?: Standing;
}

const LONGEST_COMMAND = 200;

export function targetChecks(facts: TargetFacts, machine: MachineFacts): Check[] {
  return [
    ...processChecks(facts),
    ...probeChecks(facts.target),
    ...viewChecks(facts, machine),
    frames(facts.target),
    ...greenlets(facts.target),
    ...engineChecks(facts.target, machine),
  ];
}

function processChecks({ target, owner, threads, standing = FREE }: TargetFacts): Check[] {
  const check = checksOf(`process ${target.pid}`);
  const python = target.python!;
  const { elf } = python;
  const command = target.command.map(displayName).join(' ');
  return [
    check('alive', 'ok', `${threads} ${threads === 1 ? 'thread' : 'threads'}, of ${owner}`),
    ...standingChecks(standing, target.pid),
    check(
      'command',
      'ok',
      command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND)}...` : command || target.exe,
    ),
    check('Python', 'ok', `${versionText(python.version)}${python.freeThreaded ? ', free-threaded' : ''}`),
    check('ELF file', 'ok', `${elf.path} (the ${elf.kind === 'library' ? 'library' : 'executable'})`),
    target.exeDeleted
      ? check(
          'on disk',
          'no',
          'the executable was deleted or replaced since the process started (an upgrade?)',
          'restart the process',
        )
      : target.elfVisibleHere
        ? check('on disk', 'ok', 'the file at that path is the one that runs')
        : check(
            'on disk',
            'no',
            'at that path pytrace sees another file, or none',
            causeAndCure(whereItRuns(target)).cure,
          ),
    target.sameMountNamespace
      ? check('namespace', 'ok', 'the same mount namespace as ours')
      : check('namespace', 'warn', 'another mount namespace (a container)'),
    target.pidInside === undefined
      ? check('process ids', 'ok', 'the same PID namespace as ours')
      : check(
          'process ids',
          'warn',
          `a PID namespace of its own, in which it is process ${target.pidInside}; here ids are ours`,
        ),
    target.otherRoot === undefined
      ? check('root directory', 'ok', 'the same as ours')
      : check('root directory', 'warn', rootDiffers(target)),
  ];
}

function standingChecks(standing: Standing, pid: number): Check[] {
  const words = standingWords(standing, pid);
  if (words === '') return [];
  const { cause, cure } = causeAndCure(`it ${words}`);
  return [checksOf(`process ${pid}`)('running', 'warn', cause.replace(/\.$/, ''), cure)];
}

/** As the tracers' users know them: dashes, not the double underscores of the notes. */
export const probeText = (name: string): string => name.replaceAll('__', '-');

function probeChecks(target: Target): Check[] {
  const check = checksOf('probes');
  const python = target.python!;
  const { probes } = python.elf;
  const cure = causeAndCure(sentenceOf(target, 'calls')).cure;
  if (probes.size === 0) return [check('all', 'no', 'this Python was built without any', cure)];
  return PYTHON_PROBES.map((name) => {
    const sites = probes.get(name);
    if (sites !== undefined) return check(probeText(name), 'ok', sites === 1 ? '1 place' : `${sites} places`);
    if (name.startsWith('instance'))
      return check(probeText(name), 'no', 'declared by CPython since 3.6, fired by no release');
    return check(probeText(name), 'no', absent(target, name));
  });
}

function absent(target: Target, name: ProbeName): string {
  const { major, minor } = target.python!.version;
  const functions = name.startsWith('function');
  if (major === 3 && minor >= 12 && (name === 'line' || (functions && minor < 15))) {
    return `CPython 3.12 removed it${functions ? ', 3.15 brings it back' : ''}`;
  }
  if (major === 3 && minor < 8 && name === 'audit') return 'CPython has it from 3.8 on';
  if (major === 3 && minor < 7 && name.startsWith('import')) return 'CPython has it from 3.7 on';
  return 'this build lacks it';
}

function sentenceOf(target: Target, view: ViewName): string {
  const verdict = viewVerdict(target, view);
  return verdict.ok ? '' : verdict.sentence;
}

/** Whether calls are exact: which entry belongs to which return. */
function frames(target: Target): Check {
  const check = checksOf('views');
  const { version } = target.python!;
  if (sentenceOf(target, 'calls') !== '' && target.frames === null) {
    return check('exactness', 'unknown', 'not asked, as calls cannot be seen here');
  }
  if (!needsFrames(version))
    return check('exactness', 'ok', `the entries and returns of ${versionText(version)} balance`);
  return target.frames === null
    ? check('exactness', 'no', 'where this build keeps its frames is not known', 'use Python 3.15, or a newer pytrace')
    : check('exactness', 'ok', 'frames are told apart by their address: generators, throw() and recursion are exact');
}

/** Said only of a process that has loaded greenlet. */
function greenlets(target: Target): Check[] {
  if (!target.greenlets || sentenceOf(target, 'calls') !== '') return [];
  const check = checksOf('views');
  const top = '`top` cannot tell callers, and its times may be wrong';
  return [
    callsLayout(target) === null
      ? check('greenlets', 'warn', `greenlet is loaded and frames cannot be read: callers in \`calls\` are ?; ${top}`)
      : check('greenlets', 'warn', `greenlet is loaded: \`calls\` tells callers by their frames; ${top}`),
  ];
}

function engineChecks(target: Target, machine: MachineFacts): Check[] {
  const check = checksOf('tracers');
  return abilities(machine, target).map(({ id, obstacle, rights }) => {
    if (obstacle !== null) return check(id, 'no', obstacle.cause, obstacle.cure);
    if (rights === 'enough') return check(id, 'ok', 'can trace this process');
    return check(
      id,
      'warn',
      'could trace this process, as root',
      rights === 'sudo' ? 'add --sudo' : 'run pytrace as root',
    );
  });
}
