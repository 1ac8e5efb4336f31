import type { EventColumns } from '../wire/columns.js';
import { sanitize, sanitizeStart } from '../text/printable.js';
import type { RecordSpec } from '../wire/records.js';
import { Scanner, type PlainRecord } from '../wire/scanner.js';
import { Symbols } from '../wire/symbols.js';
import type { GreenletsSeen } from './greenlet-doubt.js';

export type Quality = 'exact' | 'partial';

/** Where the scanner writes call events, and how it says that one is whole. */
export interface EventTarget {
  readonly columns: EventColumns;
  readonly free: number;
  event(): void;
}

const RATE_HISTORY = 60;
/** Names of threads that are kept: of a program that starts threads without end, those that came last. */
export const MAX_THREAD_NAMES = 1 << 15;
/** Causes of loss that are told apart, and what of their words is kept; what is beyond is lost by OTHERS. */
export const MAX_CAUSES = 64;
const CAUSE_LENGTH = 300;
const OTHERS = '(others)';

/**
 * What is known of one trace, live or replayed, whatever its view: bytes go in, models come out of the class that a view
 * derives from this one. It has no clock of its own: `tick` is called about once a second, `flush` when nothing has come
 * for a while. A stream may begin anew after a pause (another view was looked at): times go on, what is in between was
 * not watched.
 */
export abstract class Session {
  readonly scanner: Scanner;
  /** Names by thread id; fit for a terminal. */
  readonly threadNames = new Map<number, string>();
  /** Names of threads that had to make room for others. */
  forgottenNames = 0;
  /** Causes of loss that are counted as one with others. */
  foldedCauses = 0;
  /** Cause, fit for a terminal -> events lost by it. */
  readonly losses = new Map<string, number>();
  /** The stream's header, once it has come. */
  header: { version: number; script: string; engine: string; ts: bigint; wall: bigint } | undefined;
  armed = false;
  /** The engine's own end record has come. */
  ended = false;
  /** When the probes were armed first, ns since the header. */
  attachedAt = 0;
  /** ns in between for which nothing was traced. */
  unwatched = 0;
  /** ns since the header of the newest event seen. */
  newest = 0;
  /** Events a second in each of the last seconds, oldest first. */
  readonly eventRates: number[] = [];
  onRecord: ((record: PlainRecord) => void) | undefined;
  private tickAt = -1;
  private ratedAt = -1;
  private ratedEvents = 0;
  /** Event records that the scripts say they wrote, once their end records have come. */
  private emitted = 0;
  /** When the last script ended, ns since the header. */
  protected stoppedAt = 0;

  /** ns since the header of the moment that `accepted` tells of; undefined where that is now. */
  protected get acceptedAt(): number | undefined {
    return undefined;
  }

  /** Events that were let through the filters: what the header counts. */
  abstract readonly accepted: number;

  /** `records` are those that only this view's script writes. */
  protected constructor(
    readonly symbols: Symbols,
    events: EventTarget,
    records: readonly RecordSpec[] = [],
  ) {
    this.scanner = new Scanner(
      symbols,
      {
        columns: events.columns,
        get free() {
          return events.free;
        },
        event: () => events.event(),
        record: (record) => this.record(record),
        row: (kind, fields) => this.row?.(kind, fields),
      },
      records,
    );
  }

