import { address, clock, count, generation, int, ns, tid, type RecordSpec } from '../../wire/records.js';

const told = generation('generation', 'what gc-start told');
const when = clock('ts', 'when');
const thread = tid('tid', 'thread id');
const pairs = [0, 1, 2, 3].flatMap((at) => [
  address(`code${at}`, 'address of the code object of a running frame; 0 = none'),
  address(`instr${at}`, 'its current instruction; -1 = not known'),
]);

/** What gc.d and gc.stp write beyond the records of all, and what pytrace adds to a recording of them. */
export const GC_RECORDS: readonly RecordSpec[] = [
  {
    kind: 'D',
    name: 'collection',
    meaning: 'a collection has ended',
    writer: 'script',
    fields: [
      clock('ts', 'when it ended'),
      tid('tid', 'thread id, as the host sees it'),
      told,
      int('pause', 'ns from its start to its end'),
      count('collected', 'objects that were unreachable, the uncollectable included'),
      ...pairs,
    ],
  },
  {
    kind: 'd',
    name: 'lone end',
    meaning: 'a collection has ended whose start was not seen',
    writer: 'script',
    fields: [when, thread, count('collected', 'objects that were unreachable')],
  },
  {
    kind: 'b',
    name: 'lost end',
    meaning: 'a collection has begun while another of the same thread was open: that one is dropped',
    writer: 'script',
    fields: [when, thread, generation('generation', 'of the dropped one')],
  },
  {
    kind: 'V',
    name: 'left out',
    meaning: 'collections shorter than the minimum duration so far; they are only counted',
    writer: 'script',
    fields: [told, count('collections', 'how many since the script began'), ns('pause', 'their pauses together')],
  },
];
