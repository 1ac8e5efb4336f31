import { displayName } from '../../wire/names.js';

/** Instances of one class that were made at one place. */
export interface Site {
  readonly code: number;
  readonly instr: number;
  count: number;
}

/** A place in words; '' where it is not known. */
export interface Place {
  readonly function: string;
  /** `shop/cart.py:91`. */
  readonly at: string;
}

/** Code objects with a name, and instructions with a line: beyond that both are told anew. */
export const MAX_PLACES = 1 << 17;

const UNKNOWN: Place = { function: '', at: '' };
/** Components of a file's path that are shown. */
const COMPONENTS = 2;

/** Where instances were made: by row, and what stands at the places. */
export class Sites {
  private rows = new Map<number, Map<string, Site>>();
  private codes = new Map<number, { readonly name: string; readonly file: string; readonly line: number }>();
  /** Of an instruction: also the function that was there when it was looked up. */
  private lines = new Map<string, Place>();
  /** An address was seen to hold another function than before: what was counted there may be of either. */
  replaced = false;

  get any(): boolean {
    return this.rows.size > 0;
  }

  add(row: number, code: number, instr: number, count: number): void {
    let sites: Map<string, Site> | undefined = this.rows.get(row);
    if (sites === undefined) this.rows.set(row, (sites = new Map<string, Site>()));
    const key = `${code}:${instr}`;
    const site = sites.get(key);
    if (site) site.count += count;
    else sites.set(key, { code, instr, count });
  }

  /** The sites of a row, those of one line together, most instances first. */
  of(row: number): { readonly place: Place; readonly count: number }[] {
    const places = new Map<string, { place: Place; count: number }>();
    for (const { code, instr, count } of this.rows.get(row)?.values() ?? []) {
      const place = this.place(code, instr);
      const known = places.get(`${place.function}\0${place.at}`);
      if (known) known.count += count;
      else places.set(`${place.function}\0${place.at}`, { place, count });
    }
    return [...places.values()].sort((a, b) => b.count - a.count);
  }

  /** A code object is given its name. */
  name(code: number, name: string, file: string, line: number): void {
    if (this.codes.size >= MAX_PLACES && !this.codes.has(code)) this.codes.clear();
    const before = this.codes.get(code);
    const now = { name: displayName(name), file: displayName(file), line };
    if (before && (before.name !== now.name || before.file !== now.file || before.line !== line)) this.replaced = true;
    this.codes.set(code, now);
  }

  line(code: number, instr: number, line: number): void {
    if (this.lines.size >= MAX_PLACES) this.lines.clear();
    const known = this.codes.get(code);
    if (known) this.lines.set(`${code}:${instr}`, placeIn(known, line));
  }

  merge(from: number, into: number): void {
    for (const { code, instr, count } of this.rows.get(from)?.values() ?? []) this.add(into, code, instr, count);
    this.rows.delete(from);
  }

  clone(): Sites {
    const copy = new Sites();
    for (const [row, sites] of this.rows)
      copy.rows.set(row, new Map([...sites].map(([key, site]) => [key, { ...site }])));
    copy.codes = new Map(this.codes);
    copy.lines = new Map(this.lines);
    copy.replaced = this.replaced;
    return copy;
  }

  private place(code: number, instr: number): Place {
    const known = this.codes.get(code);
    return this.lines.get(`${code}:${instr}`) ?? (known === undefined ? UNKNOWN : placeIn(known, -1));
  }
}

function placeIn(code: { readonly name: string; readonly file: string; readonly line: number }, line: number): Place {
  const file = code.file.split('/').slice(-COMPONENTS).join('/');
  return { function: code.name, at: `${file}:${line > 0 ? line : code.line}` };
}
