import { sanitize } from '../../wire/names.js';
import { isBuiltin } from './builtin-types.js';
import { ClassHistory } from './class-history.js';
import { counted } from './counted.js';
import { Sites } from './sites.js';
import { Trends } from './trends.js';

/** What is known of a class, apart from its counts. Names are the target's, and fit for a terminal. */
export interface ClassName {
  /** '' where it is not known. */
  readonly module: string;
  readonly qualname: string;
  /** '' where the source does not tell it. */
  readonly file: string;
  /** The first base that is no Python class; '' where it is not known. */
  readonly base: string;
  /** What stands for it on the screen: `module.QualName`. */
  readonly shown: string;
  readonly builtin: boolean;
  /** False while only the address of the type is known. */
  readonly named: boolean;
  /** How many classes it stands for, where their names are not known and never will be. */
  readonly gone?: number;
}

/** Classes that are told apart; what is beyond is counted and left out. */
export const MAX_CLASSES = 1 << 15;

/** What counts are told from: the trace's own beginning, or where a person has set it. */
export type Origin = 'start' | 'baseline' | 'reset';

/** Instances by class, since the attach and since a baseline. Rows are numbered in the order in which they were seen. */
export class ClassTable {
  /** Rows so far, those that became part of another included. */
  count = 0;
  /** Rises with each change. */
  version = 0;
  readonly names: ClassName[] = [];
  created = new Float64Array(256);
  destroyed = new Float64Array(256);
  /** What they stood at when the baseline was set. */
  baseCreated = new Float64Array(256);
  baseDestroyed = new Float64Array(256);
  /** The most that lived at a snapshot since then, as created - destroyed since the attach. */
  peak = new Float64Array(256);
  history = new ClassHistory();
  trends = new Trends();
  sites = new Sites();
  /** ns of watched time of the newest snapshot, and of the baseline. */
  now = 0;
  baseline = 0;
  origin: Origin = 'start';
  /** Classes that were gone before they had a name, all in the row `nameless`; -1 = none. */
  folded = 0;
  nameless = -1;
  private gone = new Set<number>();
  /** Rows that became part of another, to be used again. */
  private free: number[] = [];
  private byName = new Map<string, number>();

  /** A row of its own, with the name that it is known by until there is a better one; -1 where there is no more room. */
  unnamed(shown: string): number {
    if (this.full) return -1;
    return this.add({ module: '', qualname: shown, file: '', base: '', shown, builtin: false, named: false });
  }

  /**
   * The row of all classes whose names are not known and never will be. `own` is the row that one of them has had until
   * now, which becomes part of it.
   */
  fold(own = -1): number {
    this.folded++;
    const shown = `(gone) ${counted(this.folded, 'class')}`;
    const name = { module: '', qualname: '(gone)', file: '', base: '', shown, builtin: false, named: true };
    if (this.nameless < 0) {
      this.nameless = own >= 0 ? own : this.add({ ...name, gone: this.folded });
    } else if (own >= 0) {
      this.merge(own, this.nameless);
      this.free.push(own);
    }
    this.names[this.nameless] = { ...name, gone: this.folded };
    this.version++;
    return this.nameless;
  }

  /** The row of a class, by its name. `own` has no other name yet: it gets this one, or becomes part of that row. */
  named(module: string, qualname: string, file: string, base: string, own = -1): number {
    const key = `${module}\0${qualname}\0${file}`;
    const known = this.byName.get(key);
    this.version++;
    if (known !== undefined) {
      if (own >= 0 && own !== known && !this.names[own].named) this.merge(own, known);
      return known;
    }
    if (this.full && (own < 0 || this.names[own].named)) return own;
    const shown = sanitize(module === '' ? qualname : `${module}.${qualname}`) || '(empty)';
    const name: ClassName = {
      ...{ module, qualname, base, shown, named: true },
      file: sanitize(file),
      builtin: isBuiltin(module, qualname),
    };
    let row = own;
    if (own >= 0 && !this.names[own].named) this.names[own] = name;
    else row = this.add(name);
    this.byName.set(key, row);
    return row;
  }

  /** A whole snapshot has been added. */
  close(now: number): void {
    const { created, destroyed, peak } = this;
    this.now = now;
    for (let row = 0; row < this.count; row++) {
      const alive = created[row] - destroyed[row];
      if (alive > peak[row]) peak[row] = alive;
    }
    this.history.keep(now, created, destroyed, this.count);
    this.trends.see(now, created, destroyed, this.count);
    this.version++;
  }

  /** Counts are told from here on; after a reset, trends too. */
  rebase(now: number, origin: Origin): void {
    this.baseCreated.set(this.created);
    this.baseDestroyed.set(this.destroyed);
    for (let row = 0; row < this.count; row++) this.peak[row] = this.created[row] - this.destroyed[row];
    this.baseline = now;
    this.origin = origin;
    if (origin === 'reset') {
      this.history.clear();
      this.history.keep(now, this.created, this.destroyed, this.count);
      this.trends.restart();
    }
    this.version++;
  }

  alive(row: number): number {
    return this.created[row] - this.destroyed[row];
  }

  /** The row is one of its own still. */
  has(row: number): boolean {
    return !this.gone.has(row);
  }

  /** One that stays as it is. */
  clone(): ClassTable {
    const copy = new ClassTable();
    copy.count = this.count;
    copy.version = this.version;
    copy.names.push(...this.names);
    copy.created = this.created.slice();
    copy.destroyed = this.destroyed.slice();
    copy.baseCreated = this.baseCreated.slice();
    copy.baseDestroyed = this.baseDestroyed.slice();
    copy.peak = this.peak.slice();
    copy.history = this.history.clone();
    copy.trends = this.trends.clone();
    copy.sites = this.sites.clone();
    copy.now = this.now;
    copy.baseline = this.baseline;
    copy.origin = this.origin;
    copy.folded = this.folded;
    copy.nameless = this.nameless;
    copy.gone = new Set(this.gone);
    copy.free = [...this.free];
    return copy;
  }

  private get full(): boolean {
    return this.count >= MAX_CLASSES && this.free.length === 0;
  }

  private add(name: ClassName): number {
    const again = this.free.pop();
    if (again !== undefined) {
      this.gone.delete(again);
      this.names[again] = name;
      this.trends.merge(again, this.now);
      this.version++;
      return again;
    }
    this.names.push(name);
    if (this.count === this.created.length) {
      this.created = wider(this.created);
      this.destroyed = wider(this.destroyed);
      this.baseCreated = wider(this.baseCreated);
      this.baseDestroyed = wider(this.baseDestroyed);
      this.peak = wider(this.peak);
    }
    this.version++;
    return this.count++;
  }

  private merge(from: number, into: number): void {
    for (const counts of [this.created, this.destroyed, this.baseCreated, this.baseDestroyed, this.peak]) {
      counts[into] += counts[from];
      counts[from] = 0;
    }
    this.history.merge(from, into);
    // A trend of both together was not seen; a new type of a class that is seen already is small beside it.
    this.sites.merge(from, into);
    this.gone.add(from);
  }
}

function wider(old: Float64Array): Float64Array<ArrayBuffer> {
  const next = new Float64Array(old.length * 2);
  next.set(old);
  return next;
}
