import { globMatcher } from '../../wire/glob.js';
import { sanitize } from '../../wire/names.js';
import type { TraceOptions } from '../trace-view.js';
import type { Collection } from './collection.js';

/** Collections that are listed where functions were asked for (`--function`, `--file`); all of them are counted. */
export interface FunctionFilter {
  /** `functions matching get_* of files *.py`; may hold more than ASCII. */
  readonly words: string;
  /** Whether one of the functions that are known to have run is meant. */
  has(collection: Pick<Collection, 'frames'>): boolean;
}

/** undefined where all are listed. */
export function functionFilter({ function: functions, file: files }: TraceOptions): FunctionFilter | undefined {
  const name = globMatcher(functions);
  const file = globMatcher(files);
  if (name === undefined && file === undefined) return undefined;
  const inFiles = `files ${name === undefined ? 'matching ' : ''}${sanitize(files)}`;
  const inFunctions = `functions matching ${sanitize(functions)}${file === undefined ? '' : ` of ${inFiles}`}`;
  return {
    words: name === undefined ? inFiles : inFunctions,
    has: ({ frames }) =>
      frames.some(({ name: one }) => one && (name?.(lastPart(one.name)) ?? true) && (file?.(one.file) ?? true)),
  };
}

/** co_name of a co_qualname: what --function is about everywhere. */
function lastPart(qualname: string): string {
  return qualname.slice(qualname.lastIndexOf('.') + 1);
}
