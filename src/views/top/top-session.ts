import { type GreenletsSeen, TOP_DOUBT } from '../../models/greenlet-doubt.js';
import { Session } from '../../models/session.js';
import { EventColumns } from '../../wire/columns.js';
import type { PlainRecord } from '../../wire/scanner.js';
import { Symbols } from '../../wire/symbols.js';
import type { NameGlobs } from './functions.js';
import { TOP_RECORDS } from './records.js';
import { Snapshot } from './snapshot.js';
import { Tables } from './tables.js';

/** Record K: its first field is the caller. */
const EDGE = 0x4b;

export interface TopSettings extends NameGlobs {
  /** Seconds between two snapshots. */
  readonly interval: number;
  /** No times are taken, and no stacks kept. */
  readonly countsOnly?: boolean;
}

/** A stream of snapshots of sums by function. */
export class TopSession extends Session {
  readonly tables: Tables;
  /** How often a whole snapshot was taken in: what is shown changes with this number. */
  snapshots = 0;
  /** Snapshots of which the end never came. */
  halves = 0;
  /** ns since the header of the newest whole snapshot. */
  snapshotAt = 0;
  onSnapshot: (() => void) | undefined;
  private readonly snapshot = new Snapshot();
  private open = false;
  private switching = false;
  /** Callers can be told. */
  private callers = true;
  /** Until when the sums have been told. */
  private told = 0;

  constructor(private readonly settings: TopSettings) {
    const symbols = new Symbols();
    // There are no single events in this stream.
    super(symbols, { columns: new EventColumns(1), free: 0, event: () => undefined }, TOP_RECORDS);
    this.tables = new Tables(symbols, settings, Math.max(1, settings.interval) * 1e9);
  }

  protected override get acceptedAt(): number {
    return this.snapshotAt;
  }

  /** Rows beyond those that one snapshot can have. */
  get noRoom(): number {
    return this.snapshot.noRoom;
  }

  override get partialReason(): string | undefined {
    const { tables, noRoom } = this;
    const folded = tables.noRoom + tables.functions.noRoom + tables.functions.folded + noRoom > 0;
    const counts = this.settings.countsOnly || (tables.calls > 0 && !tables.timed);
    const reasons = [
      ...(folded ? ['there are more functions than pytrace has room for'] : []),
      ...(this.switching && !counts ? [TOP_DOUBT] : []),
    ];
    return reasons.length > 0 ? reasons.join('; ') : undefined;
  }

  get accepted(): number {
    return this.tables.calls;
  }

  /** ns for which something was traced, up to the newest snapshot: what shares since the attach are of. */
  get watchedThen(): number {
    return this.watched(this.snapshotAt);
  }

  flush(): void {
    // Only whole snapshots count, and they say themselves when they are.
  }

  override end(): void {
    super.end();
    // Names that still have not come never will: the last snapshot is read once more, with what waited for them.
    if (this.snapshots === 0 || this.open) return;
    this.tables.apply(this.snapshot, this.told, true);
    this.snapshots++;
  }

  threadsAtAttach(): void {
    // What ran at the attach has no calls: the script says so by counting none.
  }

  protected second(): void {
    // Rates come from the snapshots.
  }

  protected whole(): void {
    // As above.
  }

  protected override arm(ts: number): void {
    this.told = ts;
    this.open = false;
    this.tables.restart(ts);
  }

  protected override own({ kind, ints, raw }: PlainRecord): void {
    if (kind === 'N') this.tables.named(Number(ints.key), Number(ints.line), raw.name, raw.file);
    else if (kind === 'S') {
      if (this.open) this.halves++;
      this.open = true;
      this.snapshot.begin(this.since(ints.ts));
    } else if (kind === 's' && this.open) this.commit();
  }

  protected override greenlets({ after }: GreenletsSeen): void {
    this.switching = true;
    // Sums are since the attach: of those that were told before, callers cannot be taken back.
    this.callers = after > 0;
  }

  protected override row(kind: number, fields: Float64Array): void {
    if (!this.callers && kind === EDGE) fields[0] = 0;
    if (this.open) this.snapshot.row(kind, fields);
  }

  private commit(): void {
    const { snapshot } = this;
    this.open = false;
    this.tables.apply(snapshot, this.told, false);
    this.told = Math.max(this.told, snapshot.at);
    this.snapshotAt = this.told;
    this.newest = Math.max(this.newest, this.told);
    this.snapshots++;
    this.onSnapshot?.();
  }
}
