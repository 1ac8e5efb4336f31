import { sanitize } from './printable.js';

/** A command line for a person to copy into a shell. Nothing here is ever run. */
export function shellLine(env: Readonly<Record<string, string>>, words: readonly string[]): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${shellQuote(value)}`), ...words.map(shellQuote)].join(
    ' ',
  );
}

export function shellQuote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // What could move the cursor or hide must not reach the terminal, and yet be the same word: bytes as bash writes them.
  if (sanitize(word) !== word) {
    const bytes = [...Buffer.from(word)].map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    );
    return `$'${bytes.join('')}'`;
  }
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
