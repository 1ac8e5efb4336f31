import { FREE, standingWords } from '../target/standstill.js';
import type { DoctorVerdict } from './doctor-check.js';
import { abilities, best, nearest, type Ability } from './doctor-engines.js';
import type { TargetFacts } from './doctor-target.js';
import { NAMES, viewAbilities, type ViewAbility } from './doctor-views.js';
import { listed } from './listed.js';
import type { MachineFacts } from './machine-facts.js';

/** The last line of all: which views work, and what to type; or the one thing that is missing first. */
export function verdict(machine: MachineFacts, facts: TargetFacts | null): DoctorVerdict {
  if (facts === null) return machineVerdict(machine);
  const { pid } = facts.target;
  const views = viewAbilities(facts, machine);
  const of = (how: ViewAbility['how']): ViewAbility[] => views.filter((view) => view.how === how);
  const [work, held] = [of('works'), of('ptrace')];
  const refused = views.find(({ how }) => how === 'refused');
  const all = work.length > 0 ? work : held;
  if (all.length === 0)
    return { ok: false, text: `Nothing works on process ${pid}. ${refused!.sentence}`, command: '' };
  const first = all.find(({ id }) => id === 'calls') ?? all[0];
  const found = withEngine(
    machine,
    first.by ?? abilities(machine, facts.target),
    `${byTracer(all, pid)}${work.length > 0 && held.length > 0 ? `, and ${ids(held)} with --allow-ptrace` : ''}`,
    `pytrace ${first.id} ${pid}${work.length > 0 ? '' : ' --allow-ptrace'}`,
  );
  if (!found.ok) return found;
  const words = standingWords(facts.standing ?? FREE, pid);
  const more = [words === '' ? '' : `Process ${pid} ${words}.`, refused?.sentence ?? ''].filter((text) => text !== '');
  return { ...found, text: [found.text, ...more].join(' ') };
}

/** `top and gc work here on process 7 with bpftrace, calls with dtrace`. */
function byTracer(views: readonly ViewAbility[], pid: number): string {
  const names = new Map<string, ViewAbility[]>();
  for (const view of views) {
    const name = view.by === undefined ? '' : ` with ${NAMES[view.by.id]}`;
    names.set(name, [...(names.get(name) ?? []), view]);
  }
  return [...names]
    .map(([name, some], at) => {
      const word = some.length === 1 ? 'works' : 'work';
      return at === 0 ? `${ids(some)} ${word} here on process ${pid}${name}` : `${ids(some)}${name}`;
    })
    .join(', ');
}

function ids(views: readonly ViewAbility[]): string {
  return listed(views.map(({ id }) => id));
}

function machineVerdict(machine: MachineFacts): DoctorVerdict {
  const found = abilities(machine);
  const tracers = found.filter(({ obstacle }) => obstacle === null).map(({ id }) => NAMES[id]);
  const works = `Processes can be traced here with ${listed(tracers)}`;
  return withEngine(machine, best(found) ?? found, works, 'pytrace doctor PID');
}

/** `by`: the tracer that is used; where there is none, what all of them lack. */
function withEngine(
  machine: MachineFacts,
  by: Ability | readonly Ability[],
  works: string,
  command: string,
): DoctorVerdict {
  if (!('rights' in by)) {
    const { cause, cure } = nearest(by);
    const first = cure === '' ? cause : `${cause} ${capital(cure).replace(/\.$/, '')}.`;
    return { ok: false, text: `Nothing can be traced here yet. First: ${first}`, command: '' };
  }
  if (by.rights === 'root') {
    return { ok: false, text: `${NAMES[by.id]} is here, but needs root. First: run pytrace as root.`, command: '' };
  }
  const sudo = by.rights === 'sudo' && !command.includes('doctor') ? ' --sudo' : '';
  const seen = machine.root ? '' : ', as far as can be seen without root';
  return { ok: true, text: `${works}${seen}: run \`${command}${sudo}\`.`, command: `${command}${sudo}` };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
