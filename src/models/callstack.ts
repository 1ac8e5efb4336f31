const INITIAL_DEPTH = 16;

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

  push(node: number, symbol: number, frame: number, start: number, hidden: boolean): void {
    const i = this.depth++;
    if (i === this.nodes.length) this.grow();
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
  }

  /** Index of the innermost activation of this frame, -1 if it is not on the stack. */
  indexOfFrame(frame: number): number {
    for (let i = this.depth - 1; i >= 0; i--) if (this.frames[i] === frame) return i;
    return -1;
  }

  indexOfSymbol(symbol: number): number {
    for (let i = this.depth - 1; i >= 0; i--) if (this.symbols[i] === symbol) return i;
    return -1;
  }

  /** Each of the two takes what the other holds: a switch costs the same however deep they are. */
  exchange(other: CallStack): void {
    const { depth, nodes, symbols, frames, starts, own, hidden } = this;
    this.depth = other.depth;
    this.nodes = other.nodes;
    this.symbols = other.symbols;
    this.frames = other.frames;
    this.starts = other.starts;
    this.own = other.own;
    this.hidden = other.hidden;
    Object.assign(other, { depth, nodes, symbols, frames, starts, own, hidden });
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
