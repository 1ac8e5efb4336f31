const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** `5ms`, `200us`, `1.5s` -> ns; throws an Error that says what is needed, without a full stop. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s)$/.exec(text.trim());
  if (!match) throw new Error('needs a number with a unit, such as 5ms, 200us or 1s');
  return Math.round(Number(match[1]) * UNITS[match[2]]);
}
