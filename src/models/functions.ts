import type { SymbolTable } from '../wire/symbols.js';

/** What `FunctionTable` lets others read of a function. */
export interface FunctionInfo {
  readonly symbol: number;
  /** Line of `def`, -1 where the probe gave none (a class body in 3.15). */
  readonly line: number;
}

/** Functions of one name and file that are told apart: inserting one moves those below it. */
const MAX_OF_SYMBOL = 65_536;

/**
 * Tells functions of one name and file apart by the line they begin at: the probes give co_name, not co_qualname, so
 * that every `__init__` of a file looks the same. An entry's line is the `def` line for a call, but the line of the
 * `yield` for a generator that is resumed; such an entry belongs to the nearest function that begins above it.
 */
export class FunctionTable {
  private readonly symbols: number[] = [];
  private readonly lines: number[] = [];
  /** Per symbol: its functions, by rising line. */
  private readonly bySymbol: number[][] = [];
  /** Per symbol: its function whose first line is not known yet, seen at a return or a resumption only. */
  private readonly provisional = new Map<number, number>();
  /** Per symbol: lines at which one of its functions was left, while they are not known to begin one. */
  private readonly leftAt: (Set<number> | undefined)[] = [];
  private leftCount = 0;
  /** Entries at lines of which no function could be made any more. */
  folded = 0;
  // The last answer per symbol: most symbols have one function, entered at one line.
  private lastFunction = new Int32Array(1024).fill(-1);
  private lastLine = new Int32Array(1024);
  private lastLeft = new Int32Array(1024);

  constructor(
    readonly names: SymbolTable,
    private readonly limit = 400_000,
  ) {}

  get size(): number {
    return this.symbols.length;
  }

  info(fn: number): FunctionInfo {
    return { symbol: this.symbols[fn], line: this.lines[fn] };
  }

  symbolOf(fn: number): number {
    return this.symbols[fn];
  }

  /** A call: its line is the function's first. `surely` says so; else a line seen at a return may be a resumption. */
  entered(symbol: number, line: number, surely: boolean): number {
    if (symbol < this.lastFunction.length && this.lastLine[symbol] === line && this.lastFunction[symbol] >= 0) {
      return this.lastFunction[symbol];
    }
    const exact = this.find(symbol, line);
    if (exact >= 0) return this.remember(symbol, line, exact);
    if (!surely && this.leftAt[symbol]?.has(line)) {
      const above = this.above(symbol, line);
      if (above >= 0) return this.remember(symbol, line, above);
    }
    const waiting = this.provisionalBelow(symbol, line);
    if (waiting >= 0) return this.remember(symbol, line, this.settle(waiting, line));
    return this.remember(symbol, line, this.add(symbol, line));
  }

  /** A frame of this symbol that stands at `line`: resumed, or left without its entry having been seen. */
  at(symbol: number, line: number): number {
    const above = this.above(symbol, line);
    if (above >= 0) return above;
    const other = this.bySymbol[symbol]?.[0];
    // One that has only been seen further down begins no later than here.
    if (other !== undefined && this.provisional.has(other)) this.lines[other] = line;
    if (other !== undefined) return other;
    const fn = this.add(symbol, line);
    if (this.symbols[fn] === symbol) this.provisional.set(symbol, fn);
    return fn;
  }

  /** Notes the line of a return, so that a later entry there is known for a resumption. */
  left(symbol: number, line: number): void {
    if (symbol >= this.lastFunction.length || this.lastLine[symbol] === line || this.lastLeft[symbol] === line) return;
    this.lastLeft[symbol] = line;
    if (this.find(symbol, line) >= 0) return;
    const lines = (this.leftAt[symbol] ??= new Set());
    // Beyond the bound a resumption is taken for a function of its own.
    if (this.leftCount >= this.limit || lines.has(line)) return;
    lines.add(line);
    this.leftCount++;
  }

  /** The function seen only at a line below this one, which is its first line then; -1 if there is none. */
  private provisionalBelow(symbol: number, line: number): number {
    const fn = this.provisional.get(symbol) ?? -1;
    return fn >= 0 && this.lines[fn] >= line ? fn : -1;
  }

  /** It may now begin above others of its symbol, but it was the first of them, and they came below it. */
  private settle(fn: number, line: number): number {
    const symbol = this.symbols[fn];
    this.provisional.delete(symbol);
    const list = this.bySymbol[symbol];
    list.splice(this.place(list, this.lines[fn]), 1);
    this.lines[fn] = line;
    list.splice(this.place(list, line), 0, fn);
    return fn;
  }

  /** The last of a symbol's functions that begins at this line or above it; -1 if there is none. */
  private above(symbol: number, line: number): number {
    const list = this.bySymbol[symbol];
    if (list === undefined) return -1;
    return list[this.place(list, line + 1) - 1] ?? -1;
  }

  private find(symbol: number, line: number): number {
    const above = this.above(symbol, line);
    return above >= 0 && this.lines[above] === line ? above : -1;
  }

  /** Index of the first function of a list that begins at this line or below it. */
  private place(list: readonly number[], line: number): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.lines[list[middle]] < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private add(symbol: number, line: number): number {
    const known = this.bySymbol[symbol];
    // What is beyond the bound, of all or of one symbol, belongs to the nearest function that is there.
    if (this.symbols.length >= this.limit || (known?.length ?? 0) >= MAX_OF_SYMBOL) {
      this.folded++;
      return known === undefined ? 0 : (known[Math.max(0, this.place(known, line + 1) - 1)] ?? 0);
    }
    const fn = this.symbols.length;
    this.symbols.push(symbol);
    this.lines.push(line);
    const list = (this.bySymbol[symbol] ??= []);
    list.splice(this.place(list, line + 1), 0, fn);
    return fn;
  }

  private remember(symbol: number, line: number, fn: number): number {
    if (symbol >= this.lastFunction.length) {
      const length = Math.max(symbol + 1, this.lastFunction.length * 2);
      const longer = (old: Int32Array, fill: number): Int32Array<ArrayBuffer> => {
        const array = new Int32Array(length).fill(fill);
        array.set(old);
        return array;
      };
      this.lastFunction = longer(this.lastFunction, -1);
      this.lastLine = longer(this.lastLine, 0);
      this.lastLeft = longer(this.lastLeft, 0);
    }
    this.lastFunction[symbol] = fn;
    this.lastLine[symbol] = line;
    return fn;
  }
}
