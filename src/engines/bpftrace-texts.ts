import type { ProcessMemory } from '../target/memory.js';

/**
 * What stands in a JSON string. 0.17 writes a byte above 127 as `\uffffffc3`, a char that was extended with its sign;
 * later versions write such bytes as they are. Either way they are bytes of UTF-8.
 */
export function unescape(text: string): string {
  if (!/[\\\x80-\xff]/.test(text)) return text;
  const bytes = text.replace(
    /\\(?:uffffff([0-9a-f]{2})|u([0-9a-f]{4})|(.))/g,
    (_, old?: string, code?: string, char?: string) =>
      old !== undefined
        ? String.fromCharCode(Number.parseInt(old, 16))
        : code !== undefined
          ? String.fromCharCode(Number.parseInt(code, 16) & 0xff)
          : (CONTROL[char!] ?? char!),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const CONTROL: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Longer names than any file system or program has. */
const LONGEST = 16_384;

/** Behind its length and its hash an ASCII str has, from CPython 3.12 on, its characters 24 bytes on; before 3.12, 32. */
const LENGTH_BEFORE = [24, 32] as const;

/** Whether what stands there is, by its length, a str of CPython; where it is not ASCII that cannot be told. */
export function isString(memory: ProcessMemory | null, address: number, text: string): boolean {
  return LENGTH_BEFORE.some((before) => memory?.read(address - before, 8)?.readBigUInt64LE() === BigInt(text.length));
}

/** A NUL-terminated text of UTF-8; null where it cannot be read. */
export function readText(memory: ProcessMemory | null, address: number): string | null {
  const parts: Buffer[] = [];
  for (let at = address; at - address < LONGEST;) {
    // Never over the end of a page: the next one may not be mapped.
    const part = memory?.read(at, 4096 - (at % 4096)) ?? null;
    if (part === null) return null;
    const end = part.indexOf(0);
    parts.push(end < 0 ? part : part.subarray(0, end));
    if (end >= 0) return Buffer.concat(parts).toString('utf8');
    at += part.length;
  }
  return Buffer.concat(parts).toString('utf8');
}
