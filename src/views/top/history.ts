import { type Counters, type Gains, SPANS, SUMS } from './counters.js';

/** One snapshot against the one before: its time, and what each set of counters gained in it. */
interface Frame {
  readonly from: number;
  readonly to: number;
  readonly gains: readonly Gains[];
  readonly cells: number;
}

/** Gains that are kept: 12 bytes each. What is older is forgotten, and the long windows become shorter, which they say. */
const MAX_CELLS = 3_000_000;
/** Frames that are kept: snapshots of a recording may follow each other as closely as it likes. */
const MAX_FRAMES = 20_000;

/** Moves what counters gain through their windows, snapshot by snapshot. */
export class History {
  /** ns that each window tells of: shorter than it is named while the trace is young. Indexed as `Counters.sums`. */
  readonly spans = new Float64Array(SUMS);
  private frames: Frame[] = [];
  /** Number of the first frame kept; frames are numbered from the start of the trace. */
  private first = 0;
  /** Number of the first frame in each window, and in the time before it. */
  private readonly starts = new Float64Array(SUMS);
  private cells = 0;

  constructor(
    private readonly counters: readonly Counters[],
    private readonly maxCells = MAX_CELLS,
  ) {}

  /** A snapshot is whole: what has been added to the counters was gained from `from` to `to`, ns. */
  close(from: number, to: number): void {
    const gains = this.counters.map((counters) => counters.take());
    const cells = gains.reduce((sum, { ids }) => sum + ids.length, 1);
    const frame: Frame = { from, to, gains, cells };
    this.frames.push(frame);
    this.cells += cells;
    for (const [window, seconds] of SPANS.entries()) {
      const before = SPANS.length + window;
      this.enter(window, frame);
      // The newest frame always stays: a window is never empty.
      this.advance(window, to - seconds * 1e9, this.first + this.frames.length - 1, before);
      this.advance(before, to - 2 * seconds * 1e9, this.starts[window], -1);
    }
    this.forget();
  }

  /** Nothing of what was before belongs to a window. */
  reset(): void {
    this.first += this.frames.length;
    this.frames = [];
    this.cells = 0;
    this.spans.fill(0);
    this.starts.fill(this.first);
  }

  /** When a window begins, ns. */
  begin(window: number): number {
    return this.frames[this.starts[window] - this.first]?.from ?? 0;
  }

  /** Takes frames out of a window that lie more before `since` than behind it, and into the time before it. */
  private advance(sum: number, since: number, end: number, into: number): void {
    while (this.starts[sum] < end) {
      const frame = this.frames[this.starts[sum] - this.first];
      if ((frame.from + frame.to) / 2 >= since) break;
      this.starts[sum]++;
      this.leave(sum, frame);
      if (into >= 0) this.enter(into, frame);
    }
  }

  private enter(sum: number, frame: Frame): void {
    this.spans[sum] += frame.to - frame.from;
    for (const [at, counters] of this.counters.entries()) counters.enter(sum, frame.gains[at]);
  }

  private leave(sum: number, frame: Frame): void {
    this.spans[sum] -= frame.to - frame.from;
    for (const [at, counters] of this.counters.entries()) counters.leave(sum, frame.gains[at]);
  }

  /** Drops what no window needs any more, and the oldest where all is too much. */
  private forget(): void {
    let keep = Infinity;
    for (const start of this.starts) keep = Math.min(keep, start);
    while (
      this.frames.length > 1 &&
      (this.first < keep || this.cells > this.maxCells || this.frames.length > MAX_FRAMES)
    ) {
      const frame = this.frames.shift()!;
      for (let window = 0; window < SPANS.length; window++) {
        const before = SPANS.length + window;
        if (this.starts[window] <= this.first) this.leave(window, frame);
        else if (this.starts[before] <= this.first) this.leave(before, frame);
        this.starts[window] = Math.max(this.starts[window], this.first + 1);
        this.starts[before] = Math.max(this.starts[before], this.first + 1);
      }
      this.first++;
      this.cells -= frame.cells;
    }
  }
}
