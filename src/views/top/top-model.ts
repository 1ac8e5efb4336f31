import type { TimeMark } from '../trace-view.js';
import { SPANS } from './counters.js';
import type { TablesPicture } from './picture.js';
import { pairsOf, type Scope, TopRow } from './rows.js';

/** What a picture of `top` has beyond its tables. */
export interface TopFacts {
  readonly countsOnly: boolean;
  /** Seconds between two snapshots, as asked for. */
  readonly interval: number;
  readonly since: 'attach' | 'launch';
  readonly minDurationNs: number;
  /** Why there is nothing to show; '' where there is something. */
  readonly notice: string;
  readonly lost: number;
  readonly now: number;
  /** ns watched up to the newest snapshot, and of them before the last reset. */
  readonly watched: number;
  readonly resetWatched: number;
  /** When counts began anew; -1 = never. */
  readonly resetAt: number;
  readonly threadNames: ReadonlyMap<number, string>;
  readonly tids: readonly number[];
  /** Threads whose times are summed; 0 where nobody knows. */
  readonly threadCount: number;
  readonly marks: readonly TimeMark[];
}

/** Another function that calls this one or is called by it. */
export interface Neighbour {
  /** -1: not known, or none. */
  readonly fn: number;
  readonly name: string;
  readonly place: string;
  readonly calls: number;
  readonly total: number;
}

/** `top` at one moment. */
export class TopModel {
  private readonly kept = new Map<string, readonly TopRow[]>();

  constructor(
    private readonly picture: TablesPicture,
    readonly facts: TopFacts,
  ) {}

  /** The same tables with what else is so now. */
  with(facts: TopFacts): TopModel {
    const next = new TopModel(this.picture, facts);
    for (const [key, rows] of this.kept) next.kept.set(key, rows);
    return next;
  }

  /** The scope of a window as it is chosen: seconds, 0 since the reset or the attach, -1 since the attach whatever was reset. */
  scope(seconds: number, thread = 0): Scope {
    const { facts, picture } = this;
    const window = SPANS.findIndex((each) => each === seconds);
    if (window >= 0) return { window, from: picture.begins[window], span: picture.spans[window], thread };
    return seconds === 0 && facts.resetAt >= 0
      ? { window: -1, from: facts.resetAt, span: facts.watched - facts.resetWatched, thread }
      : { window: -2, from: -1, span: facts.watched, thread };
  }

  /** All functions that pass the exact filters and that did anything in the scope; the same array each time. */
  rows(seconds: number, thread = 0): readonly TopRow[] {
    const key = `${seconds} ${thread}`;
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const scope = this.scope(seconds, thread);
    const rows: TopRow[] = [];
    const { picture } = this;
    for (let fn = 0; fn < picture.count; fn++) {
      if (!picture.functions.passes[fn]) continue;
      const row = new TopRow(picture, scope, fn);
      if (row.active) rows.push(row);
    }
    this.kept.set(key, rows);
    return rows;
  }

  /** A function, also one that did nothing in the scope; undefined where there is none. */
  row(fn: number, seconds: number, thread = 0): TopRow | undefined {
    if (!(fn >= 0 && fn < this.picture.count)) return undefined;
    return new TopRow(this.picture, this.scope(seconds, thread), fn);
  }

  /** Functions seen since the attach that pass the filters. */
  get functions(): number {
    return this.rows(-1).length;
  }

  callers(row: TopRow): Neighbour[] {
    return this.neighbours(this.picture.callers[row.fn], row.scope).sort((a, b) => b.calls - a.calls);
  }

  callees(row: TopRow): Neighbour[] {
    return this.neighbours(this.picture.callees[row.fn], row.scope).sort(
      (a, b) => b.total - a.total || b.calls - a.calls,
    );
  }

  /** Self time and calls of a function by thread. */
  threads(
    row: TopRow,
  ): { readonly tid: number; readonly name: string; readonly calls: number; readonly self: number }[] {
    const { inThreads, threads } = this.picture;
    const { window } = row.scope;
    return [...pairsOf(threads[row.fn], inThreads)]
      .map(([tid, cell]) => ({
        tid,
        name: this.threadName(tid),
        calls: inThreads.in(window, cell),
        self: inThreads.in(window, cell + 1),
      }))
      .filter(({ calls, self }) => calls > 0 || self > 0)
      .sort((a, b) => b.self - a.self || b.calls - a.calls);
  }

  threadName(tid: number): string {
    return this.facts.threadNames.get(tid) || `thread ${tid}`;
  }

  private neighbours(links: number[] | undefined, { window }: Scope): Neighbour[] {
    const { edges } = this.picture;
    const found: Neighbour[] = [];
    for (const [fn, cell] of pairsOf(links, edges)) {
      const calls = edges.in(window, cell);
      const total = edges.in(window, cell + 1);
      if (calls === 0 && total === 0) continue;
      if (fn < 0) {
        found.push({ fn, name: '(not known)', place: '', calls, total });
        continue;
      }
      const row = new TopRow(this.picture, { window, from: 0, span: 0, thread: 0 }, fn);
      found.push({ fn, name: row.name, place: row.shortPlace, calls, total });
    }
    return found;
  }
}
