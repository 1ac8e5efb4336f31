import { sanitize } from '../text/printable.js';
import { NULL_NAME } from './escape.js';

export { sanitize };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes a name that the target chose. Bytes that are no UTF-8 become `\xNN`; an incomplete character at the very end
 * is dropped, because engines cut long strings at a byte.
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    let out = '';
    for (let i = 0; i < bytes.length;) {
      const length = sequenceLength(bytes, i);
      if (length > 0) out += utf8.decode(bytes.subarray(i, i + length));
      else if (length < 0) break;
      else out += `\\x${bytes[i].toString(16).padStart(2, '0')}`;
      i += Math.max(1, length);
    }
    return out;
  }
}

/** Length of the valid UTF-8 sequence at i, 0 if there is none, -1 if it is cut off by the end. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const first = bytes[i];
  const length =
    first < 0x80
      ? 1
      : first >= 0xc2 && first < 0xe0
        ? 2
        : first >= 0xe0 && first < 0xf0
          ? 3
          : first >= 0xf0 && first < 0xf5
            ? 4
            : 0;
  if (length === 0) return 0;
  const slice = bytes.subarray(i, i + length);
  for (let k = 1; k < slice.length; k++) if ((slice[k] & 0xc0) !== 0x80) return 0;
  if (slice.length < length) return -1;
  try {
    utf8.decode(slice);
    return length;
  } catch {
    return 0;
  }
}

/** What stands on the screen for a name: sanitised, and never empty. */
export function displayName(name: string): string {
  if (name === NULL_NAME) return '(null)';
  return name === '' ? '(empty)' : sanitize(name);
}
