import { shareOf } from '../../text/amounts.js';
import type { GcModel } from './gc-model.js';
import { ALL, GENERATIONS, OTHER, PLACES } from './generations.js';
import type { Pauses } from './pauses.js';

/** A line of the table by generation. Times in ns. */
export interface Figures {
  readonly place: number;
  readonly count: number;
  /** Collections a second. */
  readonly rate: number;
  readonly total: number;
  /** Of the time watched. */
  readonly share: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly collected: number;
  /** Of those that were told one by one, a collection. */
  readonly perRun: number;
  /** Collections of `count` that were too short to be told one by one: no other number but `total` has them. */
  readonly leftOut: number;
}

export interface FigureTable {
  readonly rows: readonly Figures[];
  readonly pauses: readonly Pauses[];
  /** ns that were watched: what rates and shares are of. */
  readonly watched: number;
  /** Less than was asked for: more collections came than are kept. */
  readonly short: boolean;
  /** Quantiles come from the histogram. */
  readonly rounded: boolean;
  /** As `Figures.leftOut`, of all generations. */
  readonly leftOut: number;
}

let last: { readonly key: readonly unknown[]; readonly table: FigureTable } | undefined;

/** The table over the last `window` seconds; 0 = since the attach. */
export function figures(model: GcModel, window: number): FigureTable {
  const { store, now } = model;
  // Body and chrome of one frame ask the same.
  const key = [store, store.pauses[ALL].count, store.leftOut, now, window];
  if (last !== undefined && key.every((each, at) => each === last!.key[at])) return last.table;
  const table = compute(model, window);
  last = { key, table };
  return table;
}

function compute({ store, now, watchedFrom }: GcModel, window: number): FigureTable {
  const wanted = Math.max(store.from, window === 0 ? 0 : now - window * 1e9);
  const from = window === 0 ? wanted : Math.max(wanted, store.recent.forgotten);
  const pauses = window === 0 ? store.pauses : store.recent.since(from);
  const watched = watchedFrom(from);
  const left = store.leftOutSince(window === 0 ? -Infinity : from);
  const rows: Figures[] = [];
  for (let place = 0; place < PLACES; place++) {
    if (place === OTHER && store.pauses[OTHER].count + left.count[OTHER] === 0) continue;
    const each = pauses[place];
    const count = each.count + left.count[place];
    const total = each.total + left.pause[place];
    rows.push({
      ...{ place, count, total },
      rate: shareOf(count, watched / 1e9),
      share: shareOf(total, watched),
      p50: each.quantile(0.5),
      p90: each.quantile(0.9),
      p99: each.quantile(0.99),
      max: each.max,
      collected: each.collected,
      perRun: shareOf(each.collected, each.count),
      leftOut: left.count[place],
    });
  }
  return {
    ...{ rows, pauses, watched },
    short: from > wanted,
    rounded: pauses.slice(0, GENERATIONS + 1).some((each) => !each.exact),
    leftOut: left.count[ALL],
  };
}
