import type { TraceOptions, ViewOption } from '../trace-view.js';

/** Viewers of flame graphs draw no more than that. */
const MAX_DEPTH = 512;
/** The thread, what stands for the middle, and the function that ran. */
const LEAST_DEPTH = 3;
const MOST_DEPTH = 1_000_000;

/** Options of `calls` alone. */
export const CALLS_OPTIONS: readonly ViewOption[] = [
  {
    flags: '--max-depth <n>',
    about: `cut folded stacks (e on the screen) in the middle to so many frames; ${MAX_DEPTH} unless given`,
    parse: depth,
    shown: true,
  },
];

function depth(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= LEAST_DEPTH && value <= MOST_DEPTH) return value;
  throw new Error(`needs a whole number from ${LEAST_DEPTH} to ${MOST_DEPTH}`);
}

/** Frames that a stack in a file may have. */
export function maxDepth({ own }: Pick<TraceOptions, 'own'>): number {
  return (own.maxDepth as number | undefined) ?? MAX_DEPTH;
}
