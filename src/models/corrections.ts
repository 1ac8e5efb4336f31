/** What the call tree had to mend, each counted. Every number is shown to those who ask. */
export interface Corrections {
  /** function-entry fired for the creation of a generator or coroutine (3.15): not a call. */
  generatorCreations: number;
  /** function-return fired for the shim below `__init__` (3.15): not a return. */
  shimReturns: number;
  /** A generator ran by throw() or close(), for which function-entry does not fire (3.15): the entry was inferred. */
  thrownEntries: number;
  /** Frames entered before the attach that have returned: named then. */
  beforeAttach: number;
  /** Entries whose return never came; ended when a caller moved on. */
  missingReturns: number;
  /** Returns whose entry never came. */
  missingEntries: number;
  /** Events that came too late to be put in order among those of their thread. */
  lateEvents: number;
  /** Calls that found no room in the tree and were summed as one. */
  foldedCalls: number;
  /** Greenlets that waited and were given up for others: their frames are `?` should they go on. */
  greenletsGivenUp: number;
}

export const noCorrections = (): Corrections => ({
  generatorCreations: 0,
  shimReturns: 0,
  thrownEntries: 0,
  beforeAttach: 0,
  missingReturns: 0,
  missingEntries: 0,
  lateEvents: 0,
  foldedCalls: 0,
  greenletsGivenUp: 0,
});
