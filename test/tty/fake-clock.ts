import type { Clock } from '../../src/ui/clock.js';

/** Time that passes only when told to. */
export class FakeClock implements Clock {
  private time = 1_000_000;
  private waiting: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.time + ms, run };
    this.waiting.push(entry);
    return () => void (this.waiting = this.waiting.filter((other) => other !== entry));
  }

  /** Lets time pass and everything run that was to run until then, in its order. */
  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const due = this.waiting.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.waiting = this.waiting.filter((entry) => entry !== due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = until;
  }
}
