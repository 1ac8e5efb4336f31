import { escapeField, NULL_NAME } from '../../wire/escape.js';
import { globMatcher } from '../../wire/glob.js';
import type { Symbols } from '../../wire/symbols.js';

/** Globs on names, as asked for; '' = all. */
export interface NameGlobs {
  readonly function: string;
  readonly file: string;
}

/** Addresses of code objects that are told apart: what is beyond is counted and left out. */
export const MAX_KEYS = 1 << 17;
/** Functions that are told apart: what is beyond is counted as one, so that its sums are there. */
export const MAX_FUNCTIONS = 1 << 15;
const OTHERS = '(functions without room)';

/** The functions of a trace, and which of them each address of a code object stands for at the moment. */
export class Functions {
  /** Functions so far; they are numbered in the order in which they were seen. */
  count = 0;
  readonly symbol: number[] = [];
  readonly line: number[] = [];
  /** Whether the exact filters let it through. */
  readonly passes: boolean[] = [];
  /** Rows and names of addresses that found no room. */
  noRoom = 0;
  /** Names that stand for no function of their own. */
  folded = 0;
  private readonly byKey = new Map<number, number>();
  private readonly ofKey: number[] = [];
  private readonly byIdentity = new Map<number, number>();
  private readonly nameless = new Set<number>();
  /** The function that stands for those without room; -1 while there are none. */
  private others = -1;
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
    if (fn === undefined && !this.nameless.has(before) && this.count >= MAX_FUNCTIONS) {
      this.folded++;
      fn = this.theOthers();
    } else if (fn === undefined) {
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
    if (this.count >= MAX_FUNCTIONS) {
      this.folded++;
      return (this.ofKey[key] = this.theOthers());
    }
    const fn = this.add('?');
    this.nameless.add(fn);
    return (this.ofKey[key] = fn);
  }

  private theOthers(): number {
    return this.others < 0 ? (this.others = this.add(OTHERS)) : this.others;
  }

  private add(name: string): number {
    const fn = this.count++;
    const run = Buffer.from(`${name}\t`, 'latin1');
    this.symbol[fn] = this.symbols.intern(run, 0, run.length);
    this.line[fn] = -1;
    this.passes[fn] = true;
    return fn;
  }
}
