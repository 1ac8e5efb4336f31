import { Session } from '../../models/session.js';
import { EventColumns } from '../../wire/columns.js';
import { globMatcher } from '../../wire/glob.js';
import type { PlainRecord } from '../../wire/scanner.js';
import { displayName } from '../../wire/names.js';
import { Symbols } from '../../wire/symbols.js';
import { ClassTable, type Origin } from './class-table.js';
import { Destroying, gained } from './destroying.js';
import { LivingTypes } from './living-types.js';
import { OBJECTS_RECORDS, Row } from './objects-records.js';
import { Staged } from './staged.js';

/** What instance probes count together: a class by its name and file. */
interface Counted {
  row: number;
  /** What this stream said last. */
  created: number;
  destroyed: number;
}

const REPLACED = 'functions were freed and others took their addresses: some creation sites may be of the wrong one';
const NAMELESS = 'classes that were gone before their names could be proven are counted together as (gone)';
const NO_ROOM = 'no room for more classes in pytrace';
const NO_ROOM_FOR_ROWS = 'snapshots with more rows than pytrace has room for';
/** Parts of what is told that can be unsure; there are few. */
const MAX_UNSURE = 8;
/** Classes of which it is told how long destroying takes. */
export const MAX_DESTROYING = 1 << 13;
/** Sites that are kept: a class of which no instance is made any more has them, too. */
export const MAX_SITES = 1 << 17;

/** The stream of either script of instances: sums by class, snapshot by snapshot. */
export class ObjectsSession extends Session {
  readonly table = new ClassTable();
  /** Class -> how long destroying its instances took; only instance probes tell. */
  readonly destroying = new Map<string, Destroying>();
  /** Addresses of types, with the classes that live there. */
  readonly types = new LivingTypes(
    this.table,
    (instances) => (this.seen += instances),
    () => this.noRoom(),
  );
  /** Places of which no name has been read: address of the code object -> its instructions. */
  readonly newPlaces = new Map<number, Set<number>>();
  /** Which counts cannot be the whole truth, and why; fit for a terminal. */
  readonly unsure = new Map<string, string>();
  /** No more of the stream comes, for now. */
  over = false;
  /** Whole snapshots so far. */
  snapshots = 0;
  /** Those that came without their end. */
  halves = 0;
  /** When the newest whole one was taken, ns since the header. */
  snapshotAt = 0;
  /** A snapshot begins to come: what is there is of the one before. */
  onBegin: (() => void) | undefined;
  onSnapshot: (() => void) | undefined;
  private readonly byName = new Map<string, Counted>();
  private readonly sites = new Map<string, number>();
  private readonly file;
  private staged: Staged | undefined;
  private stagedAt = 0;
  private seen = 0;
  private begun = false;

  constructor(fileGlob = '') {
    // Its scripts write no call events.
    super(new Symbols(), { columns: new EventColumns(1), free: 0, event: () => undefined }, OBJECTS_RECORDS);
    this.file = globMatcher(fileGlob);
  }

  protected override get acceptedAt(): number {
    return this.snapshotAt;
  }

  get accepted(): number {
    return this.seen;
  }

  override get source(): string {
    return this.fromProbes ? 'usdt' : 'allocations';
  }

  /** Instance probes tell of each instance; else they are counted at the allocator. */
  get fromProbes(): boolean {
    return this.header?.script === 'objects';
  }

  override get partialReason(): string | undefined {
    return this.unsure.size > 0 ? [...new Set(this.unsure.values())].join('; ') : undefined;
  }

  override end(): void {
    super.end();
    this.over = true;
  }

  flush(): void {
    // Snapshots stand or fall as a whole.
  }

  threadsAtAttach(): void {
    // Instances are not told by thread.
  }

  /** Counts are told from the newest snapshot on. */
  rebase(origin: Origin): void {
    this.table.rebase(this.table.now, origin);
  }

  protected second(): void {
    // Snapshots have times of their own.
  }

  protected whole(): void {
    // The same.
  }

  protected override begin(): void {
    this.over = false;
    this.begun = true;
  }

  /** The sums of a stream that has begun are zero: its first classes may come before its probes are armed. */
  private restart(): void {
    if (!this.begun) return;
    this.begun = false;
    this.staged = undefined;
    this.types.restart();
    this.nameless();
    for (const counted of this.byName.values()) counted.created = counted.destroyed = 0;
    for (const key of this.sites.keys()) this.sites.set(key, 0);
    for (const each of this.destroying.values()) each.restart();
  }

  protected override arm(): void {
    this.restart();
    if (this.snapshots > 0) this.table.trends.restart();
    else this.table.close(0);
  }

  protected override row(kind: number, fields: Float64Array): void {
    if (kind === Row.instances) this.staged?.instances(fields);
    else if (kind === Row.site) this.staged?.site(fields);
  }

