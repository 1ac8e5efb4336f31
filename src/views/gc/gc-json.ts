import { jsonText, type JsonStream } from '../../export/json-stream.js';
import type { Collection } from './collection.js';
import type { Figures, FigureTable } from './figures.js';
import type { GcModel } from './gc-model.js';

/** A collection as one line of JSON. */
export function gcJson(stream: Pick<JsonStream, 'time'>, one: Collection, budget: number): string {
  const frame = one.frames[0];
  const name = frame?.name ?? null;
  const line = frame?.line ?? -1;
  return (
    `{"type":"gc","ts":${stream.time(one.ts)},"tid":${one.tid},"generation":${one.generation},` +
    `"pauseNs":${one.pause},"collected":${one.collected},` +
    `"function":${name === null ? 'null' : jsonText(name.name)},"file":${name === null ? 'null' : jsonText(name.file)},` +
    `"line":${name === null || line < 0 ? 'null' : line}` +
    (budget > 0 && one.pause > budget ? ',"overBudget":true}' : '}')
  );
}

interface TableJson {
  readonly generations: readonly Record<string, unknown>[];
  /** Collections shorter than `minDurationNs`: of all that is told, only the sums have them. */
  readonly leftOut: number;
  readonly minDurationNs?: number;
}

/** The table by generation, for the end record and for files. */
export function tableJson({ names, minPause }: GcModel, { rows, leftOut }: FigureTable): TableJson {
  return {
    generations: rows.map((row) => figuresJson(row, names)),
    leftOut,
    ...(minPause > 0 ? { minDurationNs: minPause } : {}),
  };
}

function figuresJson({ place, ...row }: Figures, names: readonly string[]): Record<string, unknown> {
  return {
    generation: place < 3 ? place : names[place],
    collections: row.count,
    perSecond: Number(row.rate.toFixed(3)),
    pauseNs: row.total,
    share: Number(row.share.toFixed(6)),
    p50Ns: row.p50,
    p90Ns: row.p90,
    p99Ns: row.p99,
    maxNs: row.max,
    collected: row.collected,
  };
}
