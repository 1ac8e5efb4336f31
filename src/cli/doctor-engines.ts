import type { EngineFacts, EngineId } from '../engines/engine.js';
import { engines } from '../engines/choose.js';
import { dtraceMessage } from '../engines/dtrace-message.js';
import { weakness } from '../engines/not-for-root.js';
import { preferences } from '../engines/order.js';
import { kernelPidsObjection } from '../engines/pid-namespace.js';
import type { Target } from '../target/target.js';
import type { ScriptChoice } from '../views/trace-view.js';
import { causeAndCure, checksOf, type Check } from './doctor-check.js';
import { blockers } from './doctor-kernel.js';
import { stapWithoutRoot, type MachineFacts } from './machine-facts.js';

/** Whether an engine can be used here, and how. */
export interface Ability {
  readonly id: EngineId;
  /** null: nothing known is in the way, but perhaps the rights. */
  readonly obstacle: { readonly cause: string; readonly cure: string } | null;
  /** `none`: these rights are enough; `sudo`: --sudo gives them; `root`: they are missing and there is no sudo. */
  readonly rights: 'enough' | 'sudo' | 'root';
}

/** A stand-in where no process is named: with it an engine objects to this machine only. */
const ANY: Target = {
  pid: 1,
  startTime: 0,
  uid: 0,
  command: [],
  exe: '',
  exeDeleted: false,
  python: null,
  elfVisibleHere: true,
  sameMountNamespace: true,
  frames: null,
};

/** What most views ask of a tracer. */
const CALLS: ScriptChoice = { script: 'calls', parameters: [] };

/** In the order in which `--engine auto` takes them for a script. */
export function abilities(facts: MachineFacts, target: Target = ANY, script: ScriptChoice = CALLS): Ability[] {
  return preferences(script.script).map(({ id }) => {
    const engine = engines.find((each) => each.id === id)!;
    const found = facts.engines.find((each) => each.id === id);
    const sentence =
      found === undefined ? `${id} is not known here.` : engine.objection(found, { ...script, target, sudo: false });
    const obstacle = sentence === null ? (blockers(facts, id)[0] ?? null) : causeAndCure(sentence);
    return { id, obstacle, rights: rights(facts, id) };
  });
}

/** What `auto` takes: the first without an obstacle, but before it those that need fewer rights. */
export function best(found: readonly Ability[]): Ability | undefined {
  const possible = found.filter(({ obstacle }) => obstacle === null);
  return (
    possible.find(({ rights }) => rights === 'enough') ??
    possible.find(({ rights }) => rights === 'sudo') ??
    possible[0]
  );
}

/** Of several obstacles, that of the engine that is installed, as it is the nearest to work; else the first. */
export function nearest(found: readonly Ability[]): { readonly cause: string; readonly cure: string } {
  const near = found.find(({ obstacle }) => obstacle !== null && !obstacle.cause.includes('not installed')) ?? found[0];
  return near?.obstacle ?? { cause: 'there is no tracer for this system.', cure: '' };
}

function rights(facts: MachineFacts, id: EngineId): Ability['rights'] {
  if (facts.root) return 'enough';
  if (id === 'stap' && stapWithoutRoot(facts.stapGroups)) return 'enough';
  return facts.sudo === null ? 'root' : 'sudo';
}

export function engineChecks(facts: MachineFacts): Check[] {
  return [...dtraceChecks(facts), ...bpftraceChecks(facts), ...stapChecks(facts)];
}

function installed(facts: MachineFacts, id: EngineId, area: string): { check: Check; engine: EngineFacts | null } {
  const check = checksOf(area);
  const engine = facts.engines.find((found) => found.id === id) ?? null;
  if (engine?.path != null) {
    const version = engine.version === '' ? 'does not tell its version' : engine.version;
    const { passedOver } = engine;
    const beside = passedOver === undefined ? '' : `; ${weakness(passedOver)}`;
    const state = engine.version === '' || passedOver !== undefined ? 'warn' : 'ok';
    return { check: check('installed', state, `${version} (${engine.path})${beside}`), engine };
  }
  const sentence = abilities(facts).find((ability) => ability.id === id)?.obstacle;
  return { check: check('installed', 'no', sentence?.cause ?? 'no', sentence?.cure ?? ''), engine: null };
}

function dtraceChecks(facts: MachineFacts): Check[] {
  const check = checksOf('dtrace');
  const { check: first, engine } = installed(facts, 'dtrace', 'dtrace');
  if (engine === null) return [first];
  return [
    first,
    library(facts),
    rightsCheck(facts, 'dtrace'),
    ...namespaceChecks(engine, 'dtrace'),
    ...blockers(facts, 'dtrace').map(({ cause, cure }) => check('kernel', 'no', cause, cure)),
  ];
}

