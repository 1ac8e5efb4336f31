const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': 92,
  '"': 34,
  "'": 39,
  '?': 63,
};

/** The character that scripts print for a NULL name pointer. */
export const NULL_NAME = '\u0001';

/**
 * The bytes that a wire string stands for. Accepts what dtrace's %S writes (octal for what is not ASCII) and what
 * stap's string_quoted does (`\u00F6`, `\U0001F600`); what is no escape stands for itself, so it never fails.
 */
export function unescapeBytes(field: Uint8Array): Uint8Array {
  let start = 0;
  let end = field.length;
  if (end >= 2 && field[0] === 34 && field[end - 1] === 34 && !oddBackslashesBefore(field, end - 1)) {
    start = 1;
    end -= 1;
  }
  const out = new Uint8Array(end - start);
  let n = 0;
  for (let i = start; i < end; i++) {
    const byte = field[i];
    if (byte !== 92 || i + 1 >= end) {
      out[n++] = byte;
      continue;
    }
    const next = field[++i];
    if (next >= 48 && next <= 55) {
      let value = next - 48;
      for (let digits = 1; digits < 3 && i + 1 < end && field[i + 1] >= 48 && field[i + 1] <= 55; digits++) {
        value = value * 8 + field[++i] - 48;
      }
      out[n++] = value & 255;
      continue;
    }
    const digits = next === 117 ? 4 : next === 85 ? 8 : 0;
    if (digits > 0) {
      const code = hexAt(field, i + 1, Math.min(end, i + 1 + digits), digits);
      if (code >= 0 && code < 0x110000) {
        const utf8 = Buffer.from(String.fromCodePoint(code), 'utf8');
        out.set(utf8, n);
        n += utf8.length;
        i += digits;
        continue;
      }
    }
    const simple = SIMPLE[String.fromCharCode(next)];
    if (simple === undefined) out[n++] = 92;
    out[n++] = simple ?? next;
  }
  // dtrace's %S writes the terminating NUL too.
  while (n > 0 && out[n - 1] === 0) n--;
  return out.subarray(0, n);
}

/** The number that `digits` hexadecimal digits make, -1 where they are not there. */
function hexAt(field: Uint8Array, start: number, end: number, digits: number): number {
  const text = String.fromCharCode(...field.subarray(start, end));
  return text.length === digits && /^[0-9a-fA-F]+$/.test(text) ? Number.parseInt(text, 16) : -1;
}

function oddBackslashesBefore(field: Uint8Array, index: number): boolean {
  let count = 0;
  while (index - 1 - count >= 0 && field[index - 1 - count] === 92) count++;
  return count % 2 === 1;
}

/** Writes a string as a wire field: printable ASCII as it is, all else as octal escapes of its UTF-8 bytes. */
export function escapeField(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    if (byte === 92) out += '\\\\';
    else if (byte >= 32 && byte < 127) out += String.fromCharCode(byte);
    else out += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return out;
}
