/** A script compares eight bytes at once. */
const BYTES = 8;

/**
 * The first bytes of a text as a script without string functions looks for them: a number to compare with eight bytes of
 * memory (little endian), and the mask of those that count. Both 0 for the empty text: everything passes. Decimals, since
 * bpftrace reads positional parameters of 64 bits so; a top byte above 127 would be negative and is left out.
 */
export function needle(text: string): readonly [bigint, bigint] {
  const bytes = Buffer.from(text, 'utf8').subarray(0, BYTES);
  const length = bytes.length === BYTES && bytes[BYTES - 1] > 127 ? BYTES - 1 : bytes.length;
  let value = 0n;
  let mask = 0n;
  for (let at = 0; at < length; at++) {
    value |= BigInt(bytes[at]) << BigInt(8 * at);
    mask |= (at === BYTES - 1 ? 0x7fn : 0xffn) << BigInt(8 * at);
  }
  return [value, mask];
}
