/** Receives events in order of time. */
export interface EventSink {
  event(kind: number, ts: number, tid: number, line: number, frame: number, extra: number, symbol: number): void;
}

/** Events may come this much late, in ns: dtrace showed 3.5 ms between processors, and over 50 ms on a loaded machine. */
const WINDOW_NS = 100e6;
/** So many wait at the most; a stream that is denser than this in a window is released earlier. */
const CAPACITY = 1 << 16;

/**
 * Puts a stream whose lines were shuffled across processors in order by timestamp. An event waits until one that is
 * `window` younger has come, or until `flush` and is passed on at once if it comes later than that (counted in `late`).
 */
export class Reorder {
  late = 0;
  private count = 0;
  private newest = -Infinity;
  private released = -Infinity;
  private ordered = true;
  private readonly ts: Float64Array;
  private readonly frame: Float64Array;
  private readonly extra: Float64Array;
  private readonly kind: Uint8Array;
  private readonly tid: Int32Array;
  private readonly line: Int32Array;
  private readonly symbol: Int32Array;
  private order: Uint32Array;
  private spare: Uint32Array;

  constructor(
    private readonly sink: EventSink,
    private readonly window = WINDOW_NS,
    private readonly capacity = CAPACITY,
  ) {
    this.ts = new Float64Array(capacity);
    this.frame = new Float64Array(capacity);
    this.extra = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.tid = new Int32Array(capacity);
    this.line = new Int32Array(capacity);
    this.symbol = new Int32Array(capacity);
    this.order = new Uint32Array(capacity);
    this.spare = new Uint32Array(capacity);
  }

  event(kind: number, ts: number, tid: number, line: number, frame: number, extra: number, symbol: number): void {
    if (ts < this.released) {
      this.late++;
      this.sink.event(kind, ts, tid, line, frame, extra, symbol);
      return;
    }
    if (ts < this.newest) this.ordered = false;
    else this.newest = ts;
    const i = this.count++;
    this.kind[i] = kind;
    this.ts[i] = ts;
    this.tid[i] = tid;
    this.line[i] = line;
    this.frame[i] = frame;
    this.extra[i] = extra;
    this.symbol[i] = symbol;
    // Released in batches of at least a window's length, so that each event is sorted at most twice or so.
    if (this.count === this.capacity) this.release(this.middle());
    else if (this.newest - this.ts[0]! > 2 * this.window) this.release(this.newest - this.window);
  }

  /** Passes on all that waits: nothing has come for a while, or the stream is over. */
  flush(): void {
    this.release(Infinity);
  }

  get waiting(): number {
    return this.count;
  }

  private middle(): number {
    if (!this.ordered) this.sort();
    return this.ts[this.capacity >> 1]!;
  }

  /** Passes on what is not younger than `until`. */
  private release(until: number): void {
    if (!this.ordered) this.sort();
    let i = 0;
    const { kind, ts, tid, line, frame, extra, symbol, count } = this;
    while (i < count && ts[i]! <= until) {
      this.sink.event(kind[i]!, ts[i]!, tid[i]!, line[i]!, frame[i]!, extra[i]!, symbol[i]!);
      i++;
    }
    if (i === 0) return;
    this.released = ts[i - 1]!;
    for (const array of [kind, ts, tid, line, frame, extra, symbol]) array.copyWithin(0, i, count);
    this.count = count - i;
  }

  /** Stable natural merge sort: a shuffle across processors is a few rising runs, one for each. */
  private sort(): void {
    const { ts, count } = this;
    let order = this.order;
    let spare = this.spare;
    for (let i = 0; i < count; i++) order[i] = i;
    for (let merged = false; !merged; ) {
      merged = true;
      let out = 0;
      let start = 0;
      while (start < count) {
        const middle = runEnd(ts, order, start, count);
        const end = middle < count ? runEnd(ts, order, middle, count) : middle;
        let left = start;
        let right = middle;
        while (left < middle && right < end) spare[out++] = ts[order[right]!]! < ts[order[left]!]! ? order[right++]! : order[left++]!;
        while (left < middle) spare[out++] = order[left++]!;
        while (right < end) spare[out++] = order[right++]!;
        if (start > 0 || end < count) merged = false;
        start = end;
      }
      [order, spare] = [spare, order];
    }
    for (const array of [this.kind, this.tid, this.line, this.frame, this.extra, this.symbol, this.ts]) permute(array, order, count);
    this.order = order;
    this.spare = spare;
    this.ordered = true;
  }
}

/** Where the non-falling run that begins at `start` ends. */
function runEnd(ts: Float64Array, order: Uint32Array, start: number, count: number): number {
  let i = start + 1;
  while (i < count && ts[order[i]!]! >= ts[order[i - 1]!]!) i++;
  return i;
}

function permute(array: Float64Array | Int32Array | Uint8Array, order: Uint32Array, count: number): void {
  const old = array.slice(0, count);
  for (let i = 0; i < count; i++) array[i] = old[order[i]!]!;
}
