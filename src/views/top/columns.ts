import { count, rate, span, time } from '../../text/amounts.js';
import { plain } from '../../text/plain.js';
import { cutStart } from '../../text/width.js';
import { spark } from '../bars.js';
import { glyphsFor } from '../glyphs.js';
import type { TableRows } from '../table/arrange.js';
import type { TableColumn } from '../table/columns.js';
import { share } from './amounts.js';
import type { TopRow } from './rows.js';
import { SPARK } from './sparks.js';
import type { TopFacts } from './top-model.js';

type Column = TableColumn<TopRow>;

/** NaN stands for what is not known: below all that is. */
const by =
  (value: (row: TopRow) => number): Column['order'] =>
  (a, b) =>
    known(value(a)) - known(value(b));
const known = (value: number): number => (Number.isNaN(value) ? -1 : value);
const byText =
  (value: (row: TopRow) => string): Column['order'] =>
  (a, b) => {
    const [one, other] = [value(a), value(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };

function number(id: string, heading: string, width: number, keep: number, value: (row: TopRow) => number): Column {
  return {
    id,
    heading,
    width,
    keep,
    order: by(value),
    cell: (row, ascii) => {
      const ns = value(row);
      return ns > 0 ? time(ns, ascii) : '-';
    },
  };
}

/** With `▲` or `▼` where it has changed by more than a fifth. */
function changing(id: string, heading: string, value: (row: TopRow) => number): Column {
  return {
    id,
    heading,
    width: 8,
    marks: 2,
    keep: 11,
    order: by(value),
    cell: (row, ascii) => {
      const { up, down } = glyphsFor(ascii);
      return `${share(value(row))} ${row.trend > 0 ? up : row.trend < 0 ? down : ' '}`;
    },
  };
}

const TIMES: readonly Column[] = [
  changing('self%', 'SELF%', (row) => row.selfShare),
  {
    id: 'self',
    heading: 'SELF',
    width: 6,
    keep: 6,
    order: by((row) => row.self),
    cell: (row, ascii) => time(row.self, ascii),
  },
  {
    id: 'total%',
    heading: 'TOTAL%',
    width: 6,
    keep: 8,
    order: by((row) => row.totalShare),
    cell: (row) => share(row.totalShare),
  },
];

const CALLS: readonly Column[] = [
  { id: 'calls', heading: 'CALLS', width: 9, keep: 2, order: by((row) => row.calls), cell: (row) => count(row.calls) },
  {
    id: 'calls/s',
    heading: 'CALLS/s',
    width: 7,
    keep: 9,
    order: by((row) => row.rate),
    cell: (row) => (row.rate > 0 && row.rate < 0.05 ? '<0.1' : rate(row.rate)),
  },
];

const LATENCIES: readonly Column[] = [
  number('avg', 'AVG', 6, 4, (row) => row.average),
  number('p50', 'P50', 6, 1, (row) => row.p50),
  number('p99', 'P99', 6, 7, (row) => row.p99),
  number('max', 'MAX', 6, 3, (row) => row.max),
];

function names(sparkSeconds: number): Column[] {
  return [
    {
      id: 'change',
      heading: `LAST ${sparkSeconds < 100 ? `${sparkSeconds} s` : span(sparkSeconds * 1e9)}`,
      width: 10,
      keep: 5,
      left: true,
      order: by((row) => row.change),
      // It is of all threads.
      cell: (row, ascii, width) => (row.scope.thread === 0 ? sparkCell(row, ascii, width) : ''),
    },
    {
      id: 'function',
      heading: 'FUNCTION',
      width: 16,
      keep: 12,
      left: true,
      grow: 2,
      rising: true,
      order: byText((row) => row.name),
      cell: (row, ascii) => plain(row.name, ascii),
    },
    {
      id: 'module',
      heading: 'MODULE:LINE',
      width: 20,
      keep: 10,
      left: true,
      grow: 3,
      rising: true,
      order: byText((row) => row.place),
      cell: (row, ascii, width) => cutStart(plain(row.shortPlace, ascii), width, ascii),
    },
  ];
}

/** 30 values where there is room, else sums of two or three of them. Its greatest does not fill it: `▅` is steady. */
function sparkCell(row: TopRow, ascii: boolean, width: number): string {
  const each = width >= SPARK ? 1 : width >= SPARK / 2 ? 2 : 3;
  const values = row.spark;
  const sums: number[] = [];
  for (let at = 0; at < SPARK; at += each) {
    // NaN is the time before the trace: what began in the middle of a sum counts.
    const part = values.slice(at, at + each).filter((value) => !Number.isNaN(value));
    sums.push(part.length === 0 ? NaN : part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  const most = sums.reduce((top, value) => (value > top ? value : top), 0);
  return spark(sums, sums.length, glyphsFor(ascii), most * 1.4);
}

const tables = new Map<string, TableRows<TopRow>>();

/** The table of a picture: without times there are other columns. The same object each time. */
export function topTable({ countsOnly, interval }: Pick<TopFacts, 'countsOnly' | 'interval'>): TableRows<TopRow> {
  const key = `${countsOnly} ${interval}`;
  let table = tables.get(key);
  if (table === undefined) {
    const last = names(Math.round(Math.max(1, interval) * SPARK));
    table = {
      columns: countsOnly ? [...CALLS, ...last] : [...TIMES, ...CALLS, ...LATENCIES, ...last],
      noun: 'function',
      key: (row) => row.fn,
      name: (row) => row.name,
      place: (row) => row.place,
      share: (row) => (countsOnly ? 1 : row.selfShare),
    };
    tables.set(key, table);
  }
  return table;
}

/** What `--sort` takes. */
export const COLUMN_IDS: readonly string[] = [...TIMES, ...CALLS, ...LATENCIES, ...names(SPARK)].map(({ id }) => id);
export const COUNT_IDS: readonly string[] = [...CALLS, ...names(SPARK)].map(({ id }) => id);

/** The plain table has no room to save, and no sparks: they are of another time than its numbers. */
export function printedTable(facts: Pick<TopFacts, 'countsOnly' | 'interval'>): TableRows<TopRow> {
  const table = topTable(facts);
  return {
    ...table,
    columns: table.columns
      .filter(({ id }) => id !== 'change')
      .map((column) =>
        column.id === 'module'
          ? { ...column, cell: (row: TopRow, ascii: boolean) => plain(row.place, ascii) }
          : column.id === 'self%'
            ? { ...column, cell: (row: TopRow) => share(row.selfShare) }
            : column,
      ),
  };
}
