import { EventColumns, type EventSink } from './columns.js';

/** Events may come this much late, in ns: dtrace showed 3.5 ms between processors, and over 50 ms on a loaded machine. */
const WINDOW_NS = 200e6;
/** A reader that is starved of its processor was seen to be later still: the window grows with what comes late, to this. */
const MAX_WINDOW_NS = 2e9;
/** So many wait at the most; a stream that is denser than this in a window is released earlier. */
const CAPACITY = 1 << 17;

/**
 * Puts a stream whose lines were shuffled across processors in order by timestamp. An event waits until one that is
 * `window` younger has come, or until `flush`. One that comes later than that is passed on at once, counted in `late`, and the window grows.
 */
export class Reorder {
  late = 0;
  private count = 0;
  private newest = -Infinity;
  private released = -Infinity;
  /** So many of those that wait are in order already. */
  private sorted = 0;
  readonly columns: EventColumns;
  /** All slots of the columns: first those in which an event waits, in order, then the free ones. */
  private readonly order: Uint32Array;
  private readonly spare: Uint32Array;

  constructor(
    private readonly sink: EventSink,
    private window = WINDOW_NS,
    private readonly capacity = CAPACITY,
  ) {
    this.columns = new EventColumns(capacity);
    this.order = Uint32Array.from({ length: capacity }, (_, i) => i);
    this.spare = new Uint32Array(capacity);
  }

  /** The slot into which the next event is to be written, before `add`. */
  get free(): number {
    return this.order[this.count];
  }

  /** Takes what has been written into the free slot. */
  add(): void {
    const slot = this.order[this.count];
    const times = this.columns.ts;
    const ts = times[slot];
    if (ts < this.released) {
      this.late++;
      this.window = Math.max(this.window, Math.min(MAX_WINDOW_NS, 2 * (this.newest - ts)));
      this.sink.event(this.columns, slot);
      return;
    }
    if (ts >= this.newest) {
      this.newest = ts;
      if (this.sorted === this.count) this.sorted++;
    }
    this.count++;
    // Released in batches of at least a window's length, so that each event is looked at twice or so.
    if (this.count === this.capacity) this.release(this.middle());
    else if (this.newest - times[this.order[0]] > 2 * this.window) this.release(this.newest - this.window);
  }

  /** Passes on all that waits: nothing has come for a while, or the stream is over. */
  flush(): void {
    this.release(Infinity);
  }

  get waiting(): number {
    return this.count;
  }

  /** Time of the first event that waits; Infinity where none does. */
  get oldest(): number {
    this.sort();
    return this.count > 0 ? this.columns.ts[this.order[0]] : Infinity;
  }

  private middle(): number {
    this.sort();
    return this.columns.ts[this.order[this.capacity >> 1]];
  }

  /** Passes on what is not younger than `until`. */
  private release(until: number): void {
    this.sort();
    const { columns, order, spare, count } = this;
    const { ts } = columns;
    let done = 0;
    for (; done < count; done++) {
      const slot = order[done];
      if (ts[slot] > until) break;
      this.sink.event(columns, slot);
    }
    if (done === 0) return;
    this.released = ts[order[done - 1]]!;
    // What waits moves to the front, the slots that have become free behind it.
    spare.set(order.subarray(0, done));
    order.copyWithin(0, done, count);
    order.set(spare.subarray(0, done), count - done);
    this.count = this.sorted = count - done;
  }

  /**
   * Stable natural merge sort of what has come since the last: a shuffle across processors is a few rising runs, one
   * for each, and neighbouring runs overlap by little, so that a merge touches little.
   */
  private sort(): void {
    const { order, count } = this;
    const { ts } = this.columns;
    if (this.sorted === count) return;
    let ends: number[] = [];
    for (let at = Math.max(0, this.sorted - 1); at < count;) ends.push((at = runEnd(ts, order, at, count)));
    while (ends.length > 1) {
      const longer: number[] = [];
      for (let run = 0; run < ends.length; run += 2) {
        const from = longer.at(-1) ?? 0;
        const middle = ends[run];
        const end = ends[run + 1] ?? middle;
        if (end > middle) this.merge(from, middle, end);
        longer.push(end);
      }
      ends = longer;
    }
    this.sorted = count;
  }

  /** Makes one run of two neighbouring ones, the events of the first before those of the same time in the second. */
  private merge(from: number, middle: number, end: number): void {
    const { order, spare } = this;
    const { ts } = this.columns;
    const least = ts[order[middle]];
    // What is not younger than all of the second run stands right already; it is looked for from the near end.
    let start = middle;
    while (start > from && ts[order[start - 1]] > least) start--;
    const length = middle - start;
    for (let i = 0; i < length; i++) spare[i] = order[start + i]!;
    let left = 0;
    let right = middle;
    let out = start;
    while (left < length && right < end) {
      order[out++] = ts[order[right]] < ts[spare[left]] ? order[right++] : spare[left++];
    }
    while (left < length) order[out++] = spare[left++]!;
  }
}

/** Where the non-falling run that begins at `start` ends. */
function runEnd(ts: Float64Array, order: Uint32Array, start: number, count: number): number {
  let i = start + 1;
  while (i < count && ts[order[i]] >= ts[order[i - 1]]) i++;
  return i;
}
