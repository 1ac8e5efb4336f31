import { NULL_NAME } from '../../wire/escape.js';
import { type Counters, SPANS } from './counters.js';
import { type Durations, mean, quantile, upperEdge } from './latency.js';
import { shortFile, withLine } from './place.js';
import type { TablesPicture } from './picture.js';
import { FUNCTION, Sum } from './tables.js';

/** A change is marked from this part of what was before, and this part of the time watched, on. */
const CHANGE = 0.2;
const WORTH = 0.001;

/** What rows tell of: a window, and one thread or all. */
export interface Scope {
  /** Index in SPANS, -1 since the reset, -2 since the attach. */
  readonly window: number;
  /** When the window begins, ns since the header. */
  readonly from: number;
  /** ns of it that were watched: 1 of the shares. */
  readonly span: number;
  /** 0 = all threads. */
  readonly thread: number;
}

/** One function in one scope. Numbers that take longer to find out are found out once they are asked for. */
export class TopRow {
  readonly calls: number;
  readonly self: number;
  /** NaN where it is not known: times of callees are not summed by thread. */
  readonly total: number;
  readonly returned: number;
  private found: Durations | undefined;

  constructor(
    private readonly picture: TablesPicture,
    readonly scope: Scope,
    readonly fn: number,
  ) {
    const { window, thread } = scope;
    const { sums, inThreads } = picture;
    if (thread === 0) {
      const cell = fn * FUNCTION;
      this.calls = sums.in(window, cell + Sum.calls);
      this.self = sums.in(window, cell + Sum.self);
      this.total = sums.in(window, cell + Sum.total);
      this.returned = sums.in(window, cell + Sum.returned);
    } else {
      const cell = linked(picture.threads[fn], thread, inThreads);
      this.calls = cell < 0 ? 0 : inThreads.in(window, cell);
      this.self = cell < 0 ? 0 : inThreads.in(window, cell + 1);
      this.total = NaN;
      this.returned = NaN;
    }
  }

  /** Whether anything of it happened in the scope. */
  get active(): boolean {
    return this.calls > 0 || this.self > 0 || this.total > 0 || this.returned > 0;
  }

  get symbol(): number {
    return this.picture.functions.symbol[this.fn];
  }

  get line(): number {
    return this.picture.functions.line[this.fn];
  }

  /** Fit for a terminal. */
  get name(): string {
    return this.picture.functions.symbols.shownName(this.symbol);
  }

  get file(): string {
    const { symbols } = this.picture.functions;
    return symbols.file(this.symbol) === '' ? '' : symbols.shownFile(this.symbol);
  }

  get place(): string {
    return withLine(this.file, this.line);
  }

  get shortPlace(): string {
    return withLine(shortFile(this.file), this.line);
  }

  /** As the target spells them; null for NULL. */
  get rawName(): string | null {
    const name = this.picture.functions.symbols.name(this.symbol);
    return name === NULL_NAME ? null : name;
  }

  get rawFile(): string | null {
    const file = this.picture.functions.symbols.file(this.symbol);
    return file === NULL_NAME ? null : file;
  }

  get selfShare(): number {
    return ratio(this.self, this.scope.span);
  }

  get totalShare(): number {
    return Number.isNaN(this.total) ? NaN : ratio(this.total, this.scope.span);
  }

  /** Calls a second. */
  get rate(): number {
    return ratio(this.calls * 1e9, this.scope.span);
  }

  /** ns; of the returned calls, as the quantiles. */
  get average(): number {
    return mean(this.durations, this.total);
  }

  get p50(): number {
    return quantile(this.durations, 0.5);
  }

  get p90(): number {
    return quantile(this.durations, 0.9);
  }

  get p99(): number {
    return quantile(this.durations, 0.99);
  }

  get max(): number {
    return this.durations.calls.length > 0 ? this.durations.longest : 0;
  }

  /** Returned calls by duration; none where a thread is chosen, as they are not told apart by thread. */
  get durations(): Durations {
    return (this.found ??= this.findDurations());
  }

  /** How much more of the time watched (or calls a second) than in the window before: 0 where that is not known. */
  get change(): number {
    const { before, now } = this.compared;
    return Number.isNaN(before) ? 0 : now - before;
  }

  /** 1 and -1 for a change that is worth a mark. */
  get trend(): number {
    const { before, now, worth } = this.compared;
    const change = now - before;
    if (!(Math.abs(change) > worth && Math.abs(change) > CHANGE * before)) return 0;
    return change > 0 ? 1 : -1;
  }

  get spark(): number[] {
    return this.picture.sparks.of(this.fn);
  }

  /** By what: self time, or calls where times are not taken. Only from as long a time before as the window is. */
  private get compared(): { readonly before: number; readonly now: number; readonly worth: number } {
    const { window, thread } = this.scope;
    const { spans, sums, timed } = this.picture;
    const span = spans[SPANS.length + window] ?? 0;
    if (window < 0 || thread !== 0 || span < 0.9 * this.scope.span || span === 0)
      return { before: NaN, now: 0, worth: 0 };
    const before = sums.sums[SPANS.length + window];
    const cell = this.fn * FUNCTION;
    if (timed) return { before: before[cell + Sum.self] / span, now: this.selfShare, worth: WORTH };
    return { before: (before[cell] * 1e9) / span, now: this.rate, worth: 1 };
  }

  private findDurations(): Durations {
    const { picture, fn, scope } = this;
    const pairs: [number, number][] = [];
    if (scope.thread === 0) {
      for (const [bucket, cell] of pairsOf(picture.buckets[fn], picture.durations)) {
        const calls = picture.durations.in(scope.window, cell);
        if (calls > 0) pairs.push([bucket, calls]);
      }
    }
    pairs.sort(([a], [b]) => a - b);
    const buckets = pairs.map(([bucket]) => bucket);
    // The longest of all belongs to this window if it was first told of in it; else the buckets say how long about.
    const exact = picture.longestAt[fn] > scope.from;
    const edge = buckets.length > 0 ? upperEdge(buckets[buckets.length - 1]) : 0;
    const longest = exact || edge === 0 ? picture.longest[fn] : Math.min(edge, picture.longest[fn]);
    return { buckets, calls: pairs.map(([, calls]) => calls), longest };
  }
}

/** The links of a function as pairs, as far as the counters reach. */
export function* pairsOf(links: number[] | undefined, counters: Counters): Generator<[number, number]> {
  for (let i = 0; links !== undefined && i + 1 < links.length; i += 2)
    if (links[i + 1] < counters.count) yield [links[i], links[i + 1]];
}

function linked(links: number[] | undefined, other: number, counters: Counters): number {
  for (const [one, cell] of pairsOf(links, counters)) if (one === other) return cell;
  return -1;
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
