/**
 * A shell pattern as a test of whole strings: `*` any text, `?` any one character, `[abc]`, `[a-z]`, `[!a]`; all else
 * is itself. undefined for '' and for a pattern that takes everything. Runs in linear time on any name and pattern:
 * names and patterns come from outside, so no regular expression is made of them.
 */
export function globMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern === '' || /^\*+$/.test(pattern)) return undefined;
  const parts = parse(pattern);
  return (text) => {
    const chars = [...text];
    let p = 0;
    let star = -1;
    let mark = 0;
    for (let i = 0; i < chars.length;) {
      const part = parts[p];
      if (part === '*') {
        star = p++;
        mark = i;
      } else if (part?.takes(chars[i])) {
        p++;
        i++;
      } else if (star >= 0) {
        p = star + 1;
        i = ++mark;
      } else return false;
    }
    while (parts[p] === '*') p++;
    return p === parts.length;
  };
}

/** `literal`: the one character that it takes; '' where it takes several. */
type Part = '*' | { readonly literal: string; takes(char: string): boolean };

const itself = (literal: string): Part => ({ literal, takes: (char) => char === literal });

function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i];
    if (char === '*') {
      if (parts.at(-1) !== '*') parts.push('*');
    } else if (char === '?') parts.push({ literal: '', takes: () => true });
    else if (char === '[') {
      const close = chars.indexOf(']', i + 2);
      if (close < 0) parts.push(itself(char));
      else {
        parts.push({ literal: '', takes: oneOf(chars.slice(i + 1, close)) });
        i = close;
      }
    } else parts.push(itself(char));
  }
  return parts;
}

function oneOf(body: string[]): (char: string) => boolean {
  const not = body[0] === '!' || body[0] === '^';
  const set = not ? body.slice(1) : body;
  return (char) => {
    let found = false;
    for (let i = 0; i < set.length; i++) {
      if (set[i + 1] === '-' && i + 2 < set.length) {
        found ||= char >= set[i] && char <= set[i + 2];
        i += 2;
      } else found ||= char === set[i];
    }
    return found !== not;
  };
}

/** The longest text that every match of the pattern contains: what a script can look for with its plain means. */
export function literalOf(pattern: string): string {
  let best = '';
  let run = '';
  for (const part of parse(pattern)) {
    run = part === '*' || part.literal === '' ? '' : run + part.literal;
    if (run.length > best.length) best = run;
  }
  return best;
}
