/** Pseudorandom numbers, the same for a seed each time (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const EXTREMES = [
  '0', '-0', '-1', '1', '2', '255', '256', '4000000000', '2147483647', '2147483648', '4294967296', '9007199254740993',
  '1000000000000000', '1000000000000001', '1000000000000000000', '-9223372036854775808', '9223372036854775807',
  '18446744073709551615', '99999999999999999999', '100000000000000000000', '', 'x', '1e9', '0x10', '007', '1.5', ' 1',
]; // prettier-ignore
const TEXTS = [
  '',
  '\\0',
  '\\001',
  '\\033[2J',
  '\\342\\200\\256',
  '\\u202e',
  '"',
  '\\',
  '__init__',
  '日本',
  'x'.repeat(300),
];

/**
 * One mutation of a recording's lines: what an attacker, a bad disk or a torn line makes of it. Takes and gives bytes as
 * latin1, lines without their newlines.
 */
export function mutated(lines: readonly string[], next: () => number): string[] {
  const out = [...lines];
  const at = (length: number): number => Math.floor(next() * length);
  const pick = <T>(of: readonly T[]): T => of[at(of.length)];
  const fields = (change: (fields: string[]) => void): void => {
    const line = at(out.length);
    const parts = out[line].split('\t');
    change(parts);
    out[line] = parts.join('\t');
  };
  const number = (parts: readonly string[]): number => {
    const places = parts.flatMap((part, i) => (/^-?\d+$/.test(part) ? [i] : []));
    return places.length > 0 ? pick(places) : at(parts.length);
  };
  const kinds: (() => void)[] = [
    () => {
      const line = at(out.length);
      const byte = at(Math.max(1, out[line].length));
      const flipped = out[line].charCodeAt(byte) ^ (1 << at(8));
      out[line] = out[line].slice(0, byte) + String.fromCharCode(flipped & 255) + out[line].slice(byte + 1);
    },
    () => void out.splice(at(out.length), 1 + at(5)),
    () => void out.splice(at(out.length), 0, ...out.slice(at(out.length)).slice(0, 1 + at(20))),
    () => {
      const [one, other] = [at(out.length), at(out.length)];
      [out[one], out[other]] = [out[other], out[one]];
    },
    () => fields((parts) => (parts[number(parts)] = pick(EXTREMES))),
    () => fields((parts) => (parts[number(parts)] = String(Math.floor(10 ** (next() * 20))))),
    () => fields((parts) => (parts[at(parts.length)] = pick(TEXTS))),
    () => fields((parts) => parts.splice(at(parts.length), 1)),
    () => fields((parts) => parts.splice(at(parts.length), 0, pick([...EXTREMES, ...TEXTS]))),
    () => fields((parts) => (parts[0] = pick(out)[0] ?? 'E')),
    () => void out.splice(at(out.length)),
    () => void (out[at(out.length)] = 'x'.repeat(1 << (8 + at(10)))),
    // The same extreme in a whole stretch: what adds up.
    () => {
      const from = at(out.length);
      const [kind, value, place] = [out[from][0], pick(EXTREMES), 1 + at(6)];
      for (let line = from; line < Math.min(out.length, from + 200); line++) {
        if (out[line][0] !== kind) continue;
        const parts = out[line].split('\t');
        if (place < parts.length) parts[place] = value;
        out[line] = parts.join('\t');
      }
    },
  ];
  for (let count = 1 + at(8); count > 0 && out.length > 0; count--) pick(kinds)();
  return out;
}
