import { UserError } from '../target/user-error.js';
import type { Engine, EngineFacts, EngineId, TraceRequest } from './engine.js';
import { weakness } from './not-for-root.js';
import { dtrace } from './dtrace.js';
import { bpftrace } from './bpftrace.js';
import { preferences } from './order.js';
import { stap } from './stap.js';

/** All engines; in which order `auto` takes them is told by `order.ts`. */
export const engines: readonly Engine[] = [dtrace, stap, bpftrace];

export interface Choice {
  readonly engine: Engine;
  readonly facts: EngineFacts;
  /** What was taken, and why not the others, as sentences. */
  readonly sentences: readonly string[];
}

/** Throws a UserError, with one sentence per engine, where none can do it. */
export function chooseEngine(
  wanted: EngineId | 'auto',
  found: readonly EngineFacts[],
  request: TraceRequest,
  candidates: readonly Engine[] = engines,
): Choice {
  const objections: string[] = [];
  for (const { id, because } of preferences(request.script)) {
    if (wanted !== 'auto' && wanted !== id) continue;
    const engine = candidates.find((each) => each.id === id);
    const facts = found.find((each) => each.id === id);
    if (engine === undefined || facts === undefined) continue;
    const objection = engine.objection(facts, request);
    if (objection === null)
      return {
        engine,
        facts,
        sentences: [taken(facts, wanted === 'auto' ? because : ''), ...passed(facts), ...objections],
      };
    objections.push(objection);
  }
  if (wanted !== 'auto') throw new UserError(objections[0] ?? `This pytrace has no engine ${wanted}.`);
  if (found.every(({ path }) => path === null)) {
    throw new UserError(
      'No tracer is installed; install package bpftrace (any distribution), dtrace (Debian 13 or later, Fedora) or systemtap.',
      undefined,
      objections,
    );
  }
  throw new UserError('No tracer can be used for this process here.', undefined, objections);
}

/** The user's PATH named another one first. */
function passed({ passedOver }: EngineFacts): string[] {
  return passedOver === undefined ? [] : [`${weakness(passedOver)}.`];
}

function taken(facts: EngineFacts, because: string): string {
  const version = facts.version === '' ? 'which does not tell its version' : facts.version;
  const reason = because === '' ? '' : `: ${because}`;
  return `Tracing with ${facts.id} ${version} (${facts.path ?? ''})${reason}.`;
}
