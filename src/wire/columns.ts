/**
 * Call events side by side, one array for each field of the grammar: a number with a fraction or of more than 31 bits that
 * is passed from function to function becomes an object on the heap, and a stream has several of them in each line.
 */
export class EventColumns {
  /** The kind's letter as its code. */
  readonly kind: Uint8Array;
  /** ns since the header's, exact. */
  readonly ts: Float64Array;
  readonly tid: Int32Array;
  readonly line: Int32Array;
  readonly frame: Float64Array;
  /** What the grammar names for the kind: previous, generator or duration. */
  readonly extra: Float64Array;
  readonly symbol: Int32Array;

  constructor(capacity: number) {
    this.kind = new Uint8Array(capacity);
    this.ts = new Float64Array(capacity);
    this.tid = new Int32Array(capacity);
    this.line = new Int32Array(capacity);
    this.frame = new Float64Array(capacity);
    this.extra = new Float64Array(capacity);
    this.symbol = new Int32Array(capacity);
  }
}

/** Receives events in order of time: the one in `slot`, which is not kept. */
export interface EventSink {
  event(columns: EventColumns, slot: number): void;
}
