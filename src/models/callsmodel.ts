import type { FlowRing } from './flowring.js';
import type { FunctionTable } from './functions.js';
import type { TreePicture } from './treepicture.js';

/** What the view `calls` draws from: one moment of a session, or a frozen copy of one. */
export interface CallsModel {
  readonly picture: TreePicture;
  readonly flow: FlowRing;
  readonly functions: FunctionTable;
  /** Names by thread id, fit for a terminal. */
  readonly threadNames: ReadonlyMap<number, string>;
  /** The wall clock at ns 0 of the trace, ns since 1970: `wall + ts` is the time of day of an event. */
  readonly wall: bigint;
  /** Percentages are of each thread's time since this: `attach`, `launch` or `the start of the recording`. */
  readonly since: string;
  /** Calls shorter than this are not told of (ns, 0 = all are): their time is their caller's self time. */
  readonly minDurationNs: number;
  /** Why there is nothing to show yet, in one sentence; '' where there is. */
  readonly notice: string;
}
