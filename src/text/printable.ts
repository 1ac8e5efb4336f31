/**
 * What a text from outside must not bring onto a screen, into a file or into a clipboard, as the body of a character
 * class: what Unicode calls a control, a format (bidi, zero width, tags), a separator other than the space, a surrogate,
 * private or unassigned; what fonts leave out (fillers, variation selectors); and the few blanks that it calls symbols.
 * The only such list: all else here is made of it. It is of the Unicode version of the Node that runs.
 */
export const UNPRINTABLE = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\ufffc\u{16fe4}\u{1d159}`;

/** What is drawn onto the character before it: accents, and the parts of a Korean syllable behind its first. */
const MARK = String.raw`[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]`;
/** No script writes more of them onto one character; a pile of them runs over the lines above and below. */
const MOST_MARKS = 5;

const UNFIT = new RegExp(`[${UNPRINTABLE}]|^${MARK}+|(?<=${MARK}{${MOST_MARKS}})${MARK}+`, 'gu');
const PLAIN = /^[\x20-\x7e]*$/;
const PLAIN_LINES = /^[\n\x20-\x7e]*$/;

/** A text with each character that is not fit to be shown replaced. */
export function replaceUnfit(text: string, replacement: (char: string) => string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNFIT, (found) =>
    found.length === 1 ? replacement(found) : [...found].map(replacement).join(''),
  );
}

/** A text from outside made fit for a terminal: what could move the cursor, hide or reorder is shown as an escape. */
export function sanitize(text: string): string {
  return replaceUnfit(text, escaped);
}

/** The same of its beginning: at most so many UTF-16 units, and no half of a character. */
export function sanitizeStart(text: string, most: number): string {
  // Cut before replacing: a command line may have megabytes.
  const start = sanitize(text.slice(0, most + 1)).slice(0, most);
  return /[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start;
}

/** The same of a text of several lines. */
export function sanitizeLines(text: string): string {
  return PLAIN_LINES.test(text) ? text : text.split('\n').map(sanitize).join('\n');
}

function escaped(char: string): string {
  const code = char.codePointAt(0)!;
  if (code === 9) return '\\t';
  if (code === 10) return '\\n';
  if (code === 13) return '\\r';
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * A process's own text (command, thread name) made fit for one line of a message: what is not fit becomes `?`, and what
 * is longer than `columns` characters is cut and ends in `...`.
 */
export function printable(text: string, columns = 60): string {
  // Cut before replacing: a command line may have megabytes.
  const safe = replaceUnfit(text.slice(0, columns * 2 + 8), () => '?');
  const chars = Array.from(safe);
  return chars.length <= columns ? safe : `${chars.slice(0, columns - 3).join('')}...`;
}
