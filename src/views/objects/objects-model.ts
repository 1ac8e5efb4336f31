import type { TimeMark } from '../trace-view.js';
import type { ClassName, ClassTable } from './class-table.js';
import type { Destroying } from './destroying.js';
import { TREND_NS, type Trend } from './trends.js';

/** Instances of one trace at one moment, as the view draws them. */
export interface ObjectsModel {
  readonly table: ClassTable;
  readonly destroying: ReadonlyMap<string, Destroying>;
  /** Which counts cannot be the whole truth. */
  readonly unsure: ReadonlyMap<string, string>;
  /** Instance probes tell of each instance; else they are counted at the allocator. */
  readonly fromProbes: boolean;
  /** What the trace began with. */
  readonly since: 'attach' | 'launch';
  readonly marks: readonly TimeMark[];
  /** Creation sites were asked for. */
  readonly sites: boolean;
  /** What was asked for and has no meaning here, in words; '' = nothing. */
  readonly ignored: string;
  /** Why there is nothing to show; '' where there is. */
  readonly notice: string;
}

/** One class over one window. */
export interface ClassRow {
  readonly id: number;
  readonly name: ClassName;
  readonly table: ClassTable;
  /** made - destroyed */
  readonly alive: number;
  readonly created: number;
  readonly destroyed: number;
  /** A second. */
  readonly made: number;
  readonly freed: number;
  readonly peak: number;
  readonly trend: Trend;
  /** For how long it has been rising or falling, ns. */
  readonly trendFor: number;
  readonly createdUnsure: boolean;
  readonly destroyedUnsure: boolean;
}

/** Where a window begins: a moment of the history, or -1 for the baseline. */
export interface WindowStart {
  readonly slot: number;
  /** ns from there to the newest snapshot. */
  readonly span: number;
}

export function windowStart(table: ClassTable, seconds: number): WindowStart {
  const slot = seconds > 0 ? table.history.before(table.now, seconds * 1e9) : -1;
  return { slot, span: table.now - (slot < 0 ? table.baseline : table.history.time(slot)) };
}

interface Cached {
  readonly version: number;
  readonly window: number;
  readonly unsure: number;
  readonly rows: readonly ClassRow[];
}
const cache = new WeakMap<ClassTable, Cached>();

/** As `seconds` of `classRows`: all that was seen, whatever baseline was set since. */
export const SINCE_ATTACH = -1;

/** All classes of which an instance was made or destroyed in the window; `seconds` 0 = since the baseline. */
export function classRows(model: ObjectsModel, seconds: number): readonly ClassRow[] {
  const { table, unsure } = model;
  const known = cache.get(table);
  if (known?.version === table.version && known.window === seconds && known.unsure === unsure.size) return known.rows;
  const rows = made(model, windowStart(table, seconds), seconds === SINCE_ATTACH);
  cache.set(table, { version: table.version, window: seconds, unsure: unsure.size, rows });
  return rows;
}

function made({ table, unsure }: ObjectsModel, { slot, span }: WindowStart, whole: boolean): ClassRow[] {
  const { history } = table;
  const rows: ClassRow[] = [];
  const seconds = span / 1e9;
  const minute = history.before(table.now, TREND_NS);
  for (let id = 0; id < table.count; id++) {
    if (!table.has(id) || (table.created[id] === 0 && table.destroyed[id] === 0)) continue;
    const fromCreated = whole ? 0 : slot < 0 ? table.baseCreated[id] : history.createdAt(slot, id);
    const fromDestroyed = whole ? 0 : slot < 0 ? table.baseDestroyed[id] : history.destroyedAt(slot, id);
    const created = table.created[id] - fromCreated;
    const destroyed = table.destroyed[id] - fromDestroyed;
    let most = slot < 0 ? table.peak[id] : table.alive(id);
    for (let at = slot; at >= 0 && at < history.count; at++) most = Math.max(most, history.aliveAt(at, id));
    const name = table.names[id];
    const createdUnsure = unsure.has('created');
    const destroyedUnsure = unsure.has('destroyed') && name.base !== 'object';
    const { trend, trendFor } = createdUnsure || destroyedUnsure ? UNKNOWN : trendOf(table, id, minute);
    // Spelled out: there may be 20,000 of them a second.
    rows.push({
      id,
      name,
      table,
      alive: created - destroyed,
      created,
      destroyed,
      made: seconds > 0 ? created / seconds : 0,
      freed: seconds > 0 ? destroyed / seconds : 0,
      peak: most - (fromCreated - fromDestroyed),
      trend,
      trendFor,
      createdUnsure,
      destroyedUnsure,
    });
  }
  return rows;
}

const UNKNOWN: Pick<ClassRow, 'trend' | 'trendFor'> = { trend: 'unknown', trendFor: 0 };

/** `minute`: the moment of the history that is a minute ago. */
function trendOf(table: ClassTable, row: number, minute: number): Pick<ClassRow, 'trend' | 'trendFor'> {
  const { trends, history, now } = table;
  // A snapshot is never to the nanosecond.
  if (minute < 0 || trends.seen(now) < TREND_NS * 0.98) return UNKNOWN;
  const rising = trends.rising(row, now);
  if (rising >= TREND_NS * 0.98) return { trend: 'rising', trendFor: rising };
  const falling = trends.falling(row, now);
  if (falling >= TREND_NS * 0.98) return { trend: 'falling', trendFor: falling };
  const created = table.created[row] - history.createdAt(minute, row);
  // Alive / made a second is how long an instance lives on the average (Little's law): less than a second is churn.
  const seconds = (now - history.time(minute)) / 1e9;
  const churns = created > 0 && Math.max(0, table.alive(row)) < created / seconds;
  return { trend: churns ? 'churn' : 'steady', trendFor: 0 };
}

/** Living instances (made - destroyed since the attach) in the last minute, `columns` of them, NaN where not watched. */
export function aliveOver(table: ClassTable, row: number, columns: number): number[] {
  const { history, now } = table;
  const values = Array.from({ length: columns }, () => Number.NaN);
  for (let slot = 0; slot < history.count; slot++) {
    const column = columns - 1 - Math.floor(((now - history.time(slot)) / TREND_NS) * columns);
    if (column >= 0 && column < columns) values[column] = history.aliveAt(slot, row);
  }
  if (columns > 0 && history.count > 0) values[columns - 1] = table.alive(row);
  // Between snapshots that are further apart than columns the count stays what it was.
  for (let column = 1; column < columns; column++)
    if (Number.isNaN(values[column])) values[column] = values[column - 1];
  return values;
}
