import { textWidth } from '../text/width.js';

/** What follows a break stands so much further in than its line. */
const INDENT = 2;
/** Beside less room than this there is no indent. */
const LEAST = 20;

/**
 * A line as lines of at most `columns`, broken where a gap of several spaces is, else between words. A word that is
 * longer than a line stays whole: paths are copied.
 */
export function hanging(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line];
  const own = /^ */.exec(line)![0];
  const indent = columns - own.length - INDENT < LEAST ? '' : own + ' '.repeat(INDENT);
  const out: string[] = [];
  let current = own;
  let empty = true;
  const joined = (gap: string, text: string): string => current + (empty ? '' : gap) + text;
  const fits = (gap: string, text: string): boolean => textWidth(joined(gap, text)) <= columns;
  const put = (gap: string, text: string): void => {
    if (!empty && !fits(gap, text)) {
      out.push(current);
      current = indent;
      empty = true;
    }
    current = joined(gap, text);
    empty = false;
  };
  for (const [gap, cell] of cellsOf(line.slice(own.length))) {
    const [first, ...words] = fits('', cell) || textWidth(indent + cell) <= columns ? [cell] : cell.split(' ');
    put(gap, first);
    for (const word of words) put(' ', word);
  }
  return [...out, current];
}

/** Texts with the gap before each: runs of two spaces and more divide them. */
function cellsOf(line: string): [string, string][] {
  const [first, ...rest] = line.split(/( {2,})/);
  const cells: [string, string][] = [['', first]];
  for (let at = 0; at < rest.length; at += 2) cells.push([rest[at], rest[at + 1]]);
  return cells;
}
