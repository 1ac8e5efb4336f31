import { count, rate, span } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cutStart } from '../../text/width.js';
import { spark } from '../bars.js';
import { glyphsFor } from '../glyphs.js';
import type { TableRows } from '../table/arrange.js';
import type { TableColumn } from '../table/columns.js';
import { aliveOver, type ClassRow, type ObjectsModel } from './objects-model.js';

const SPARK = 10;

type Column = TableColumn<ClassRow>;

/** `+48,210`, `-118`, `0`. */
export function signed(value: number): string {
  return value > 0 ? `+${count(value)}` : value < 0 ? `-${count(-value)}` : '0';
}

type Amount = 'alive' | 'made' | 'freed' | 'peak' | 'created' | 'destroyed';

/** Whether a number of a row cannot be the whole truth. */
function isUnsure(row: ClassRow, amount: Amount): boolean {
  const fromMade = row.createdUnsure && amount !== 'freed' && amount !== 'destroyed';
  return fromMade || (row.destroyedUnsure && amount !== 'made' && amount !== 'created');
}

export function trendText({ trend, trendFor }: ClassRow): string {
  if (trend === 'unknown') return '-';
  return trendFor > 0 ? `${trend} ${span(trendFor)}` : trend;
}

/** Rising first, by how long; falling last. */
const RANK = { rising: 4, churn: 3, steady: 2, unknown: 1, falling: 0 } as const;

const byTrend = (a: ClassRow, b: ClassRow): number => RANK[a.trend] - RANK[b.trend] || a.trendFor - b.trendFor;

/** Heights of a spark: from the least to the most, but what hardly changes is shown as what hardly changes. */
function aliveSpark(row: ClassRow, width: number, ascii: boolean): string {
  const values = aliveOver(row.table, row.id, Math.min(width, 60));
  const known = values.filter((value) => !Number.isNaN(value));
  const low = Math.min(...known);
  const high = Math.max(...known);
  const range = Math.max(high - low, 0.1 * Math.max(Math.abs(low), Math.abs(high)), 1);
  return spark(
    values.map((value) => value - low),
    width,
    glyphsFor(ascii),
    range,
  );
}

function topSite(row: ClassRow): { text: string; share: string } {
  const sites = row.table.sites.of(row.id);
  if (sites.length === 0) return { text: '', share: '' };
  const whole = sites.reduce((sum, site) => sum + site.count, 0);
  const share = `${Math.round((100 * sites[0].count) / Math.max(1, whole))}%`;
  return { text: sites[0].place.at || '(not known)', share };
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `marked`: some number is asked about, and all keep a column for that, so that their digits stand below each other. */
function columns(ascii: boolean, fromProbes: boolean, sites: boolean, marked: boolean): Column[] {
  const delta = ascii ? '+/-' : glyphsFor(ascii).delta;
  const marks = marked ? 1 : 0;
  const numbers = (
    id: string,
    amount: Amount,
    heading: string,
    width: number,
    keep: number,
    text: (value: number) => string,
  ): Column => ({
    ...{ id, heading, keep, marks },
    width: width + marks,
    cell: (row) => text(row[amount]) + (isUnsure(row, amount) ? '?' : ' '.repeat(marks)),
    order: (a, b) => a[amount] - b[amount],
  });
  return [
    numbers('alive', 'alive', `ALIVE ${delta}`, 10, 9, signed),
    numbers('new', 'made', 'NEW/s', 7, 8, rate),
    numbers('freed', 'freed', 'FREED/s', 8, 7, rate),
    numbers('peak', 'peak', `PEAK ${delta}`, 10, 3, signed),
    {
      id: 'last',
      heading: 'LAST 60 s',
      width: SPARK,
      keep: 4,
      left: true,
      cell: (row, plainGlyphs, width) => aliveSpark(row, Math.min(width, SPARK), plainGlyphs),
      order: (a, b) => a.alive - b.alive,
    },
    {
      id: 'trend',
      heading: 'TREND',
      width: 13,
      keep: 6,
      left: true,
      cell: trendText,
      order: byTrend,
    },
    numbers('created', 'created', 'CREATED', 9, 2, count),
    numbers('destroyed', 'destroyed', 'DESTROYED', 9, 1, count),
    {
      id: 'class',
      heading: 'CLASS',
      width: 26,
      keep: 10,
      left: true,
      grow: 3,
      rising: true,
      // The end of a dotted name tells more than its beginning.
      cell: (row, plainGlyphs, width) => cutStart(plain(row.name.shown, plainGlyphs), width, plainGlyphs),
      order: (a, b) => text(a.name.shown, b.name.shown),
    },
    ...(sites ? [siteColumn()] : []),
    ...(fromProbes ? [fileColumn()] : []),
  ];
}

function siteColumn(): Column {
  return {
    id: 'site',
    heading: 'TOP ALLOCATION SITE',
    width: 24,
    keep: 5,
    left: true,
    grow: 2,
    rising: true,
    cell: (row, ascii, width) => {
      const { text: place, share } = topSite(row);
      if (place === '') return '';
      const room = Number.isFinite(width) ? width - share.length - 1 : Infinity;
      return `${share.padStart(4)} ${cutStart(plain(place, ascii), room, ascii)}`;
    },
    order: (a, b) => text(topSite(a).text, topSite(b).text),
  };
}

function fileColumn(): Column {
  return {
    id: 'file',
    heading: 'FILE',
    width: 16,
    keep: 5,
    left: true,
    grow: 2,
    rising: true,
    cell: (row, ascii, width) => cutStart(plain(row.name.file, ascii), width, ascii),
    order: (a, b) => text(a.name.file, b.name.file),
  };
}

/** Ids of all columns that a table of this view can have, as `--sort` takes them. */
export const COLUMN_IDS: readonly string[] = columns(false, true, true, false).map(({ id }) => id);

const tables = new Map<string, TableRows<ClassRow>>();

/** The columns that the source has something for. */
export function classTable(
  model: Pick<ObjectsModel, 'fromProbes' | 'table' | 'unsure'>,
  ascii: boolean,
): TableRows<ClassRow> {
  const given = [ascii, model.fromProbes, model.table.sites.any, model.unsure.size > 0] as const;
  const id = given.join();
  let table = tables.get(id);
  if (table === undefined) {
    table = {
      columns: columns(...given),
      key: (row) => row.id,
      name: (row) => row.name.shown,
      place: (row) => row.name.module || row.name.file,
    };
    tables.set(id, table);
  }
  return table;
}
