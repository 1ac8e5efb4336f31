import type { CallSink } from './calltree.js';

const CAPACITY = 1 << 16;

/** One call event as the flow shows it. */
export interface FlowEvent {
  /** Counts all events since the start; older ones than `first` are gone. */
  sequence: number;
  isReturn: boolean;
  inferred: boolean;
  ts: number;
  tid: number;
  line: number;
  fn: number;
  depth: number;
  /** ns; -1 on entries, and on returns whose entry was not seen. */
  duration: number;
  /** ns since the thread's previous event. */
  delta: number;
}

const RETURN = 1;
const INFERRED = 2;

/** The last events, in the order in which they were told; the oldest make room. */
export class FlowRing implements CallSink {
  /** Events ever told: the sequence number of the next. */
  next = 0;
  private readonly flags: Uint8Array;
  private readonly depths: Int32Array;
  private readonly tids: Int32Array;
  private readonly lines: Int32Array;
  private readonly fns: Int32Array;
  private readonly times: Float64Array;
  private readonly durations: Float64Array;
  private readonly deltas: Float64Array;

  constructor(
    readonly capacity = CAPACITY,
    from?: FlowRing,
  ) {
    this.flags = from?.flags.slice() ?? new Uint8Array(capacity);
    this.depths = from?.depths.slice() ?? new Int32Array(capacity);
    this.tids = from?.tids.slice() ?? new Int32Array(capacity);
    this.lines = from?.lines.slice() ?? new Int32Array(capacity);
    this.fns = from?.fns.slice() ?? new Int32Array(capacity);
    this.times = from?.times.slice() ?? new Float64Array(capacity);
    this.durations = from?.durations.slice() ?? new Float64Array(capacity);
    this.deltas = from?.deltas.slice() ?? new Float64Array(capacity);
    this.next = from?.next ?? 0;
  }

  /** Sequence number of the oldest event that is still there. */
  get first(): number {
    return Math.max(0, this.next - this.capacity);
  }

  call(
    isReturn: boolean,
    ts: number,
    tid: number,
    line: number,
    fn: number,
    depth: number,
    duration: number,
    delta: number,
    inferred: boolean,
  ): void {
    const i = this.next++ % this.capacity;
    this.flags[i] = (isReturn ? RETURN : 0) | (inferred ? INFERRED : 0);
    this.depths[i] = depth;
    this.tids[i] = tid;
    this.lines[i] = line;
    this.fns[i] = fn;
    this.times[i] = ts;
    this.durations[i] = duration;
    this.deltas[i] = delta;
  }

  /** The event of this number; it must lie in [first, next). */
  get(sequence: number): FlowEvent {
    const i = sequence % this.capacity;
    return {
      sequence,
      isReturn: (this.flags[i] & RETURN) !== 0,
      inferred: (this.flags[i] & INFERRED) !== 0,
      ts: this.times[i],
      tid: this.tids[i],
      line: this.lines[i],
      fn: this.fns[i],
      depth: this.depths[i],
      duration: this.durations[i],
      delta: this.deltas[i],
    };
  }

  /** Function and thread of an event: what filters look at, without an object for each. */
  fnAt(sequence: number): number {
    return this.fns[sequence % this.capacity];
  }
  tidAt(sequence: number): number {
    return this.tids[sequence % this.capacity];
  }

  clone(): FlowRing {
    return new FlowRing(this.capacity, this);
  }
}