  protected override own(record: PlainRecord): void {
    const { ints, strings, raw } = record;
    switch (record.kind) {
      case 'S':
        if (this.staged !== undefined) this.halves++;
        this.onBegin?.();
        this.staged = new Staged();
        this.stagedAt = this.since(ints.ts);
        break;
      case 's':
        if (this.staged !== undefined) this.apply(this.staged, this.stagedAt);
        this.staged = undefined;
        break;
      case 'I':
      case 'J':
      case 'j':
        this.staged?.record(record);
        break;
      case 'Y':
        this.types.name(Number(ints.type), raw.module, raw.qualname, strings.base);
        break;
      case 't':
        this.restart();
        this.types.seen(Number(ints.type), { dict: Number(ints.dict), name: raw.name });
        this.nameless();
        break;
      case 'q':
        this.restart();
        this.types.ended(Number(ints.type), { created: Number(ints.created), destroyed: Number(ints.destroyed) });
        this.nameless();
        break;
      case 'z':
        this.types.giveUp(Number(ints.type));
        this.nameless();
        break;
      case 'y':
        if (this.unsure.size < MAX_UNSURE || this.unsure.has(strings.part))
          this.unsure.set(strings.part, strings.reason);
        break;
      case 'N':
        this.table.sites.name(Number(ints.key), raw.name, raw.file, Number(ints.line));
        if (this.table.sites.replaced) this.unsure.set('sites', REPLACED);
        this.table.version++;
        break;
      case 'n':
        this.table.sites.line(Number(ints.code), Number(ints.instr), Number(ints.line));
        this.table.version++;
        break;
    }
  }

  private apply(staged: Staged, at: number): void {
    const { table } = this;
    staged.eachInstance((type, created, destroyed) => this.types.sums(type, { created, destroyed }));
    staged.eachSite((type, code, instr, count) => this.countSite(type, code, instr, count));
    this.types.shared.clear();
    for (const { name, file, created, destroyed } of staged.named.values())
      this.countNamed(name, file, created, destroyed);
    for (const [name, { buckets, sum, max }] of staged.times) {
      const lasted = this.lasted(name);
      for (const [bucket, count] of buckets) lasted.bucket(bucket, count);
      lasted.total(sum, max);
    }
    if (staged.noRoom > 0) this.lose(NO_ROOM_FOR_ROWS, staged.noRoom);
    this.newest = Math.max(this.newest, at);
    this.snapshots++;
    this.snapshotAt = at;
    table.close(this.watched(at));
    this.onSnapshot?.();
  }

  private count(counted: Counted, created: number, destroyed: number): void {
    const made = gained(created, counted.created);
    const ended = gained(destroyed, counted.destroyed);
    this.table.created[counted.row] += made;
    this.table.destroyed[counted.row] += ended;
    counted.created = created;
    counted.destroyed = destroyed;
    this.seen += made + ended;
  }

  private countNamed(name: string, file: string, created: number, destroyed: number): void {
    if (this.file !== undefined && !this.file(file)) return;
    const key = `${name}\0${file}`;
    let counted = this.byName.get(key);
    if (counted === undefined) {
      const row = this.table.named('', displayName(name), displayName(file), '');
      if (row < 0) {
        this.noRoom();
        return;
      }
      this.byName.set(key, (counted = { row, created: 0, destroyed: 0 }));
    }
    this.count(counted, created, destroyed);
  }

  private countSite(type: number, code: number, instr: number, count: number): void {
    // Of two classes at one address in the time of one snapshot it is not known which was made there.
    const row = this.types.shared.has(type) ? this.table.nameless : (this.types.byAddress.get(type)?.row ?? -1);
    if (row < 0) return;
    const key = `${type}:${code}:${instr}`;
    const before = this.sites.get(key);
    if (before === undefined && this.sites.size >= MAX_SITES) return this.noRoom();
    this.table.sites.add(row, code, instr, gained(count, before ?? 0));
    this.sites.set(key, count);
    if (before !== undefined || code === 0) return;
    const known = this.newPlaces.get(code);
    if (known) known.add(instr);
    else this.newPlaces.set(code, new Set([instr]));
  }

  private lasted(name: string): Destroying {
    const key = displayName(name);
    let known = this.destroying.get(key);
    if (known === undefined) {
      known = new Destroying();
      // Two kilobytes each; of a class without room nothing is told.
      if (this.destroying.size < MAX_DESTROYING) this.destroying.set(key, known);
      else this.noRoom();
    }
    return known;
  }

  private nameless(): void {
    if (this.table.folded > 0) this.unsure.set('names', NAMELESS);
  }

  private noRoom(): void {
    if (!this.losses.has(NO_ROOM)) this.lose(NO_ROOM, 1);
  }
}
