import { type Counters, SPANS } from './counters.js';
import type { Functions } from './functions.js';
import type { Sparks } from './sparks.js';
import { FUNCTION, type Links, type Tables } from './tables.js';

/** The tables at one moment: the live ones, or copies that last. */
export interface TablesPicture {
  readonly functions: Functions;
  /** Functions then. */
  readonly count: number;
  readonly sums: Counters;
  readonly durations: Counters;
  readonly edges: Counters;
  readonly inThreads: Counters;
  readonly sparks: Sparks;
  readonly buckets: Links;
  readonly callers: Links;
  readonly callees: Links;
  readonly threads: Links;
  readonly longest: readonly number[];
  readonly longestAt: readonly number[];
  /** ns and beginning of each window, as History tells them. */
  readonly spans: Float64Array;
  readonly timed: boolean;
  readonly begins: readonly number[];
}

export function pictureOf(tables: Tables, lasting: boolean): TablesPicture {
  const { sums, durations, edges, inThreads, history, sparks } = tables;
  const facts = {
    functions: tables.functions,
    // Functions that have a name but no sums yet have nothing to show.
    count: sums.count / FUNCTION,
    buckets: tables.buckets,
    callers: tables.callers,
    callees: tables.callees,
    threads: tables.threads,
    timed: tables.timed,
  };
  const begins = SPANS.map((_, window) => history.begin(window));
  // Lists of links only grow, and what has been added since points to counters that a copy does not have.
  return lasting
    ? {
        ...facts,
        sums: sums.clone(),
        durations: durations.clone(),
        edges: edges.clone(),
        inThreads: inThreads.clone(),
        sparks: sparks.clone(),
        longest: tables.longest.slice(),
        longestAt: tables.longestAt.slice(),
        spans: history.spans.slice(),
        begins,
      }
    : {
        ...facts,
        sums,
        durations,
        edges,
        inThreads,
        sparks,
        longest: tables.longest,
        longestAt: tables.longestAt,
        spans: history.spans,
        begins,
      };
}
