import { EventColumns } from '../../wire/columns.js';
import type { PlainRecord } from '../../wire/scanner.js';
import { Symbols } from '../../wire/symbols.js';
import { Session } from '../../models/session.js';
import { CodeTable } from './code-table.js';
import type { Collection, Frame } from './collection.js';
import { GcStore } from './gc-store.js';
import { GC_RECORDS } from './gc-records.js';
import { ALL, placeOf, PLACES } from './generations.js';

/** Frames that wait to be looked up; a replay looks none up. */
const MAX_WANTED = 20_000;
/** Clocks of processors may differ by as much, ns. */
const SLACK = 1e9;
const MAX_GAPS = 1000;

export interface GcFilters {
  /** 0 = all. */
  readonly thread: number;
  /** Shorter pauses are only counted, ns. */
  readonly minPause: number;
}

/** What the probes told that makes no collection. */
export interface Oddities {
  /** Ends whose start was not seen. */
  ends: number;
  /** Starts whose end was not seen. */
  starts: number;
  /** Records with a pause that cannot have been. */
  absurd: number;
}

/** A stream in which each garbage collection is a record. */
export class GcSession extends Session {
  /** Since the attach, and nothing else: what the end tells. */
  readonly ever: GcStore;
  /** Since the attach, or since counting began anew: what is shown. */
  store: GcStore;
  readonly codes = new CodeTable();
  readonly oddities: Oddities = { ends: 0, starts: 0, absurd: 0 };
  /** Frames of collections that have come since the names were looked up last. */
  wanted: Frame[] = [];
  /** Pauses over the budget as they came: what was before the budget was chosen does not count. */
  violations = 0;
  /** A frame could be read. */
  framed = false;
  private records = 0;
  private taken = 0;
  /** What the script of this stream has left out, what those of earlier ones had, and what was left out here. */
  private readonly leftNow = zeros();
  private readonly leftBefore = zeros();
  private readonly leftHere = zeros();
  private readonly gaps: { readonly from: number; readonly to: number }[] = [];

  constructor(
    private readonly filters: GcFilters,
    budget: number,
    /** Hears of each collection. */
    private readonly sink?: (collection: Collection) => void,
  ) {
    // No record of this script is an event: the columns are for none.
    super(new Symbols(), { columns: new EventColumns(1), free: 0, event: () => undefined }, GC_RECORDS);
    this.ever = new GcStore(true);
    this.store = new GcStore();
    this.budget = budget;
  }

  get accepted(): number {
    return this.taken;
  }

  override get partialReason(): string | undefined {
    if (this.codes.replaced === 0) return undefined;
    return 'functions were freed and others took their addresses: some collections may be told of the wrong one';
  }

  /** Collections that are only counted. */
  get leftOut(): number {
    return this.ever.leftOut.count[ALL];
  }

  get budget(): number {
    return this.store.budget;
  }

  set budget(ns: number) {
    this.ever.budget = ns;
    this.store.budget = ns;
  }

  flush(): void {
    // Nothing waits here.
  }

  threadsAtAttach(): void {
    // Collections of any thread begin and end alike.
  }

  /** Counts from zero; what `ever` knows stays. */
  reset(now: number): void {
    const { budget } = this;
    this.store = new GcStore();
    this.store.budget = budget;
    this.store.from = now;
    this.store.leftOut = this.ever.leftOut;
    this.store.readings = [{ ...this.ever.leftOut, at: now }];
  }

  /** Up to when something is known: the end of the script, of which a replay's clock, the newest record, falls short. */
  known(now: number): number {
    return this.ended ? Math.max(this.stoppedAt, this.newest) : now;
  }

  /** ns from a moment to another in which something was traced. */
  watchedFrom(from: number, now: number): number {
    const begin = Math.max(from, this.attachedAt);
    let sum = Math.max(0, now - begin);
    for (const gap of this.gaps) sum -= Math.max(0, Math.min(gap.to, now) - Math.max(gap.from, begin));
    return Math.max(0, sum);
  }

