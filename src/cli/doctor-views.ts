import { viewNeedsLine } from '../target/verdict.js';
import type { TraceView } from '../views/trace-view.js';
import { VIEWS } from '../views/registry.js';
import { causeAndCure, checksOf, type Check } from './doctor-check.js';
import { abilities, best, nearest, type Ability } from './doctor-engines.js';
import type { TargetFacts } from './doctor-target.js';
import type { MachineFacts } from './machine-facts.js';
import { parseOptions } from './options.js';

/** Whether a view works on a process here. */
export interface ViewAbility {
  readonly id: string;
  /** `ptrace`: with --allow-ptrace, as no tracer is there that does without. */
  readonly how: 'works' | 'ptrace' | 'refused';
  /** Why not, or why not without more ado, and what to do; '' where it works. */
  readonly sentence: string;
  /** What traces it; absent where it is refused, or where no tracer can be used for anything. */
  readonly by?: Ability;
}

export const NAMES = { dtrace: 'dtrace', stap: 'SystemTap', bpftrace: 'bpftrace' } as const;

/** In the order of the tabs. */
export function viewAbilities(facts: TargetFacts, machine: MachineFacts): ViewAbility[] {
  return VIEWS.map((view) => ({ id: view.id, ...ability(view, facts, machine) }));
}

function ability(view: TraceView, { target, threads }: TargetFacts, machine: MachineFacts): Omit<ViewAbility, 'id'> {
  const options = parseOptions({});
  const objection = view.objection(target, options);
  if (objection !== null) return { how: 'refused', sentence: objection };
  const script = view.script(target, options);
  const found = abilities(machine, target, script);
  const by = best(found);
  if (by !== undefined) return { how: 'works', sentence: '', by };
  // Where no tracer can be used for anything, that is said of the tracers.
  const any = abilities(machine, target);
  if (best(any) === undefined) return { how: 'works', sentence: '' };
  const dtrace = any.find(({ id }) => id === 'dtrace')!;
  if (script.ptrace !== 'needed' || dtrace.obstacle !== null) {
    const { cause, cure } = nearest(found);
    return { how: 'refused', sentence: cure === '' ? cause : `${cause.replace(/\.$/, '')}: ${cure}.` };
  }
  const hold = `For ${view.id} dtrace must hold the process by ptrace`;
  return threads > 1
    ? {
        how: 'refused',
        sentence: `${hold} (--allow-ptrace), which is refused where there are several threads, here ${threads}; use bpftrace or SystemTap, which do without.`,
      }
    : {
        how: 'ptrace',
        by: dtrace,
        sentence: `${hold}, so that it dies if dtrace is killed; a process of several threads is refused; add --allow-ptrace, or use bpftrace or SystemTap, which do without.`,
      };
}

export function viewChecks(facts: TargetFacts, machine: MachineFacts): Check[] {
  const check = checksOf('views');
  const said = new Map<string, string>();
  return viewAbilities(facts, machine).map(({ id, how, sentence, by }) => {
    if (how === 'works') {
      const taken = by === undefined ? '' : `, and ${NAMES[by.id]} traces it`;
      const slower = viewNeedsLine(facts.target, id)
        ? '; 3.11 runs Python code 6 to 9 times slower while they are used'
        : '';
      return check(id, 'ok', `its probes are here${taken}${slower}`);
    }
    if (facts.target.python!.elf.probes.size === 0) return check(id, 'no', 'needs probes');
    const before = said.get(sentence);
    if (before !== undefined) return check(id, 'no', `for the same reason as ${before}`);
    said.set(sentence, id);
    const { cause, cure } = causeAndCure(sentence);
    return check(id, how === 'ptrace' ? 'warn' : 'no', cause, cure);
  });
}
