import { clock, type RecordSpec } from '../wire/records.js';

/** What stands around the sums of each reading, in every script that sums in the kernel. */
export const SNAPSHOT_RECORDS: readonly RecordSpec[] = [
  {
    kind: 'S',
    name: 'snapshot',
    meaning: 'a snapshot of the sums begins; half a snapshot is never shown',
    writer: 'script',
    fields: [clock('ts', 'when')],
  },
  {
    kind: 's',
    name: 'snapshot end',
    meaning: 'the snapshot is whole',
    writer: 'script',
    fields: [clock('ts', 'when')],
  },
];