  protected override get ownRecords(): number {
    return this.records;
  }

  protected override own({ kind, ints, raw }: PlainRecord): void {
    switch (kind) {
      case 'D':
        return this.collection(ints);
      case 'd':
        this.oddities.ends++;
        return;
      case 'b':
        this.oddities.starts++;
        return;
      case 'V':
        return this.scriptLeftOut(ints);
      case 'N':
        return this.codes.name(Number(ints.key), Number(ints.line), raw.name, raw.file);
      case 'n':
        return this.codes.line(Number(ints.code), Number(ints.instr), Number(ints.line));
    }
  }

  protected second(now: number): void {
    this.store.readLeftOut(now);
  }

  protected whole(): void {
    // Rates come from the times of the collections.
  }

  protected override gap(from: number, to: number): void {
    if (this.gaps.length < MAX_GAPS) this.gaps.push({ from, to });
    // A new script counts from zero.
    for (const each of ['count', 'pause'] as const) {
      for (let place = 0; place < PLACES; place++) {
        this.leftBefore[each][place] += this.leftNow[each][place];
        this.leftNow[each][place] = 0;
      }
    }
  }

  private collection(ints: PlainRecord['ints']): void {
    this.records++;
    const ts = this.since(ints.ts);
    const pause = Number(ints.pause);
    const tid = Number(ints.tid);
    const collected = Number(ints.collected);
    // It began after the script did.
    if (!(pause >= 0 && pause <= ts + SLACK)) {
      this.oddities.absurd++;
      return;
    }
    this.newest = Math.max(this.newest, ts);
    if (this.filters.thread !== 0 && tid !== this.filters.thread) return;
    const place = placeOf(Number(ints.generation));
    if (pause < this.filters.minPause) {
      for (const each of [place, ALL]) {
        this.leftHere.count[each]++;
        this.leftHere.pause[each] += pause;
      }
      this.tellLeftOut();
      return;
    }
    const collection: Collection = {
      id: this.taken++,
      ...{ ts, tid, place, pause },
      generation: Number(ints.generation),
      collected: collected >= 0 ? collected : 0,
      frames: framesOf(ints),
    };
    this.codes.resolve(collection);
    for (const frame of collection.frames) if (this.wanted.length < MAX_WANTED) this.wanted.push(frame);
    if (collection.frames.length > 0) this.framed = true;
    if (this.budget > 0 && pause > this.budget) this.violations++;
    this.ever.add(collection);
    this.store.add(collection);
    this.sink?.(collection);
  }

  private scriptLeftOut(ints: PlainRecord['ints']): void {
    const place = placeOf(Number(ints.generation));
    const { count, pause } = this.leftNow;
    const collections = Math.max(0, Number(ints.collections));
    const together = Math.max(0, Number(ints.pause));
    count[ALL] += collections - count[place];
    pause[ALL] += together - pause[place];
    count[place] = collections;
    pause[place] = together;
    this.tellLeftOut();
  }

  private tellLeftOut(): void {
    const sum = (each: 'count' | 'pause'): number[] =>
      this.leftNow[each].map((value, place) => value + this.leftBefore[each][place] + this.leftHere[each][place]);
    this.ever.leftOut = this.store.leftOut = { at: this.newest, count: sum('count'), pause: sum('pause') };
  }
}

function zeros(): { count: number[]; pause: number[] } {
  return { count: new Array<number>(PLACES).fill(0), pause: new Array<number>(PLACES).fill(0) };
}

const NO_FRAMES: readonly Frame[] = [];

function framesOf(ints: PlainRecord['ints']): readonly Frame[] {
  if (ints.code0 === 0n) return NO_FRAMES;
  const frames: Frame[] = [];
  for (let at = 0; at < 4; at++) {
    const code = Number(ints[`code${at}`]);
    if (code === 0) break;
    frames.push({ code, instr: Number(ints[`instr${at}`]), name: undefined, line: undefined });
  }
  return frames;
}
