/** What is known of greenlets in the traced process, and of what the scripts could tell of them. */
export interface GreenletsSeen {
  /** Each event tells its frame, by which the stack it belongs to is found. */
  readonly framed: boolean;
  /** When they were seen, ns after the attach; 0 = before anything was counted. */
  readonly after: number;
  /** They were not known yet when the script was started: what it leaves out it leaves out by another count. */
  readonly later: boolean;
}

export interface GreenletFilters {
  readonly names: boolean;
  readonly minDuration: boolean;
  readonly depth: boolean;
}

/** Why calls are not the whole truth where greenlets switch stacks, without a full stop; undefined where they are. */
export function callsDoubt(seen: GreenletsSeen, filters: GreenletFilters): string | undefined {
  const { framed, after, later } = seen;
  const what = 'greenlets switch stacks in this process';
  if (!framed && after > 0) {
    const when = seconds(after);
    return `${what}: seen ${when} after the attach; from then on callers are ?, before then they may be wrong, times may be wrong; trace it again now that greenlet is loaded`;
  }
  if (!framed) return `${what}, and its frames cannot be read: callers are ?, and times may be wrong`;
  if (filters.names) return `${what}: with --function or --file callers are ?, and times may be wrong`;
  if (filters.minDuration) return `${what}: with --min-duration callers are ?`;
  if (after > 0) return `${what}: seen ${seconds(after)} after the attach; callers and times before then may be wrong`;
  if (later && filters.depth) return `${what}: --depth counted the calls of all of them together`;
  return undefined;
}

/** The same for sums, whose stacks the kernel keeps. */
export const TOP_DOUBT =
  'greenlets switch stacks in this process: calls are exact, but callers are not known, and times may be wrong; `pytrace calls` can tell them';

function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(1)} s`;
}
