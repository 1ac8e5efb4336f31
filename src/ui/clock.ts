/** Time as the application sees it; a test brings its own. */
export interface Clock {
  /** Milliseconds, only ever rising. */
  now(): number;
  /** Runs once, later; returns how to call it off. */
  after(ms: number, run: () => void): () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
