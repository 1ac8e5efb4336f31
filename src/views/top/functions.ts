import { escapeField, NULL_NAME } from '../../wire/escape.js';
import { globMatcher } from '../../wire/glob.js';
import type { Symbols } from '../../wire/symbols.js';

/** Globs on names, as asked for; '' = all. */
export interface NameGlobs {
  readonly function: string;
  readonly file: string;
}

/** Distinct functions, and addresses of code objects: what is beyond is counted and left out. */
const MAX_KEYS = 1 << 20;

/** The functions of a trace, and which of them each address of a code object stands for at the moment. */
export class Functions {
  /** Functions so far; they are numbered in the order in which they were seen. */
  count = 0;
  readonly symbol: number[] = [];
  readonly line: number[] = [];
  /** Whether the exact filters let it through. */
  readonly passes: boolean[] = [];
  /** Addresses that found no room. */
  noRoom = 0;
  private readonly byKey = new Map<number, number>();
  private readonly ofKey: number[] = [];
  private readonly byIdentity = new Map<number, number>();
  private readonly nameless = new Set<number>();
  private readonly fn;
  private readonly file;

  constructor(
    readonly symbols: Symbols,
    globs: NameGlobs,
  ) {
    this.fn = globMatcher(globs.function);
    this.file = globMatcher(globs.file);
  }

  /** Functions that nothing has named. */
  get unnamed(): number {
    return this.nameless.size;
  }

  /** The number of an address, -1 where there is no more room. */
  key(address: number): number {
    const known = this.byKey.get(address);
    if (known !== undefined) return known;
    if (this.ofKey.length >= MAX_KEYS) {
      this.noRoom++;
      return -1;
    }
    this.byKey.set(address, this.ofKey.length);
    return this.ofKey.push(-1) - 1;
  }

  /** The function at an address, by its number; -1 while it has no name. */
  at(key: number): number {
    return this.ofKey[key];
  }

  /** An address is given a name. True where it was another function's before: its sums are no longer that one's. */
  named(key: number, line: number, name: string, file: string): boolean {
    const { symbols } = this;
    const run = Buffer.from(`${escapeField(name)}\t${escapeField(file)}`, 'latin1');
    const symbol = symbols.intern(run, 0, run.length);
    const identity = symbol * 2 ** 31 + (line + 1);
    const before = this.ofKey[key];
    let fn = this.byIdentity.get(identity);
    if (fn === undefined) {
      fn = this.nameless.has(before) ? before : this.count++;
      this.byIdentity.set(identity, fn);
      this.symbol[fn] = symbol;
      this.line[fn] = line;
      this.passes[fn] =
        (this.fn === undefined && this.file === undefined) ||
        (name !== NULL_NAME && (this.fn?.(name) ?? true) && (this.file?.(file) ?? true));
      this.nameless.delete(fn);
    }
    this.ofKey[key] = fn;
    return before !== fn;
  }

  /** No name has come for an address, so it is shown without. */
  unknown(key: number): number {
    const fn = this.count++;
    const run = Buffer.from('?\t', 'latin1');
    this.symbol[fn] = this.symbols.intern(run, 0, run.length);
    this.line[fn] = -1;
    this.passes[fn] = true;
    this.nameless.add(fn);
    return (this.ofKey[key] = fn);
  }
}
