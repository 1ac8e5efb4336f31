import type { FunctionTable } from '../../models/functions.js';
import { parseNameFilter, type NameFilter } from '../table/filter.js';

/** What was typed at the filter prompt, understood for functions; the share is of the thread's time, in total. */
export interface CallsFilter extends Omit<NameFilter, 'matches'> {
  /** Whether name and file of a function match. */
  matches(functions: FunctionTable, fn: number): boolean;
}

const YES = 1;
const NO = 2;

export function parseFilter(text: string): CallsFilter {
  const filter = parseNameFilter(text);
  return { ...filter, matches: remembering((name, file) => filter.matches(name, file)) };
}

/** Each function is looked at once, however many nodes and events it has. */
function remembering(test: NameFilter['matches']): CallsFilter['matches'] {
  const known = new WeakMap<FunctionTable, number[]>();
  return (functions, fn) => {
    if (fn < 0) return test('?', '');
    let answers = known.get(functions);
    if (answers === undefined) known.set(functions, (answers = []));
    const symbol = functions.symbolOf(fn);
    const { names } = functions;
    const answer = (answers[symbol] ??= test(names.shownName(symbol), names.shownFile(symbol)) ? YES : NO);
    return answer === YES;
  };
}

/** The import system's own frames: noise between the one who imports and the module that runs. */
const IMPORT_SYSTEM = parseFilter('re:^<frozen (importlib|zipimport)');

export function isImportSystem(functions: FunctionTable, fn: number): boolean {
  return fn >= 0 && IMPORT_SYSTEM.matches(functions, fn);
}
