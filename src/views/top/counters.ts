/** Lengths of the windows that are summed, s: each also has the time of the same length before it. */
export const SPANS = [1, 10, 60] as const;
/** Sums of the window n stand at n, those of the time before it at SPANS.length + n. */
export const SUMS = SPANS.length * 2;

/** What some of the counters have gained in the time of one frame. */
export interface Gains {
  readonly ids: Int32Array;
  readonly gains: Float64Array;
}

const NOTHING: Gains = { ids: new Int32Array(0), gains: new Float64Array(0) };

/**
 * Counters that only rise, with what they gained in each window: kept up to date by adding what comes into a window and
 * taking away what leaves it, so that no window is ever summed anew. All are whole numbers: nothing is lost in rounding.
 */
export class Counters {
  count = 0;
  /** Since the attach. */
  total = new Float64Array(256);
  /** What `total` was at the last reset. */
  base = new Float64Array(256);
  readonly sums: Float64Array[] = Array.from({ length: SUMS }, () => new Float64Array(256));
  private ids = new Int32Array(256);
  private gains = new Float64Array(256);
  private open = 0;

  /** Ids of `n` new counters: the first of them. */
  grow(n: number): number {
    const first = this.count;
    this.count += n;
    if (this.count > this.total.length) {
      const length = this.total.length * 2;
      this.total = longer(this.total, length);
      this.base = longer(this.base, length);
      for (const [at, sums] of this.sums.entries()) this.sums[at] = longer(sums, length);
    }
    return first;
  }

  add(id: number, gain: number): void {
    this.total[id] += gain;
    if (this.open === this.ids.length) {
      const ids = new Int32Array(this.open * 2);
      ids.set(this.ids);
      this.ids = ids;
      this.gains = longer(this.gains, this.open * 2);
    }
    this.ids[this.open] = id;
    this.gains[this.open++] = gain;
  }

  /** How many gains `take` would give. */
  get waiting(): number {
    return this.open;
  }

  /** What was added since the last time. */
  take(): Gains {
    if (this.open === 0) return NOTHING;
    const taken = { ids: this.ids.slice(0, this.open), gains: this.gains.slice(0, this.open) };
    this.open = 0;
    return taken;
  }

  enter(sum: number, { ids, gains }: Gains): void {
    const sums = this.sums[sum];
    for (let i = 0; i < ids.length; i++) sums[ids[i]] += gains[i];
  }

  leave(sum: number, { ids, gains }: Gains): void {
    const sums = this.sums[sum];
    for (let i = 0; i < ids.length; i++) sums[ids[i]] -= gains[i];
  }

  reset(): void {
    this.base.set(this.total);
    for (const sums of this.sums) sums.fill(0);
  }

  /** What a counter gained in a window: its index in SPANS, -1 since the reset, -2 since the attach. */
  in(window: number, id: number): number {
    if (window >= 0) return this.sums[window][id];
    return window === -1 ? this.total[id] - this.base[id] : this.total[id];
  }

  /** One that stays as it is. */
  clone(): Counters {
    const copy = new Counters();
    copy.count = this.count;
    copy.total = this.total.slice(0, this.count);
    copy.base = this.base.slice(0, this.count);
    for (const [at, sums] of this.sums.entries()) copy.sums[at] = sums.slice(0, this.count);
    return copy;
  }
}

function longer(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(length);
  wider.set(old);
  return wider;
}
