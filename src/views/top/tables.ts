import type { Symbols } from '../../wire/symbols.js';
import { Counters } from './counters.js';
import { Functions, MAX_KEYS, type NameGlobs } from './functions.js';
import { History } from './history.js';
import { Row } from './records.js';
import { Slots } from './slots.js';
import type { Snapshot } from './snapshot.js';
import { Sparks } from './sparks.js';

/** Counters of each function, in this order. */
export const Sum = { calls: 0, self: 1, total: 2, returned: 3 } as const;
export const FUNCTION = 4;
/** Behind them in the stream: the longest call, which is no sum. */
const MAX = 4;
/** Counters of each edge (calls, total) and of each function in a thread (calls, self). */
const PAIR = 2;
/** Durations, edges and functions in threads, of each so many. */
export const MAX_PAIRS = 1 << 17;
export const MAX_TIDS = 4096;
/** Gains that wait for time to pass, at the most. */
const MAX_OPEN = 1 << 20;
/** A name may come later than the first snapshot that counts its function: so many are waited for. */
const PATIENCE = 2;
/** Factor by which two numbers are made one key; the first is below 2 ** 20, the second, a thread id at the most, below this. */
const SHIFT = 2 ** 31;

/** Lists of `[other, first counter]` after one another, for each function. */
export type Links = number[][];

/** All that the snapshots tell, as counters by function, by duration, by edge and by thread. */
export class Tables {
  readonly functions: Functions;
  readonly sums = new Counters();
  readonly durations = new Counters();
  readonly edges = new Counters();
  readonly inThreads = new Counters();
  readonly history = new History([this.sums, this.durations, this.edges, this.inThreads]);
  readonly sparks: Sparks;
  /** By function: [bucket, counter], [caller or -1, counter], [callee, counter], [thread id, counter]. */
  readonly buckets: Links = [];
  readonly callers: Links = [];
  readonly callees: Links = [];
  readonly threads: Links = [];
  readonly tids = new Set<number>();
  /** Longest returned call of each function, ns, and when that was first told. */
  readonly longest: number[] = [];
  readonly longestAt: number[] = [];
  /** Calls of functions that the exact filters let through. */
  calls = 0;
  /** Whether the script takes times, which it does not with --counts: a recording does not say so otherwise. */
  timed = false;
  /** Sums that were smaller than before, and rows that found no room. */
  backwards = 0;
  noRoom = 0;
  private readonly ofFunction = new Slots(5, MAX_KEYS);
  private readonly ofBucket = new Slots(1, MAX_PAIRS);
  private readonly ofEdge = new Slots(PAIR, MAX_PAIRS);
  private readonly ofThread = new Slots(PAIR, MAX_PAIRS);
  private readonly streams = [this.ofFunction, this.ofBucket, this.ofEdge, this.ofThread];
  private readonly cells = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  private readonly waited: number[] = [];
  private readonly waitedAt: number[] = [];
  private at = 0;
  private sure = false;

  constructor(symbols: Symbols, globs: NameGlobs, slotNs: number) {
    this.functions = new Functions(symbols, globs);
    this.sparks = new Sparks(slotNs);
  }

  named(address: number, line: number, name: string, file: string): void {
    const key = this.functions.key(address);
    if (key < 0 || !this.functions.named(key, line, name, file)) return;
    for (const slots of this.streams) slots.unlink();
  }

  /** The stream begins anew at `at`, ns. */
  restart(at: number): void {
    for (const slots of this.streams) slots.restart();
    this.sparks.begin(at);
  }

  /** Takes a whole snapshot in: what was gained since `from`. `last`: no name will come any more. */
  apply(snapshot: Snapshot, from: number, last: boolean): void {
    const { kinds, fields } = snapshot;
    this.at = snapshot.at;
    this.sure = last;
    this.sparks.advance(from, snapshot.at);
    this.timed ||= kinds.subarray(0, snapshot.count).includes(Row.edge);
    for (const slots of this.streams) slots.begin();
    for (let row = 0; row < snapshot.count; row++) {
      const start = snapshot.start(row);
      switch (kinds[row]) {
        case Row.function:
          this.functionRow(fields, start);
          break;
        case Row.edge:
          this.edgeRow(fields[start], fields[start + 1], fields[start + 2], fields[start + 3]);
          break;
        case Row.durations:
          this.bucketRow(fields[start], fields[start + 1], fields[start + 2]);
          break;
        case Row.thread:
          this.threadRow(fields[start], fields[start + 1], fields[start + 3], fields[start + 2]);
          break;
      }
    }
    this.settle();
    // A reader that was late gives several snapshots of one moment: what they gained is of the time up to the next one.
    if (snapshot.at > from || this.sums.waiting > MAX_OPEN) this.history.close(from, Math.max(from, snapshot.at));
  }

  reset(): void {
    this.history.reset();
    for (const counters of [this.sums, this.durations, this.edges, this.inThreads]) counters.reset();
    this.sparks.reset();
  }

  private functionRow(fields: Float64Array, start: number): void {
    const { ofFunction, functions } = this;
    const key = this.keyed(fields[start]);
    if (key < 0) return;
    const slot = ofFunction.at(key);
    if (slot < 0) return void this.noRoom++;
    if (ofFunction.cell[slot] < 0) ofFunction.cell[slot] = this.functionCell(functions.at(key));
    for (let sum = 0; sum < FUNCTION; sum++) ofFunction.add(slot, sum, fields[start + 1 + sum]);
    ofFunction.raise(slot, MAX, fields[start + 5]);
  }

