const INITIAL_DEPTH = 16;
/** So many frames are looked at one by one, from the top; what is below is looked up. */
const NEAR = 256;
/** Without frames a function is looked for no further down than this: there it may be any of its calls anyway. */
const NEAR_SYMBOLS = 2048;

/** Activations on top of each other, as the events tell them. Index 0 is the bottom. */
export class CallStack {
  depth = 0;
  nodes = new Int32Array(INITIAL_DEPTH);
  symbols = new Int32Array(INITIAL_DEPTH);
  frames = new Float64Array(INITIAL_DEPTH);
  starts = new Float64Array(INITIAL_DEPTH);
  /** Time charged to each activation itself, so that a stale one can give it back. */
  own = new Float64Array(INITIAL_DEPTH);
  /** 1 where the activation lies below the depth limit: it has its caller's node, and is not shown. */
  hidden = new Uint8Array(INITIAL_DEPTH);
  /** Frame -> index, of those below `indexed`; holds some that have gone. Only of a stack that has been deep. */
  private places: Map<number, number> | undefined;
  private indexed = 0;

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

  /** Takes activations out, wherever they are. */
  remove(from: number, count: number): void {
    for (const array of [this.nodes, this.symbols, this.frames, this.starts, this.own, this.hidden]) {
      array.copyWithin(from, from + count, this.depth);
    }
    this.depth -= count;
    this.indexed = Math.min(this.indexed, from);
  }

  /** Index of the innermost activation of this frame, -1 if it is not on the stack. */
  indexOfFrame(frame: number): number {
    const near = Math.max(0, this.depth - NEAR);
    for (let i = this.depth - 1; i >= near; i--) if (this.frames[i] === frame) return i;
    if (near === 0) return -1;
    const places = (this.places ??= new Map<number, number>());
    if (places.size > 2 * this.depth) {
      places.clear();
      this.indexed = 0;
    }
    for (; this.indexed < near; this.indexed++) places.set(this.frames[this.indexed], this.indexed);
    const place = places.get(frame) ?? -1;
    return place >= 0 && place < near && this.frames[place] === frame ? place : -1;
  }

  indexOfSymbol(symbol: number): number {
    const end = Math.max(0, this.depth - NEAR_SYMBOLS);
    for (let i = this.depth - 1; i >= end; i--) if (this.symbols[i] === symbol) return i;
    return -1;
  }

  /** Each of the two takes what the other holds: a switch costs the same however deep they are. */
  exchange(other: CallStack): void {
    const { depth, nodes, symbols, frames, starts, own, hidden, places, indexed } = this;
    this.depth = other.depth;
    this.nodes = other.nodes;
    this.symbols = other.symbols;
    this.frames = other.frames;
    this.starts = other.starts;
    this.own = other.own;
    this.hidden = other.hidden;
    this.places = other.places;
    this.indexed = other.indexed;
    Object.assign(other, { depth, nodes, symbols, frames, starts, own, hidden, places, indexed });
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
