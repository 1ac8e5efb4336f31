/** Places of the statistics: a generation each, one for what no CPython has, and all together. */
export const GENERATIONS = 3;
export const OTHER = 3;
export const ALL = 4;
export const PLACES = 5;

export function placeOf(generation: number): number {
  return generation >= 0 && generation < GENERATIONS ? generation : OTHER;
}

/** 3.14.0 to 3.14.4 collected the old generation in increments; before and after there are three generations. */
function incremental(python: string): boolean {
  const [major, minor, micro] = python.split('.').map((part) => Number.parseInt(part, 10));
  return major === 3 && minor === 14 && micro <= 4;
}

/** Names of the places for a Python such as `3.14.2`: `gen 2`, or what it stands for there. */
export function generationNames(python: string): readonly string[] {
  const names = incremental(python) ? ['0 young', '1 increment', '2 full'] : ['0', '1', '2'];
  return [...names, 'other', 'all'];
}

/** `gen 2`, `2 full`, `all`. */
export function generationTitle(names: readonly string[], place: number): string {
  return /^\d$/.test(names[place]) ? `gen ${names[place]}` : names[place];
}
