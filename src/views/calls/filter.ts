import type { FunctionTable } from '../../models/functions.js';

/** What was typed at the filter prompt, understood. */
export interface CallsFilter {
  readonly text: string;
  /** Smallest share of the thread's time (0 to 1) that a node must have in total; 0 = any. */
  readonly minShare: number;
  /** Why the text cannot be used; '' where it can. */
  readonly error: string;
  /** Whether the text asks for a name or file. */
  readonly named: boolean;
  /** Whether name and file of a function match. */
  matches(functions: FunctionTable, fn: number): boolean;
}

type Test = (name: string, file: string) => boolean;

const always: Test = () => true;
const YES = 1;
const NO = 2;

/**
 * `text` is part of a name or file, `re:` a regular expression of either, `mod:` part of the file, `>5%` a share of the
 * thread's time; words apart must all hold, but all that follows `re:` is the expression. Case matters only if there are
 * capitals.
 */
export function parseFilter(text: string): CallsFilter {
  const tests: Test[] = [];
  let minShare = 0;
  let error = '';
  const expression = /(?:^|\s)re:(.*)$/.exec(text);
  if (expression !== null) {
    try {
      const pattern = new RegExp(expression[1], /\p{Lu}/u.test(expression[1]) ? 'u' : 'iu');
      tests.push((name, file) => pattern.test(name) || pattern.test(file));
    } catch {
      error = `${expression[1]} is not a regular expression`;
    }
  }
  for (const word of text.slice(0, expression?.index ?? text.length).split(/\s+/)) {
    const share = /^>(\d+(?:\.\d+)?)%?$/.exec(word);
    if (word === '') continue;
    if (share !== null) minShare = Math.min(1, Number(share[1]) / 100);
    else if (word.startsWith('mod:')) {
      const has = containing(word.slice(4));
      tests.push((_name, file) => has(file));
    } else {
      const has = containing(word);
      tests.push((name, file) => has(name) || has(file));
    }
  }
  const test: Test = tests.length === 0 ? always : (name, file) => tests.every((one) => one(name, file));
  return { text, minShare, error, named: tests.length > 0, matches: remembering(test) };
}

/** Without a capital in the word, case does not matter. */
function containing(word: string): (text: string) => boolean {
  return /\p{Lu}/u.test(word) ? (text) => text.includes(word) : (text) => text.toLowerCase().includes(word);
}

/** Each function is looked at once, however many nodes and events it has. */
function remembering(test: Test): CallsFilter['matches'] {
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