  private edgeRow(caller: number, callee: number, calls: number, total: number): void {
    const to = this.keyed(callee);
    const from = caller === 0 ? -1 : this.keyed(caller);
    if (to < 0 || (caller !== 0 && from < 0)) return;
    const { functions, ofEdge } = this;
    const slot = ofEdge.at((from + 1) * SHIFT + to);
    if (slot < 0) return void this.noRoom++;
    if (ofEdge.cell[slot] < 0) {
      const [above, below] = [from < 0 ? -1 : functions.at(from), functions.at(to)];
      ofEdge.cell[slot] = this.cell(0, above + 1, below, this.edges, PAIR, (first) => {
        (this.callers[below] ??= []).push(above, first);
        if (above >= 0) (this.callees[above] ??= []).push(below, first);
      });
    }
    if (ofEdge.cell[slot] < 0) return void this.noRoom++;
    ofEdge.add(slot, 0, calls);
    ofEdge.add(slot, 1, total);
  }

  private bucketRow(address: number, bucket: number, calls: number): void {
    const key = this.keyed(address);
    if (key < 0) return;
    const { ofBucket } = this;
    const slot = ofBucket.at(key * SHIFT + bucket);
    if (slot < 0) return void this.noRoom++;
    if (ofBucket.cell[slot] < 0) {
      const fn = this.functions.at(key);
      ofBucket.cell[slot] = this.cell(1, fn, bucket, this.durations, 1, (first) =>
        (this.buckets[fn] ??= []).push(bucket, first),
      );
    }
    if (ofBucket.cell[slot] < 0) return void this.noRoom++;
    ofBucket.add(slot, 0, calls);
  }

  private threadRow(tid: number, address: number, calls: number, self: number): void {
    const key = this.keyed(address);
    if (key < 0) return;
    const { ofThread } = this;
    const slot = ofThread.at(key * SHIFT + tid);
    if (slot < 0) return void this.noRoom++;
    if (ofThread.cell[slot] < 0) {
      const fn = this.functions.at(key);
      if (this.tids.size < MAX_TIDS) this.tids.add(tid);
      ofThread.cell[slot] = this.cell(2, fn, tid, this.inThreads, PAIR, (first) =>
        (this.threads[fn] ??= []).push(tid, first),
      );
    }
    if (ofThread.cell[slot] < 0) return void this.noRoom++;
    ofThread.add(slot, 0, calls);
    ofThread.add(slot, 1, self);
  }

  /** The snapshot has been read: what has risen since the one before goes to the counters. */
  private settle(): void {
    this.settleFunctions();
    for (const [slots, counters] of [
      [this.ofBucket, this.durations],
      [this.ofEdge, this.edges],
      [this.ofThread, this.inThreads],
    ] as const) {
      for (let i = 0; i < slots.touchedCount; i++) {
        const slot = slots.touched[i];
        for (let sum = 0; sum < slots.width; sum++) this.gain(slots, slot, sum, counters);
      }
    }
  }

  private settleFunctions(): void {
    const { ofFunction, functions, sums } = this;
    for (let i = 0; i < ofFunction.touchedCount; i++) {
      const slot = ofFunction.touched[i];
      const fn = ofFunction.cell[slot] / FUNCTION;
      const calls = this.gain(ofFunction, slot, Sum.calls, sums);
      const self = this.gain(ofFunction, slot, Sum.self, sums);
      this.gain(ofFunction, slot, Sum.total, sums);
      this.gain(ofFunction, slot, Sum.returned, sums);
      if (functions.passes[fn]) this.calls += calls;
      // It has risen: it is of now, whatever function had this address before.
      const longest = ofFunction.value(slot, MAX);
      if (ofFunction.gain(slot, MAX) > 0 && longest > this.longest[fn]) {
        this.longest[fn] = longest;
        this.longestAt[fn] = this.at;
      }
      const drawn = this.timed ? self : calls;
      if (drawn > 0) this.sparks.add(fn, drawn);
    }
  }

  private gain(slots: Slots, slot: number, sum: number, counters: Counters): number {
    const gain = slots.gain(slot, sum);
    if (gain > 0) counters.add(slots.cell[slot] + sum, gain);
    else if (gain < 0) this.backwards++;
    return Math.max(0, gain);
  }

  /** The number of an address whose function is known; -1 while its name is waited for. */
  private keyed(address: number): number {
    const { functions } = this;
    const key = functions.key(address);
    if (key < 0 || functions.at(key) >= 0) return key;
    const waited = (this.waited[key] ?? 0) + (this.waitedAt[key] === this.at ? 0 : 1);
    this.waitedAt[key] = this.at;
    this.waited[key] = waited;
    if (waited <= PATIENCE && !this.sure) return -1;
    functions.unknown(key);
    return key;
  }

  private functionCell(fn: number): number {
    while (this.sums.count <= fn * FUNCTION) {
      this.sums.grow(FUNCTION);
      this.longest.push(0);
      this.longestAt.push(0);
    }
    return fn * FUNCTION;
  }

  /** The first counter of a pair of numbers; `kind` tells the tables apart. */
  private cell(
    kind: number,
    one: number,
    other: number,
    counters: Counters,
    width: number,
    added: (first: number) => void,
  ): number {
    const key = one * SHIFT + other;
    const cells = this.cells[kind];
    let cell = cells.get(key);
    if (cell === undefined) {
      // Names that change make others of the same addresses.
      if (cells.size >= MAX_PAIRS) return -1;
      cells.set(key, (cell = counters.grow(width)));
      added(cell);
    }
    return cell;
  }
}
