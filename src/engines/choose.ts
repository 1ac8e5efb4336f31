import { UserError } from '../target/user-error.js';
import type { Engine, EngineFacts, EngineId, TraceRequest } from './engine.js';
import { dtrace } from './dtrace.js';
import { stap } from './stap.js';

/** In the order in which `auto` takes them: dtrace needs no compiler and starts in half a second. */
export const engines: readonly Engine[] = [dtrace, stap];

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
  for (const engine of candidates) {
    if (wanted !== 'auto' && wanted !== engine.id) continue;
    const facts = found.find(({ id }) => id === engine.id);
    if (facts === undefined) continue;
    const objection = engine.objection(facts, request);
    if (objection === null) return { engine, facts, sentences: [taken(facts), ...objections] };
    objections.push(objection);
  }
  if (wanted !== 'auto') throw new UserError(objections[0] ?? `This pytrace has no engine ${wanted}.`);
  if (found.every(({ path }) => path === null)) {
    throw new UserError(
      'Neither dtrace nor SystemTap is installed; install package dtrace (Debian 13 or later, Fedora) or systemtap.',
      undefined,
      objections,
    );
  }
  throw new UserError('No tracer can be used for this process here.', undefined, objections);
}

function taken(facts: EngineFacts): string {
  const version = facts.version === '' ? 'which does not tell its version' : facts.version;
  return `Tracing with ${facts.id} ${version} (${facts.path ?? ''}).`;
}
