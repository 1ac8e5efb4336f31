import type { PlainRecord } from '../../wire/scanner.js';

/** Instances of one class of one file, as instance probes tell. */
export interface NamedInstances {
  readonly name: string;
  readonly file: string;
  created: number;
  destroyed: number;
}

/** How long destroying instances of one class took. */
export interface NamedTimes {
  readonly buckets: Map<number, number>;
  sum: number;
  max: number;
}

/** Types, sites and classes of one snapshot, each: what is beyond is counted and left out. */
export const MAX_STAGED = 1 << 16;

/** What of a snapshot has come so far; rows of numbers side by side. Records of one key add up: columns may come alone. */
export class Staged {
  readonly named = new Map<string, NamedInstances>();
  readonly times = new Map<string, NamedTimes>();
  /** Rows that found no room. */
  noRoom = 0;
  private instanceFields = new Float64Array(3 * 256);
  private instanceLength = 0;
  /** Type -> where its row is. */
  private readonly instanceRows = new Map<number, number>();
  private siteFields = new Float64Array(4 * 64);
  private siteLength = 0;

  instances(fields: Float64Array): void {
    const known = this.instanceRows.get(fields[0]);
    if (known !== undefined) {
      this.instanceFields[known + 1] += fields[1];
      this.instanceFields[known + 2] += fields[2];
      return;
    }
    if (this.instanceRows.size >= MAX_STAGED) {
      this.noRoom++;
      return;
    }
    this.instanceRows.set(fields[0], this.instanceLength);
    if (this.instanceLength === this.instanceFields.length) this.instanceFields = wider(this.instanceFields);
    for (let at = 0; at < 3; at++) this.instanceFields[this.instanceLength++] = fields[at];
  }

  site(fields: Float64Array): void {
    if (this.siteLength >= 4 * MAX_STAGED) {
      this.noRoom++;
      return;
    }
    if (this.siteLength === this.siteFields.length) this.siteFields = wider(this.siteFields);
    for (let at = 0; at < 4; at++) this.siteFields[this.siteLength++] = fields[at];
  }

  /** A record with names: I, J or j. */
  record({ kind, ints, raw }: PlainRecord): void {
    if (kind === 'I') {
      const known = this.instancesOf(raw.class, raw.file);
      if (known === undefined) return;
      known.created += Number(ints.created);
      known.destroyed += Number(ints.destroyed);
      return;
    }
    const known = this.timesOf(raw.class);
    if (known === undefined) return;
    if (kind === 'J') {
      const bucket = Number(ints.bucket);
      known.buckets.set(bucket, (known.buckets.get(bucket) ?? 0) + Number(ints.count));
    } else {
      known.sum += Number(ints.sum);
      known.max = Math.max(known.max, Number(ints.max));
    }
  }

  eachInstance(take: (type: number, created: number, destroyed: number) => void): void {
    const { instanceFields: fields } = this;
    for (let at = 0; at < this.instanceLength; at += 3) take(fields[at], fields[at + 1], fields[at + 2]);
  }

  eachSite(take: (type: number, code: number, instr: number, count: number) => void): void {
    const { siteFields: fields } = this;
    for (let at = 0; at < this.siteLength; at += 4) take(fields[at], fields[at + 1], fields[at + 2], fields[at + 3]);
  }

  private instancesOf(name: string, file: string): NamedInstances | undefined {
    const key = `${name}\0${file}`;
    let known = this.named.get(key);
    if (known === undefined && this.full(this.named)) return undefined;
    if (known === undefined) this.named.set(key, (known = { name, file, created: 0, destroyed: 0 }));
    return known;
  }

  private full({ size }: ReadonlyMap<string, unknown>): boolean {
    if (size >= MAX_STAGED) this.noRoom++;
    return size >= MAX_STAGED;
  }

  private timesOf(name: string): NamedTimes | undefined {
    let known = this.times.get(name);
    if (known === undefined && this.full(this.times)) return undefined;
    if (known === undefined) this.times.set(name, (known = { buckets: new Map(), sum: 0, max: 0 }));
    return known;
  }
}

function wider(old: Float64Array): Float64Array<ArrayBuffer> {
  const next = new Float64Array(old.length * 2);
  next.set(old);
  return next;
}
