import { globMatcher } from '../wire/glob.js';
import { NULL_NAME } from '../wire/escape.js';
import { sanitize } from '../wire/names.js';
import { Reorder } from '../wire/reorder.js';
import { Scanner, type PlainRecord } from '../wire/scanner.js';
import { Symbols } from '../wire/symbols.js';
import { CallTree, type CallSink } from './calltree.js';
import { FlowRing } from './flowring.js';
import { FunctionTable } from './functions.js';
import { TreePicture } from './treepicture.js';

/** What is asked for, beyond what the script already leaves out: the exact filters. */
export interface SessionFilters {
  /** 0 = all. */
  readonly thread?: number;
  /** Globs on co_name and co_filename; '' = all. */
  readonly functionGlob?: string;
  readonly fileGlob?: string;
  readonly minDurationNs?: number;
  /** 0 = no limit. */
  readonly depth?: number;
}

export type Quality = 'exact' | 'partial';

const RATE_HISTORY = 60;
const ACCEPT = 1;
const REJECT = 2;

/**
 * All that is known of one trace, live or replayed: bytes go in, models come out. It has no clock of its own: `tick` is
 * called about once a second and `flush` when nothing has come for a while.
 */
export class Session {
  readonly symbols = new Symbols();
  readonly functions = new FunctionTable(this.symbols);
  readonly flow = new FlowRing();
  readonly tree: CallTree;
  readonly scanner: Scanner;
  /** Names by thread id; fit for a terminal. */
  readonly threadNames = new Map<number, string>();
  /** Cause -> events lost by it. */
  readonly losses = new Map<string, number>();
  /** The stream's header, once it has come. */
  header: { version: number; script: string; engine: string; ts: bigint; wall: bigint } | undefined;
  armed = false;
  /** The engine's own end record has come. */
  ended = false;
  /** Events that were let through the filters. */
  accepted = 0;
  /** ns since the header of the newest event seen. */
  newest = 0;
  /** Events a second in each of the last seconds, oldest first. */
  readonly eventRates: number[] = [];
  onRecord: ((record: PlainRecord) => void) | undefined;
  private readonly reorder: Reorder;
  private readonly matches: ((symbol: number) => boolean) | undefined;
  private readonly accept: number[] = [];
  private readonly thread: number;
  private previousCalls = new Float64Array(0);
  private rates = new Float32Array(0);
  private tickAt = -1;
  private tickEvents = 0;
  /** Event records that the script says it wrote, once its end record has come. */
  private emitted = 0;

  /** `sink` hears of each call as well as the flow ring does. */
  constructor(filters: SessionFilters = {}, sink?: CallSink) {
    this.thread = filters.thread ?? 0;
    const fn = globMatcher(filters.functionGlob ?? '');
    const file = globMatcher(filters.fileGlob ?? '');
    const filtered = fn !== undefined || file !== undefined;
    if (filtered) {
      this.matches = (symbol) =>
        (fn?.(this.symbols.name(symbol)) ?? true) && (file?.(this.symbols.file(symbol)) ?? true);
    }
    const { flow } = this;
    this.tree = new CallTree(this.functions, {
      maxDepth: filters.depth ?? 0,
      filtered,
      sink: sink
        ? {
            call: (...event) => {
              flow.call(...event);
              sink.call(...event);
            },
          }
        : flow,
    });
    this.reorder = new Reorder({
      event: (kind, ts, tid, line, frame, extra, symbol) => {
        if (ts > this.newest) this.newest = ts;
        this.tree.event(kind, ts, tid, line, frame, extra, symbol);
      },
    });
    this.scanner = new Scanner(this.symbols, {
      event: (kind, ts, tid, line, frame, extra, symbol) => {
        if (this.thread !== 0 && tid !== this.thread) return;
        if (this.matches !== undefined && !this.accepts(symbol)) return;
        this.accepted++;
        this.reorder.event(kind, ts, tid, line, frame, extra, symbol);
      },
      record: (record) => this.record(record),
    });
  }