  /** Bytes of the stream, in any chunks. */
  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
  }

  /** Lines of records that pytrace itself writes, without their newlines. */
  insert(lines: readonly string[]): void {
    if (lines.length > 0) this.scanner.insert(Buffer.from(`${lines.join('\n')}\n`, 'latin1'));
  }

  /** Nothing has come for a while: what waits to be put in order is told. */
  abstract flush(): void;

  /** The stream is over. */
  end(): void {
    this.scanner.end();
    this.flush();
  }

  lose(cause: string, count: number): void {
    if (!(count > 0)) return;
    const words = sanitizeStart(cause, CAUSE_LENGTH);
    const known = this.losses.get(words);
    const full = known === undefined && this.losses.size >= MAX_CAUSES;
    if (full) this.foldedCauses++;
    const into = full ? OTHERS : words;
    this.losses.set(into, (this.losses.get(into) ?? 0) + count);
  }

  /** Event records that the scripts say they wrote and that are neither here nor told lost; 0 before their end records. */
  get missing(): number {
    let reported = 0;
    for (const count of this.losses.values()) reported += count;
    return Math.max(0, this.emitted - this.scanner.events - this.ownRecords - this.scanner.malformed - reported);
  }

  /** Events lost: told of by the engine, missing from what its script says it wrote, or not readable. */
  get lost(): number {
    let reported = 0;
    for (const count of this.losses.values()) reported += count;
    const { events, malformed } = this.scanner;
    return malformed + Math.max(reported, this.emitted - events - this.ownRecords - malformed, 0);
  }

  /** Why what is counted cannot be the whole truth, losses apart, in one sentence without a full stop. */
  get partialReason(): string | undefined {
    return undefined;
  }

  /** Where its numbers come from, in one word. */
  get source(): string {
    return 'usdt';
  }

  get quality(): Quality {
    return this.lost > 0 || this.partialReason !== undefined || this.symbols.overflow > 0 ? 'partial' : 'exact';
  }

  /** Threads that ran when the probes were armed: frames on their stacks were entered unseen. */
  abstract threadsAtAttach(tids: Iterable<number>): void;

  nameThread(tid: number, name: string): void {
    const { threadNames } = this;
    if (threadNames.size >= MAX_THREAD_NAMES && !threadNames.has(tid)) this.forgetNames();
    threadNames.set(tid, sanitize(name));
  }

  /** The older half at once: what a map begins with is dear to find after something was taken from there. */
  private forgetNames(): void {
    let left = MAX_THREAD_NAMES >> 1;
    this.forgottenNames += left;
    for (const tid of this.threadNames.keys()) {
      if (left-- <= 0) return;
      this.threadNames.delete(tid);
    }
  }

  /** Takes the second's rates. `now` in ns since the header. */
  tick(now: number): void {
    const seconds = (now - this.tickAt) / 1e9;
    this.takeRate(now);
    this.second(now, this.tickAt >= 0 && seconds > 0 ? seconds : 0);
    this.tickAt = now;
  }

  /** Events a second since the last time; where they are told in sums, from one telling to the next. */
  private takeRate(now: number): void {
    const at = this.acceptedAt ?? now;
    const seconds = (at - this.ratedAt) / 1e9;
    if (this.ratedAt >= 0 && seconds <= 0) return;
    if (this.ratedAt >= 0) {
      this.eventRates.push((this.accepted - this.ratedEvents) / seconds);
      if (this.eventRates.length > RATE_HISTORY) this.eventRates.shift();
    }
    this.ratedAt = at;
    this.ratedEvents = this.accepted;
  }

  /** Rates over the whole stream so far: what a recording shows that was read at once. */
  average(): void {
    const seconds = this.watched(this.newest) / 1e9;
    if (seconds <= 0) return;
    this.eventRates.length = 0;
    this.eventRates.push(this.accepted / seconds);
    this.whole(seconds);
  }

  /** ns for which something was traced, up to `now`. */
  watched(now: number): number {
    return Math.max(0, now - this.attachedAt - this.unwatched);
  }

  /** Records of its script that are counted in the script's end record, call events apart. */
  protected get ownRecords(): number {
    return 0;
  }

  /** A second is over; `seconds` since the last, 0 at the first. */
  protected abstract second(now: number, seconds: number): void;

  /** All has been read at once: rates are over that many seconds. */
  protected abstract whole(seconds: number): void;

  /** A record that only this view's script writes. */
  protected own?(record: PlainRecord): void;

  /** The same where it is declared a row: `fields` are overwritten by the next. */
  protected row?(kind: number, fields: Float64Array): void;

  /** A stream begins: its sums begin at zero. */
  protected begin?(): void;

  /** The probes are armed, at `ts` since the header. */
  protected arm?(ts: number): void;

  /** The process has loaded greenlet. */
  protected greenlets?(seen: GreenletsSeen): void;

  /** Nothing was traced from `from` to `to`: what went on then is not known. */
  protected gap?(from: number, to: number): void;

  /** ns since the header of a reading of the engine's clock. */
  protected since(clock: bigint): number {
    return this.header ? Number(clock - this.header.ts) : 0;
  }

  private record(record: PlainRecord): void {
    const { ints, strings } = record;
    switch (record.kind) {
      case 'H':
        this.ended = false;
        this.begin?.();
        this.header ??= {
          version: Number(ints.version),
          script: strings.script,
          engine: strings.engine,
          ts: ints.ts,
          wall: ints.wall,
        };
        break;
      case 'A':
        this.armAt(this.since(ints.ts));
        break;
      case 'T':
        if (ints.atAttach === 1n) this.threadsAtAttach([Number(ints.tid)]);
        this.nameThread(Number(ints.tid), strings.name);
        break;
      case 'L':
        this.lose(strings.cause, Number(ints.count));
        break;
      case 'g':
        this.greenlets?.({ framed: ints.framed === 1n, after: Number(ints.after), later: ints.later === 1n });
        break;
      case 'Z':
        this.ended = true;
        this.emitted += Number(ints.emitted);
        this.stoppedAt = Math.max(this.newest, this.since(ints.ts));
        break;
      default:
        this.own?.(record);
        break;
    }
    this.onRecord?.(record);
  }

  private armAt(ts: number): void {
    if (this.armed) {
      const from = Math.max(this.stoppedAt, this.newest);
      this.flush();
      this.unwatched += Math.max(0, ts - from);
      this.gap?.(from, ts);
      this.tickAt = -1;
      this.ratedAt = -1;
    } else this.attachedAt = ts;
    this.armed = true;
    this.newest = Math.max(this.newest, ts);
    this.arm?.(ts);
  }
}
