import { lineSemaphore } from '../engines/line-semaphore.js';
import type { Target } from '../target/target.js';
import { viewNeedsLine, viewVerdict } from '../target/verdict.js';

type FunctionView = 'calls' | 'top';

/** Why the function probes cannot be used for this view, the cause and the cure; null where they can. */
export function functionObjection(target: Target, view: FunctionView): string | null {
  const verdict = viewVerdict(target, view);
  if (!verdict.ok) return verdict.sentence;
  const semaphore = viewNeedsLine(target, view) ? lineSemaphore(target) : null;
  return semaphore !== null && 'objection' in semaphore ? semaphore.objection : null;
}

/** What goes before the engine's command where function-entry fires only so; undefined where nothing needs to. */
export function wordsBefore(target: Target, view: FunctionView): readonly string[] | undefined {
  const semaphore = viewNeedsLine(target, view) ? lineSemaphore(target) : null;
  return semaphore !== null && 'words' in semaphore ? semaphore.words : undefined;
}