  /** Bytes of the stream, in any chunks. */
  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
  }

  /** Nothing has come for a while: what waits to be put in order is told. */
  flush(): void {
    this.reorder.flush();
  }

  /** The stream is over. */
  end(): void {
    this.scanner.end();
    this.reorder.flush();
  }

  lose(cause: string, count: number): void {
    if (count > 0) this.losses.set(cause, (this.losses.get(cause) ?? 0) + count);
  }

  /** Event records that the script says it wrote and that are neither here nor told lost; 0 before its end record. */
  get missing(): number {
    let reported = 0;
    for (const count of this.losses.values()) reported += count;
    return Math.max(0, this.emitted - this.scanner.events - this.scanner.malformed - reported);
  }

  /** Events lost: told of by the engine, missing from what its script says it wrote, or not readable. */
  get lost(): number {
    let reported = 0;
    for (const count of this.losses.values()) reported += count;
    const { events, malformed } = this.scanner;
    return malformed + Math.max(reported, this.emitted - events - malformed, 0);
  }

  get quality(): Quality {
    return this.lost > 0 || this.symbols.overflow > 0 ? 'partial' : 'exact';
  }

  /** Threads that ran when the probes were armed: frames on their stacks were entered unseen. */
  threadsAtAttach(tids: Iterable<number>): void {
    for (const tid of tids) this.tree.threads.atAttach.add(tid);
  }

  nameThread(tid: number, name: string): void {
    this.threadNames.set(tid, sanitize(name));
  }

  /** Takes the second's rates. `now` in ns since the header. */
  tick(now: number): void {
    const seconds = (now - this.tickAt) / 1e9;
    const events = this.scanner.events;
    const { nodes } = this.tree;
    if (this.tickAt >= 0 && seconds > 0) {
      this.eventRates.push((events - this.tickEvents) / seconds);
      if (this.eventRates.length > RATE_HISTORY) this.eventRates.shift();
      if (this.rates.length < nodes.count) this.rates = new Float32Array(nodes.parent.length);
      for (let node = 0; node < nodes.count; node++) {
        this.rates[node] = Math.max(0, (nodes.calls[node] - (this.previousCalls[node] ?? 0)) / seconds);
      }
    }
    if (this.previousCalls.length < nodes.count) this.previousCalls = new Float64Array(nodes.parent.length);
    this.previousCalls.set(nodes.calls.subarray(0, nodes.count));
    this.tickAt = now;
    this.tickEvents = events;
  }

  /** Rates over the whole stream so far: what a recording shows that was read at once. */
  average(): void {
    const seconds = (this.newest - this.tree.threads.attachedAt) / 1e9;
    const { nodes } = this.tree;
    if (seconds <= 0) return;
    if (this.rates.length < nodes.count) this.rates = new Float32Array(nodes.parent.length);
    for (let node = 0; node < nodes.count; node++) this.rates[node] = nodes.calls[node] / seconds;
    this.eventRates.length = 0;
    this.eventRates.push(this.scanner.events / seconds);
  }

  picture(now: number): TreePicture {
    return TreePicture.of(this.tree, this.known(now), this.rates);
  }

  frozenPicture(now: number): TreePicture {
    return TreePicture.frozen(this.tree, this.known(now), this.rates);
  }

  /** Until when it is known what ran: events that still wait to be put in order tell of what comes after. */
  private known(now: number): number {
    return Math.min(Math.max(now, this.newest), this.reorder.oldest);
  }

  private accepts(symbol: number): boolean {
    const known = this.accept[symbol];
    if (known !== undefined) return known === ACCEPT;
    const yes = this.symbols.name(symbol) !== NULL_NAME && this.matches!(symbol);
    this.accept[symbol] = yes ? ACCEPT : REJECT;
    return yes;
  }

  private record(record: PlainRecord): void {
    const { ints, strings } = record;
    switch (record.kind) {
      case 'H':
        this.header ??= {
          version: Number(ints.version),
          script: strings.script,
          engine: strings.engine,
          ts: ints.ts,
          wall: ints.wall,
        };
        break;
      case 'A':
        this.armed = true;
        if (this.header) this.tree.threads.attachedAt = Number(ints.ts - this.header.ts);
        this.newest = Math.max(this.newest, this.tree.threads.attachedAt);
        break;
      case 'T':
        if (ints.atAttach === 1n) this.tree.threads.atAttach.add(Number(ints.tid));
        this.nameThread(Number(ints.tid), strings.name);
        break;
      case 'L':
        this.lose(strings.cause, Number(ints.count));
        break;
      case 'Z':
        this.ended = true;
        this.emitted = Number(ints.emitted);
        break;
      default:
        break;
    }
    this.onRecord?.(record);
  }
}
