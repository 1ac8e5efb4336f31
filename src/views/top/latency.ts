/** Buckets of durations, four to a doubling: 4 * floor(log2 ns) + the two bits below the leading one. */
export const BUCKETS = 256;

/** The shortest duration of a bucket, ns. */
export function lowerEdge(bucket: number): number {
  return 2 ** (bucket >> 2) * (1 + (bucket & 3) / 4);
}

/** The bucket's upper edge: the shortest duration that is not in it, ns. */
export function upperEdge(bucket: number): number {
  return lowerEdge(bucket + 1);
}

/** Returned calls by duration, in rising order: buckets and how many calls each holds. */
export interface Durations {
  readonly buckets: readonly number[];
  readonly calls: readonly number[];
  /** ns: no call took longer. */
  readonly longest: number;
}

/**
 * What a call took on the average, ns, of the same calls as `quantile`; 0 without calls. `total` is the time (ns) that the
 * function took: that lacks calls nested in one another and has those still open, so it counts only where the buckets allow
 * it; else their middles do. At most a quarter off, and exact where every call was outermost and has returned.
 */
export function mean({ buckets, calls, longest }: Durations, total: number): number {
  let [count, least, most] = [0, 0, 0];
  for (const [at, each] of calls.entries()) {
    count += each;
    least += each * lowerEdge(buckets[at]);
    most += each * Math.min(upperEdge(buckets[at]), longest);
  }
  if (count === 0) return 0;
  return (total >= least && total <= most ? total : (least + most) / 2) / count;
}

/** The duration that the given share (0 to 1) of the calls did not exceed: a bucket's upper edge, ns; 0 without calls. */
export function quantile({ buckets, calls, longest }: Durations, share: number): number {
  let sum = 0;
  for (const count of calls) sum += count;
  if (sum === 0) return 0;
  let left = Math.ceil(sum * share);
  for (const [at, count] of calls.entries()) {
    left -= count;
    if (left <= 0) return Math.min(upperEdge(buckets[at]), longest);
  }
  return longest;
}