function bpftraceChecks(facts: MachineFacts): Check[] {
  const check = checksOf('bpftrace');
  const { check: first, engine } = installed(facts, 'bpftrace', 'bpftrace');
  if (engine === null) return [first];
  const objection = abilities(facts).find(({ id }) => id === 'bpftrace')?.obstacle;
  return [
    objection && blockers(facts, 'bpftrace').length === 0
      ? check('version', 'no', objection.cause, objection.cure)
      : first,
    rightsCheck(facts, 'bpftrace'),
    ...blockers(facts, 'bpftrace').map(({ cause, cure }) => check('kernel', 'no', cause, cure)),
  ];
}

function library(facts: MachineFacts): Check {
  const check = checksOf('dtrace');
  switch (facts.library.state) {
    case 'works':
      return check('library', 'ok', 'compiles on this kernel');
    case 'untried':
      return check(
        'library',
        'unknown',
        facts.root ? 'did not answer in time' : 'only root can try it',
        facts.root ? 'run pytrace doctor again' : 'run pytrace doctor as root',
      );
    case 'fails': {
      const { said } = facts.library;
      // The engine's own words for it decide, as they do when a trace starts.
      const again = said.split('\n').some((line) => {
        const message = dtraceMessage(line);
        return message.kind === 'failure' && message.retry !== undefined;
      });
      if (again) {
        const file = /"([^"]*\.d)", line \d+/.exec(said)?.[1] ?? 'it';
        return check(
          'library',
          'ok',
          `${file} does not compile on this kernel; pytrace then starts dtrace again without it, as its scripts need none of it`,
        );
      }
      return check(
        'library',
        'warn',
        `dtrace says: ${said.replace(/^dtrace: /, '').split('\n')[0] ?? ''}`,
        'run `dtrace -e -n BEGIN` to see it all',
      );
    }
  }
}

function stapChecks(facts: MachineFacts): Check[] {
  const check = checksOf('SystemTap');
  const { check: first, engine } = installed(facts, 'stap', 'SystemTap');
  if (engine === null) return [first];
  const { host } = engine;
  const { existing, ours } = facts.stapGroups;
  const headers = abilities({ ...facts, engines: [{ ...engine, host: { ...host, missingTools: [] } }] }).find(
    ({ id }) => id === 'stap',
  )?.obstacle;
  return [
    first,
    host.kernelHeaders
      ? check('headers', 'ok', `/lib/modules/${host.release}/build`)
      : check('headers', 'no', headers?.cause ?? 'missing', headers?.cure ?? ''),
    ...['gcc', 'make'].map((tool) =>
      host.missingTools.includes(tool)
        ? check(tool, 'no', 'not installed', `install package ${tool}`)
        : check(tool, 'ok', 'installed'),
    ),
    rightsCheck(facts, 'stap'),
    ...namespaceChecks(engine, 'SystemTap'),
    facts.root
      ? check('groups', 'ok', 'root needs none of them')
      : ours.length > 0
        ? check('groups', 'ok', `you are in ${ours.join(' and ')}`)
        : existing.length === 0
          ? check('groups', 'warn', 'there are no groups stapusr and stapdev here, so only root can use it')
          : check(
              'groups',
              'warn',
              `you are in none of ${existing.join(', ')}`,
              'as root: usermod -aG stapusr,stapdev YOU, then log in again',
            ),
    ...blockers(facts, 'stap').map(({ cause, cure }) => check('kernel', 'no', cause, cure)),
  ];
}

function namespaceChecks({ host }: EngineFacts, name: string): Check[] {
  const sentence = kernelPidsObjection(name, host);
  if (sentence === null) return [];
  const { cause, cure } = causeAndCure(sentence);
  return [checksOf(name)('namespace', 'no', cause, cure)];
}

function rightsCheck(facts: MachineFacts, id: EngineId): Check {
  const check = checksOf(id === 'stap' ? 'SystemTap' : id);
  switch (rights(facts, id)) {
    case 'enough':
      return check('rights', 'ok', facts.root ? 'you are root' : 'your groups are enough');
    case 'sudo':
      return check('rights', 'warn', 'needs root', 'add --sudo: then the tracer, and nothing else, runs as root');
    case 'root':
      return check('rights', 'no', 'needs root, and there is no sudo', 'run pytrace as root');
  }
}
