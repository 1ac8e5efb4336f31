import type { Collection } from './collection.js';
import { ALL, PLACES } from './generations.js';
import { Pauses } from './pauses.js';
import { Recent } from './recent.js';
import { Seconds } from './seconds.js';

/** The list goes back so far. */
export const LISTED = 1000;
/** Readings of what the script left out, one a second. */
const READINGS = 64;

/** Collections that were too short to be told one by one: how many, and their pauses together, by place. */
export interface LeftOut {
  readonly at: number;
  readonly count: readonly number[];
  readonly pause: readonly number[];
}

const nothing = (): number[] => new Array<number>(PLACES).fill(0);

/** All that is kept of the collections that came since a moment. */
export class GcStore {
  /** Since when it counts, ns since the header. */
  from = 0;
  pauses = Array.from({ length: PLACES }, () => new Pauses());
  recent = new Recent();
  seconds = new Seconds();
  /** The last ones, oldest first. */
  list: Collection[] = [];
  /** By now, since the script began. */
  leftOut: LeftOut = { at: 0, count: nothing(), pause: nothing() };
  /** Once a second, newest last; the first one is where this began. */
  readings: LeftOut[] = [this.leftOut];
  /** Pauses over the budget by place, and when the first and the last were. */
  over = nothing();
  firstOver = -1;
  lastOver = -1;
  private limit = 0;

  /** `whole` keeps only sums: no list, no windows. */
  constructor(private readonly whole = false) {}

  get budget(): number {
    return this.limit;
  }

  /** ns; 0 = none. What came before is counted anew. */
  set budget(ns: number) {
    if (ns === this.limit) return;
    this.limit = ns;
    this.over = ns > 0 ? this.pauses.map((each) => each.above(ns)) : nothing();
    const listed = ns > 0 ? this.list.filter(({ pause }) => pause > ns) : [];
    // The first of all may be older than the list: then its moment is not known.
    this.firstOver = listed.length === this.over[ALL] ? (listed[0]?.ts ?? -1) : -1;
    this.lastOver = listed.at(-1)?.ts ?? -1;
  }

  add(collection: Collection): void {
    const { ts, place, pause, collected } = collection;
    this.pauses[place].add(pause, collected);
    this.pauses[ALL].add(pause, collected);
    if (this.limit > 0 && pause > this.limit) {
      if (this.over[ALL] === 0) this.firstOver = ts;
      this.over[place]++;
      this.over[ALL]++;
      this.lastOver = Math.max(this.lastOver, ts);
    }
    if (this.whole) return;
    this.recent.add(ts, place, pause, collected);
    this.seconds.add(ts, place, pause);
    const { list } = this;
    let at = list.length;
    // Processors write independently: one that ended before may come after.
    while (at > 0 && list[at - 1].ts > ts) at--;
    if (at === list.length) list.push(collection);
    else list.splice(at, 0, collection);
    // Seldom, not each time: moving a thousand is not free.
    if (list.length > LISTED * 2) list.splice(0, list.length - LISTED);
  }

  /** The collections that are listed, oldest first. */
  listed(): readonly Collection[] {
    return this.list.slice(-LISTED);
  }

  /** What was left out is read off: a window of time begins at such a reading. */
  readLeftOut(at: number): void {
    this.readings.push({ ...this.leftOut, at });
    if (this.readings.length > READINGS) this.readings.splice(1, 1);
  }

  /** What was left out since a moment of the last minute, or since this began. */
  leftOutSince(from: number): LeftOut {
    const now = this.leftOut;
    let before = this.readings[0];
    for (const reading of this.readings) if (reading.at <= from) before = reading;
    return {
      at: before.at,
      count: now.count.map((count, place) => count - before.count[place]),
      pause: now.pause.map((pause, place) => pause - before.pause[place]),
    };
  }

  /** A copy that stays as it is. */
  clone(): GcStore {
    const copy = new GcStore(this.whole);
    copy.from = this.from;
    copy.pauses = this.pauses.map((each) => each.clone());
    copy.recent = this.recent.clone();
    copy.seconds = this.seconds.clone();
    copy.list = this.list.slice(-LISTED);
    copy.leftOut = this.leftOut;
    copy.readings = [...this.readings];
    copy.over = [...this.over];
    copy.firstOver = this.firstOver;
    copy.lastOver = this.lastOver;
    copy.limit = this.limit;
    return copy;
  }
}
