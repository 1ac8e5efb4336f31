/** So many pauses are kept as they are; of more than that quantiles come from the histogram. */
export const KEPT_PAUSES = 100_000;

/** Powers of two, with four buckets each. */
const OCTAVES = 44;
const BUCKETS = OCTAVES * 4;

/** The bucket of a duration: four times floor(log2(ns)), and the two bits below the leading one. */
export function fineBucket(ns: number): number {
  if (!(ns >= 1)) return 0;
  const octave = Math.min(OCTAVES - 1, Math.floor(Math.log2(ns)));
  const quarter = Math.min(3, Math.max(0, Math.floor((ns / 2 ** octave - 1) * 4)));
  return octave * 4 + quarter;
}

/** The smallest duration beyond a bucket. */
export function bucketEnd(bucket: number): number {
  return 2 ** (bucket >> 2) * (1 + ((bucket & 3) + 1) / 4);
}

/** Pauses of one generation: sums, a histogram, and quantiles that are exact up to KEPT_PAUSES. */
export class Pauses {
  count = 0;
  total = 0;
  max = 0;
  collected = 0;
  private readonly fine = new Float64Array(BUCKETS);
  private kept = new Float64Array(64);
  private keptCount = 0;
  /** Kept pauses up to here are in rising order in `sorted`. */
  private sorted = new Float64Array(0);

  constructor(private readonly limit = KEPT_PAUSES) {}

  add(pause: number, collected: number): void {
    this.count++;
    this.total += pause;
    this.collected += collected;
    if (pause > this.max) this.max = pause;
    this.fine[fineBucket(pause)]++;
    if (this.keptCount >= this.limit) return;
    if (this.keptCount === this.kept.length) {
      const more = new Float64Array(Math.min(this.limit, this.kept.length * 2));
      more.set(this.kept);
      this.kept = more;
    }
    this.kept[this.keptCount++] = pause;
  }

  /** All pauses are kept, so that nothing said of them is rounded. */
  get exact(): boolean {
    return this.keptCount === this.count;
  }

  /** The pause that so large a share (0 to 1) of them does not exceed; 0 where there is none. */
  quantile(share: number): number {
    if (this.count === 0) return 0;
    if (this.exact) return this.inOrder()[Math.max(0, Math.ceil(share * this.count) - 1)];
    let left = Math.ceil(share * this.count);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.fine[bucket];
      if (left <= 0) return Math.min(bucketEnd(bucket), this.max);
    }
    return this.max;
  }

  /** Pauses longer than that. */
  above(ns: number): number {
    if (this.exact) {
      const pauses = this.inOrder();
      let low = 0;
      let high = pauses.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (pauses[middle] > ns) high = middle;
        else low = middle + 1;
      }
      return pauses.length - low;
    }
    let sum = 0;
    for (let bucket = fineBucket(ns) + 1; bucket < BUCKETS; bucket++) sum += this.fine[bucket];
    return sum;
  }

  /** Pauses from 2^octave up to twice that. */
  octave(octave: number): number {
    let sum = 0;
    for (let quarter = 0; quarter < 4; quarter++) sum += this.fine[octave * 4 + quarter] ?? 0;
    return sum;
  }

  /** The first and the last octave with pauses; null where there are none. */
  octaves(): readonly [number, number] | null {
    const first = this.fine.findIndex((count) => count > 0);
    return first < 0 ? null : [first >> 2, this.fine.findLastIndex((count) => count > 0) >> 2];
  }

  /** A copy that stays as it is. */
  clone(): Pauses {
    const copy = new Pauses(this.limit);
    copy.count = this.count;
    copy.total = this.total;
    copy.max = this.max;
    copy.collected = this.collected;
    copy.fine.set(this.fine);
    copy.kept = this.kept.slice(0, this.keptCount);
    copy.keptCount = this.keptCount;
    copy.sorted = this.sorted;
    return copy;
  }

  /** Only what has come since the last time is sorted, then both parts are merged. */
  private inOrder(): Float64Array {
    const before = this.sorted;
    if (before.length === this.keptCount) return before;
    const fresh = this.kept.slice(before.length, this.keptCount).sort();
    const merged = new Float64Array(this.keptCount);
    for (let at = 0, old = 0, young = 0; at < merged.length; at++) {
      const takeOld = young >= fresh.length || (old < before.length && before[old] <= fresh[young]);
      merged[at] = takeOld ? before[old++] : fresh[young++];
    }
    return (this.sorted = merged);
  }
}
