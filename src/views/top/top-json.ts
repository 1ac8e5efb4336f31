import { jsonName } from '../../export/json-stream.js';
import { NULL_NAME } from '../../wire/escape.js';
import type { TopRow } from './rows.js';

/** A function as a JSON object; times are whole ns, and absent where none were taken. */
export function rowJson(row: TopRow, countsOnly: boolean): string {
  const head =
    `{"type":"function","file":${jsonName(row.rawFile ?? NULL_NAME)},"function":${jsonName(row.rawName ?? NULL_NAME)},` +
    `"line":${row.line},"calls":${row.calls}`;
  if (countsOnly) return `${head}}`;
  const [p50, p99, max] = [row.p50, row.p99, row.max].map(Math.round);
  return `${head},"selfNs":${row.self},"totalNs":${row.total},"p50Ns":${p50},"p99Ns":${p99},"maxNs":${max}}`;
}
