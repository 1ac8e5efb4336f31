const INITIAL_DEPTH = 16;
/** So many frames are looked at one by one, from the top; what is below is looked up. */
const NEAR = 256;
/** Without frames a function is looked for no further down than this: there it may be any of its calls anyway. */
const NEAR_SYMBOLS = 2048;

/** The stack of one thread as the events tell it, and where its time goes right now. Index 0 is the bottom. */
export class ThreadStack {
  depth = 0;
  nodes = new Int32Array(INITIAL_DEPTH);
  symbols = new Int32Array(INITIAL_DEPTH);
  frames = new Float64Array(INITIAL_DEPTH);
  starts = new Float64Array(INITIAL_DEPTH);
  /** Time charged to each activation itself, so that a stale one can give it back. */
  own = new Float64Array(INITIAL_DEPTH);
  /** 1 where the activation lies below the depth limit: it has its caller's node, and is not shown. */
  hidden = new Uint8Array(INITIAL_DEPTH);
  /** Time of the last event: what comes after belongs to the frame on top. */
  last: number;
  /** Time of the last event that was shown in the flow. */
  lastShown: number;
  /** Frames that were entered before the attach may still stand below what is known. */
  unknownBase: boolean;
  /** Frame -> index, of those below `indexed`; holds some that have gone. */
  private readonly places = new Map<number, number>();
  private indexed = 0;
  /** The node that returned last to an unknown caller: it belongs below that caller once that one is known. */
  orphan = -1;
  /** Since when that one is known to have run. */
  orphanStart = 0;

  constructor(
    readonly tid: number,
    /** Node of the thread in the tree. */
    readonly root: number,
    /** Since when this thread is watched, ns; later by each pause. */
    public since: number,
    unknownBase: boolean,
  ) {
    this.last = since;
    this.lastShown = since;
    this.unknownBase = unknownBase;
  }

  push(node: number, symbol: number, frame: number, start: number, hidden: boolean): void {
    const i = this.depth++;
    if (i === this.nodes.length) this.grow();
    if (i < this.indexed) this.indexed = i;
    this.nodes[i] = node;
    this.symbols[i] = symbol;
    this.frames[i] = frame;
    this.starts[i] = start;
    this.own[i] = 0;
    this.hidden[i] = hidden ? 1 : 0;
  }

  /** For so many ns nothing was traced. */
  pause(ns: number): void {
    this.since += ns;
    this.last += ns;
    this.lastShown = this.last;
    this.orphan = -1;
  }

  /** Index of the innermost activation of this frame, -1 if it is not on the stack. */
  indexOfFrame(frame: number): number {
    const near = Math.max(0, this.depth - NEAR);
    for (let i = this.depth - 1; i >= near; i--) if (this.frames[i] === frame) return i;
    if (near === 0) return -1;
    if (this.places.size > 2 * this.depth) {
      this.places.clear();
      this.indexed = 0;
    }
    for (; this.indexed < near; this.indexed++) this.places.set(this.frames[this.indexed], this.indexed);
    const place = this.places.get(frame) ?? -1;
    return place >= 0 && place < near && this.frames[place] === frame ? place : -1;
  }

  indexOfSymbol(symbol: number): number {
    const end = Math.max(0, this.depth - NEAR_SYMBOLS);
    for (let i = this.depth - 1; i >= end; i--) if (this.symbols[i] === symbol) return i;
    return -1;
  }

  /** A node has become part of another one. */
  replaceNode(from: number, into: number): void {
    for (let i = 0; i < this.depth; i++) if (this.nodes[i] === from) this.nodes[i] = into;
    if (this.orphan === from) this.orphan = into;
  }

  private grow(): void {
    const length = this.nodes.length * 2;
    this.nodes = into(new Int32Array(length), this.nodes);
    this.symbols = into(new Int32Array(length), this.symbols);
    this.frames = into(new Float64Array(length), this.frames);
    this.starts = into(new Float64Array(length), this.starts);
    this.own = into(new Float64Array(length), this.own);
    this.hidden = into(new Uint8Array(length), this.hidden);
  }
}

function into<T extends { set(from: T): void }>(longer: T, from: T): T {
  longer.set(from);
  return longer;
}
