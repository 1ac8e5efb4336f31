import type { TimeMark } from '../trace-view.js';
import type { FunctionFilter } from './function-filter.js';
import type { GcStore } from './gc-store.js';

/** The collections at one moment, and what is to be known to show them. */
export interface GcModel {
  readonly store: GcStore;
  /** ns since the header. */
  readonly now: number;
  /** ns from a moment to `now` in which something was traced. */
  readonly watchedFrom: (from: number) => number;
  /** The wall clock at ns 0, ns since 1970. */
  readonly wall: bigint;
  /** By place. */
  readonly names: readonly string[];
  readonly threadNames: ReadonlyMap<number, string>;
  readonly marks: readonly TimeMark[];
  /** `attach`, `launch` or `reset`. */
  readonly since: string;
  /** Pauses shorter than this are only counted, ns; 0 = none. */
  readonly minPause: number;
  /** Records that make no collection, and lost ones. */
  readonly odd: number;
  readonly lost: number;
  /** Why what is told cannot be the whole truth, losses apart; '' where it is. */
  readonly partial: string;
  /** Why no function is told; '' where they are, or where nothing has come. */
  readonly withoutFunctions: string;
  /** undefined: all are listed. */
  readonly listed: FunctionFilter | undefined;
  /** Why there is nothing to show; '' where there is something. */
  readonly notice: string;
}
