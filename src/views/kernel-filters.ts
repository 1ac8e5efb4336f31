import type { ScriptFilters } from '../engines/parameters.js';
import { globMatcher, literalOf } from '../wire/glob.js';
import type { TraceOptions } from './trace-view.js';

/** What a script itself leaves out: never more than the exact filters do. */
export function kernelFilters(options: TraceOptions): ScriptFilters {
  const literal = (glob: string): string => (globMatcher(glob) === undefined ? '' : literalOf(glob));
  return {
    thread: options.thread,
    functionHas: literal(options.function),
    fileHas: literal(options.file),
    minDurationNs: options.minDuration,
    depth: options.depth,
  };
}
