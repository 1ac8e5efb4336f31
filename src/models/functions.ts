import type { SymbolTable } from '../wire/symbols.js';

/** What `FunctionTable` lets others read of a function. */
export interface FunctionInfo {
  readonly symbol: number;
  /** Line of `def`, -1 where the probe gave none (a class body in 3.15). */
  readonly line: number;
}

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
  /** Functions whose first line is not known yet: seen at a return or a resumption only. */
  private readonly provisional = new Set<number>();
  /** Per symbol: lines at which one of its functions was left, while they are not known to begin one. */
  private readonly leftAt: (Set<number> | undefined)[] = [];
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
    this.provisional.add(fn);
    return fn;
  }

  /** Notes the line of a return, so that a later entry there is known for a resumption. */
  left(symbol: number, line: number): void {
    if (symbol >= this.lastFunction.length || this.lastLine[symbol] === line || this.lastLeft[symbol] === line) return;
    this.lastLeft[symbol] = line;
    if (this.find(symbol, line) >= 0) return;
    (this.leftAt[symbol] ??= new Set()).add(line);
  }

  /** The function seen only at a line below this one, which is its first line then; -1 if there is none. */
  private provisionalBelow(symbol: number, line: number): number {
    if (this.provisional.size === 0) return -1;
    return this.bySymbol[symbol]?.find((fn) => this.lines[fn] >= line && this.provisional.has(fn)) ?? -1;
  }

  private settle(fn: number, line: number): number {
    this.provisional.delete(fn);
    this.lines[fn] = line;
    return fn;
  }

  private above(symbol: number, line: number): number {
    let best = -1;
    for (const fn of this.bySymbol[symbol] ?? []) if (this.lines[fn] <= line) best = fn;
    return best;
  }

  private find(symbol: number, line: number): number {
    for (const fn of this.bySymbol[symbol] ?? []) if (this.lines[fn] === line) return fn;
    return -1;
  }

  private add(symbol: number, line: number): number {
    const fn = this.symbols.length;
    if (fn >= this.limit) return this.bySymbol[symbol]?.[0] ?? 0;
    this.symbols.push(symbol);
    this.lines.push(line);
    const list = (this.bySymbol[symbol] ??= []);
    list.push(fn);
    list.sort((a, b) => this.lines[a] - this.lines[b]);
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
