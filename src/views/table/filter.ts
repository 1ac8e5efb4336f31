/** What was typed at the filter prompt, understood for rows that have a name and a place. */
export interface NameFilter {
  readonly text: string;
  /** Smallest share (0 to 1) that a row must have; 0 = any. */
  readonly minShare: number;
  /** Why the text cannot be used; '' where it can. */
  readonly error: string;
  /** Whether the text asks for a name or place. */
  readonly named: boolean;
  matches(name: string, place: string): boolean;
}

type Test = (name: string, place: string) => boolean;

/**
 * `text` is part of a name or place, `re:` a regular expression of either, `mod:` part of the place, `>5%` a share; words
 * apart must all hold, but all that follows `re:` is the expression. Case matters only if there are capitals.
 */
export function parseNameFilter(text: string): NameFilter {
  const tests: Test[] = [];
  let minShare = 0;
  let error = '';
  const expression = /(?:^|\s)re:(.*)$/.exec(text);
  if (expression !== null) {
    try {
      const pattern = new RegExp(expression[1], /\p{Lu}/u.test(expression[1]) ? 'u' : 'iu');
      tests.push((name, place) => pattern.test(name) || pattern.test(place));
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
      tests.push((_name, place) => has(place));
    } else {
      const has = containing(word);
      tests.push((name, place) => has(name) || has(place));
    }
  }
  const matches: Test = (name, place) => tests.every((one) => one(name, place));
  return { text, minShare, error, named: tests.length > 0, matches };
}

/** Without a capital in the word, case does not matter. */
function containing(word: string): (text: string) => boolean {
  return /\p{Lu}/u.test(word) ? (text) => text.includes(word) : (text) => text.toLowerCase().includes(word);
}
