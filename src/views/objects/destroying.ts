/** Four buckets to a doubling: 4 * floor(log2 ns) + the two bits below the leading one. */
export const BUCKETS = 256;

/** How long it took to destroy instances of one class, with all that fell with them; since the attach. */
export class Destroying {
  readonly counts = new Float64Array(BUCKETS);
  sum = 0;
  max = 0;
  /** What this stream said last. */
  private readonly last = new Float64Array(BUCKETS);
  private lastSum = 0;

  bucket(bucket: number, count: number): void {
    if (!(bucket >= 0 && bucket < BUCKETS)) return;
    this.counts[bucket] += gained(count, this.last[bucket]);
    this.last[bucket] = count;
  }

  total(sum: number, max: number): void {
    this.sum += gained(sum, this.lastSum);
    this.lastSum = sum;
    this.max = Math.max(this.max, max);
  }

  /** The kernel's sums begin at zero again. */
  restart(): void {
    this.last.fill(0);
    this.lastSum = 0;
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The duration that a share (0 to 1) of them did not exceed, ns: the upper edge of a bucket. */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    if (left === 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket];
      if (left <= 0) return Math.min(lowerEdge(bucket + 1), this.max);
    }
    return this.max;
  }

  /** Destructions of at least `2 ** n` ns, less than twice that. */
  octave(n: number): number {
    const at = 4 * n;
    return this.counts[at] + this.counts[at + 1] + this.counts[at + 2] + this.counts[at + 3];
  }

  clone(): Destroying {
    const copy = new Destroying();
    copy.counts.set(this.counts);
    copy.sum = this.sum;
    copy.max = this.max;
    return copy;
  }
}

/** What a sum of the kernel has gained; one that is less than before has begun anew. */
export function gained(now: number, before: number): number {
  return now >= before ? now - before : now;
}

function lowerEdge(bucket: number): number {
  return 2 ** (bucket >> 2) * (1 + (bucket & 3) / 4);
}
