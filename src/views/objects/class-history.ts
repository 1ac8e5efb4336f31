/** Moments kept, about a second apart: a minute, and the moment before. */
const SLOTS = 64;
const APART_NS = 0.95e9;

/** What all classes stood at in the last minute, second by second; times are ns of watched time. */
export class ClassHistory {
  private times: number[] = [];
  private created: Float64Array[] = [];
  private destroyed: Float64Array[] = [];

  /** Keeps a moment, where the last one is a second ago. */
  keep(time: number, created: Float64Array, destroyed: Float64Array, rows: number): void {
    if (this.times.length > 0 && time - this.times[this.times.length - 1] < APART_NS) return;
    const full = this.times.length === SLOTS;
    const [one, two] = full ? [this.created.shift()!, this.destroyed.shift()!] : [NONE, NONE];
    if (full) this.times.shift();
    this.times.push(time);
    this.created.push(copied(created, rows, one));
    this.destroyed.push(copied(destroyed, rows, two));
  }

  clear(): void {
    this.times = [];
    this.created = [];
    this.destroyed = [];
  }

  /** One row becomes part of another. */
  merge(from: number, into: number): void {
    for (const kept of [...this.created, ...this.destroyed]) {
      if (from >= kept.length) continue;
      kept[into] += kept[from];
      kept[from] = 0;
    }
  }

  /** The newest moment that is at least `ns` before `now`, or the oldest; -1 where none is kept. */
  before(now: number, ns: number): number {
    for (let slot = this.times.length - 1; slot >= 0; slot--) if (now - this.times[slot] >= ns * 0.97) return slot;
    return this.times.length > 0 ? 0 : -1;
  }

  get count(): number {
    return this.times.length;
  }

  time(slot: number): number {
    return this.times[slot];
  }

  createdAt(slot: number, row: number): number {
    return this.created[slot][row] ?? 0;
  }

  destroyedAt(slot: number, row: number): number {
    return this.destroyed[slot][row] ?? 0;
  }

  aliveAt(slot: number, row: number): number {
    return this.createdAt(slot, row) - this.destroyedAt(slot, row);
  }

  /** One that stays as it is. */
  clone(): ClassHistory {
    const copy = new ClassHistory();
    copy.times = [...this.times];
    copy.created = this.created.map((kept) => kept.slice());
    copy.destroyed = this.destroyed.map((kept) => kept.slice());
    return copy;
  }
}

const NONE = new Float64Array(0);

function copied(from: Float64Array, rows: number, into: Float64Array): Float64Array {
  const kept = into.length >= rows ? into : new Float64Array(Math.ceil(rows * 1.25));
  kept.set(from.subarray(0, rows));
  return kept;
}
