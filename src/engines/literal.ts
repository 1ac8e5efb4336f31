/**
 * The longest piece of a name filter that an engine takes as a literal, or '' where none is long enough to be worth
 * it. A name that contains the whole contains the piece, so the kernel lets at least everything wanted through, and
 * pytrace's own filter does the rest.
 */
export function literalPiece(text: string, allowed: RegExp, maxBytes: number): string {
  let best = '';
  let piece = '';
  let bytes = 0;
  for (const char of text) {
    const size = Buffer.byteLength(char);
    if (!allowed.test(char) || bytes + size > maxBytes) {
      piece = '';
      bytes = 0;
      if (!allowed.test(char)) continue;
    }
    piece += char;
    bytes += size;
    if (piece.length > best.length) best = piece;
  }
  return best;
}

/** A non-negative whole number in decimals, as both engines read it. Anything else becomes 0, "no limit". */
export function decimal(value: number | bigint): string {
  if (typeof value === 'bigint') return value >= 0n && value < 1n << 63n ? value.toString() : '0';
  return Number.isFinite(value) && value > 0 ? decimal(BigInt(Math.trunc(value))) : '0';
}
