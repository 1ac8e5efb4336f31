import { address, bucket, count, ns, tid, type RecordSpec } from '../../wire/records.js';
import { SNAPSHOT_RECORDS } from '../snapshot-records.js';

const key = address('key', 'address of the code object, as in N');

/** What top.d and top.stp print beyond the records of all scripts. All sums count from when the script began. */
export const TOP_RECORDS: readonly RecordSpec[] = [
  ...SNAPSHOT_RECORDS,
  {
    kind: 'F',
    name: 'function',
    meaning: 'sums of one function; where a snapshot has several of one key, they add up',
    writer: 'script',
    row: true,
    fields: [
      key,
      count('calls', 'entries'),
      ns('self', "time in the function's own code"),
      ns('total', 'time of its outermost activations on each thread'),
      count('returned', 'calls that have returned'),
      ns('max', 'the longest of them'),
    ],
  },
  {
    kind: 'K',
    name: 'edge',
    meaning: 'sums of the calls of one function by another; several of one pair add up',
    writer: 'script',
    row: true,
    fields: [
      address('caller', 'key of the calling function, 0 where it is not known or there is none'),
      address('callee', 'key of the called function'),
      count('calls', 'entries'),
      ns('total', 'time of outermost activations'),
    ],
  },
  {
    kind: 'B',
    name: 'durations',
    meaning: 'returned calls of one function by duration',
    writer: 'script',
    row: true,
    fields: [
      key,
      bucket('bucket', '4 * floor(log2 ns) + the next two bits'),
      count('calls', 'calls that have returned after so long'),
    ],
  },
  {
    kind: 'U',
    name: 'by thread',
    meaning: 'sums of one function in one thread',
    writer: 'script',
    row: true,
    fields: [tid('tid', 'thread id'), key, ns('self', "time in the function's own code"), count('calls', 'entries')],
  },
];

/** Letters of the rows, as the scanner tells them. */
export const Row = { function: 0x46, edge: 0x4b, durations: 0x42, thread: 0x55 } as const;
