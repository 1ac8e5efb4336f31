import { functionProbes } from '../target/verdict.js';
import type { DoctorVerdict } from './doctor-check.js';
import { abilities, type Ability } from './doctor-engines.js';
import type { TargetFacts } from './doctor-target.js';
import type { MachineFacts } from './machine-facts.js';

const NAMES = { dtrace: 'dtrace', stap: 'SystemTap' } as const;

/** The last line of all: whether calls can be traced, and what to type; or the one thing that is missing first. */
export function verdict(machine: MachineFacts, facts: TargetFacts | null): DoctorVerdict {
  if (facts === null) return machineVerdict(machine);
  const { target } = facts;
  const functions = functionProbes(target);
  if (!functions.ok)
    return { ok: false, text: `calls does not work on process ${target.pid}. ${functions.sentence}`, command: '' };
  return withEngine(
    machine,
    abilities(machine, target),
    `calls works here on process ${target.pid}`,
    `pytrace calls ${target.pid}`,
  );
}

function machineVerdict(machine: MachineFacts): DoctorVerdict {
  return withEngine(machine, abilities(machine), 'Processes can be traced here', 'pytrace doctor PID');
}

function withEngine(machine: MachineFacts, found: readonly Ability[], works: string, command: string): DoctorVerdict {
  const possible = found.filter(({ obstacle }) => obstacle === null);
  const first =
    possible.find(({ rights }) => rights === 'enough') ??
    possible.find(({ rights }) => rights === 'sudo') ??
    possible[0];
  if (first === undefined)
    return { ok: false, text: `Nothing can be traced here yet. First: ${missing(found)}`, command: '' };
  const engine = NAMES[first.id];
  if (first.rights === 'root') {
    return { ok: false, text: `${engine} is here, but needs root. First: run pytrace as root.`, command: '' };
  }
  const sudo = first.rights === 'sudo' && !command.includes('doctor') ? ' --sudo' : '';
  const seen = machine.root ? '' : ', as far as can be seen without root';
  return { ok: true, text: `${works} with ${engine}${seen}: run \`${command}${sudo}\`.`, command: `${command}${sudo}` };
}

/** Of several obstacles, that of the engine that is installed, as it is the nearest to work; else the first. */
function missing(found: readonly Ability[]): string {
  const nearest =
    found.find(({ obstacle }) => obstacle !== null && !obstacle.cause.includes('not installed')) ?? found[0];
  const { cause, cure } = nearest?.obstacle ?? { cause: 'there is no tracer for this system.', cure: '' };
  return cure === '' ? cause : `${cause} ${cure.charAt(0).toUpperCase()}${cure.slice(1).replace(/\.$/, '')}.`;
}
