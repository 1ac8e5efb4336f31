import type { EventColumns } from '../wire/columns.js';
import { globMatcher } from '../wire/glob.js';
import { NULL_NAME } from '../wire/escape.js';
import { Reorder } from '../wire/reorder.js';
import { Symbols } from '../wire/symbols.js';
import { CallTree, type CallSink } from './calltree.js';
import { FlowRing } from './flowring.js';
import { FunctionTable } from './functions.js';
import { callsDoubt, type GreenletsSeen } from './greenlet-doubt.js';
import { MAX_THREAD_NAMES, Session, type EventTarget } from './session.js';
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

const GREENLET_INIT = /\/greenlet\/__init__\.py$/;
const ACCEPT = 1;
const REJECT = 2;

/** A stream in which each call and return is an event: the calling context tree and the flow. */
export class CallsSession extends Session {
  readonly functions: FunctionTable;
  readonly flow: FlowRing;
  readonly tree: CallTree;
  private readonly reorder: Reorder;
  private readonly gate: Gate;
  private previousCalls = new Float64Array(0);
  private rates = new Float32Array(0);
  private seen: GreenletsSeen | undefined;
  /** Seen in the process at a moment of which not all events have come. */
  private pending: GreenletsSeen | undefined;
  /** Symbols whose file has been looked at. */
  private looked = 0;

  /** `sink` hears of each call as well as the flow ring does. */
  constructor(
    private readonly filters: SessionFilters = {},
    sink?: CallSink,
  ) {
    const symbols = new Symbols();
    let told: (ts: number) => void = () => undefined;
    const functions = new FunctionTable(symbols);
    const flow = new FlowRing();
    const gateOf = new NameGate(symbols, filters);
    const tree = new CallTree(functions, {
      maxDepth: filters.depth ?? 0,
      filtered: gateOf.filters,
      sink: sink ? { call: (...event) => (flow.call(...event), sink.call(...event)) } : flow,
    });
    const reorder = new Reorder({
      event: (columns, slot) => {
        told(columns.ts[slot]);
        if (this.pending !== undefined) this.settle(columns.ts[slot]);
        if (columns.symbol[slot] >= this.looked) this.look(columns, slot);
        tree.event(columns, slot);
      },
    });
    const gate = new Gate(reorder, gateOf, filters.thread ?? 0);
    super(symbols, gate);
    told = (ts) => {
      if (ts > this.newest) this.newest = ts;
    };
    this.functions = functions;
    this.flow = flow;
    this.tree = tree;
    this.reorder = reorder;
    this.gate = gate;
  }

  get accepted(): number {
    return this.gate.accepted;
  }

  flush(): void {
    this.reorder.flush();
    this.settle(Infinity);
  }

  override get partialReason(): string | undefined {
    const { filters, seen } = this;
    return (
      seen &&
      callsDoubt(seen, {
        names: this.tree.filtered,
        minDuration: (filters.minDurationNs ?? 0) > 0,
        depth: (filters.depth ?? 0) > 0,
      })
    );
  }

  protected override greenlets(seen: GreenletsSeen): void {
    // What happened until then may still be on its way, with the import itself.
    if (seen.after > 0) this.pending = seen;
    else this.know(seen);
  }

  private settle(ts: number): void {
    if (this.pending === undefined || ts < this.attachedAt + this.pending.after) return;
    this.know(this.pending);
    this.pending = undefined;
  }

  private know(seen: GreenletsSeen): void {
    if (this.seen !== undefined) return;
    this.seen = seen;
    this.tree.switches(seen.framed ? 'framed' : 'blind');
  }

  /** A package that is imported runs its `__init__.py` before anything of it can be used: greenlet is known in time then. */
  private look(columns: EventColumns, slot: number): void {
    const symbol = columns.symbol[slot];
    for (; this.looked <= symbol; this.looked++) {
      if (!GREENLET_INIT.test(this.symbols.file(this.looked))) continue;
      const framed = columns.frame[slot] !== 0;
      const after = framed ? 0 : Math.max(1, columns.ts[slot] - this.attachedAt);
      this.know({ framed, after, later: true });
    }
  }

  threadsAtAttach(tids: Iterable<number>): void {
    const { atAttach } = this.tree.threads;
    for (const tid of tids) if (atAttach.size < MAX_THREAD_NAMES) atAttach.add(tid);
  }

  picture(now: number): TreePicture {
    return TreePicture.of(this.tree, this.known(now), this.rates);
  }

  frozenPicture(now: number): TreePicture {
    return TreePicture.frozen(this.tree, this.known(now), this.rates);
  }

  protected override arm(ts: number): void {
    this.tree.threads.attachedAt = ts;
  }

  protected override gap(from: number, to: number): void {
    this.tree.gap(from, to);
  }

  protected second(_now: number, seconds: number): void {
    const { nodes } = this.tree;
    if (seconds > 0) {
      if (this.rates.length < nodes.count) this.rates = new Float32Array(nodes.parent.length);
      for (let node = 0; node < nodes.count; node++) {
        this.rates[node] = Math.max(0, (nodes.calls[node] - (this.previousCalls[node] ?? 0)) / seconds);
      }
    }
    if (this.previousCalls.length < nodes.count) this.previousCalls = new Float64Array(nodes.parent.length);
    this.previousCalls.set(nodes.calls.subarray(0, nodes.count));
  }

  protected whole(seconds: number): void {
    const { nodes } = this.tree;
    if (this.rates.length < nodes.count) this.rates = new Float32Array(nodes.parent.length);
    for (let node = 0; node < nodes.count; node++) this.rates[node] = nodes.calls[node] / seconds;
  }

  /** Until when it is known what ran: events that still wait to be put in order tell of what comes after. */
  private known(now: number): number {
    return Math.min(Math.max(now, this.newest), this.reorder.oldest);
  }
}

/** Lets the events through that are asked for. */
class Gate implements EventTarget {
  accepted = 0;
  readonly columns;

  constructor(
    private readonly reorder: Reorder,
    private readonly names: NameGate,
    private readonly thread: number,
  ) {
    this.columns = reorder.columns;
  }

  get free(): number {
    return this.reorder.free;
  }

  event(): void {
    const { columns, reorder } = this;
    if (this.thread !== 0 && columns.tid[reorder.free] !== this.thread) return;
    if (this.names.filters && !this.names.accepts(columns.symbol[reorder.free])) return;
    this.accepted++;
    reorder.add();
  }
}

/** Whether a function passes the globs, asked once for each. */
class NameGate {
  readonly filters: boolean;
  private readonly known: number[] = [];
  private readonly fn;
  private readonly file;

  constructor(
    private readonly symbols: Symbols,
    filters: SessionFilters,
  ) {
    this.fn = globMatcher(filters.functionGlob ?? '');
    this.file = globMatcher(filters.fileGlob ?? '');
    this.filters = this.fn !== undefined || this.file !== undefined;
  }

  accepts(symbol: number): boolean {
    const known = this.known[symbol];
    if (known !== undefined) return known === ACCEPT;
    const { symbols } = this;
    const yes =
      symbols.name(symbol) !== NULL_NAME &&
      (this.fn?.(symbols.name(symbol)) ?? true) &&
      (this.file?.(symbols.file(symbol)) ?? true);
    this.known[symbol] = yes ? ACCEPT : REJECT;
    return yes;
  }
}
