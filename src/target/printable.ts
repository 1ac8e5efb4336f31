// Controls, bidi overrides, invisible characters and lone surrogates: what could move the cursor, hide or reorder.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/**
 * A process's own text (command, thread name) made fit for one line of a message: unsafe characters become `?`, and
 * what is longer than `columns` characters is cut and ends in `...`.
 */
export function printable(text: string, columns = 60): string {
  // Cut before replacing: a command line may have megabytes.
  const safe = text.slice(0, columns * 2 + 8).replace(UNSAFE, '?');
  const chars = Array.from(safe);
  return chars.length <= columns ? safe : `${chars.slice(0, columns - 3).join('')}...`;
}
