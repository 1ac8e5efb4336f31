import { address, bucket, count, ns, string, type RecordSpec } from '../../wire/records.js';
import { SNAPSHOT_RECORDS } from '../snapshot-records.js';

const type = address('type', 'address of the type object');
const code = address('code', 'address of the code object that ran; 0 = none, or unknown');
const created = count('created', 'instances made');
const destroyed = count('destroyed', 'instances destroyed');

/** What the scripts of instances print beyond the records of all, and what pytrace adds. Sums are since the script began. */
export const OBJECTS_RECORDS: readonly RecordSpec[] = [
  ...SNAPSHOT_RECORDS,
  {
    kind: 'O',
    name: 'instances',
    meaning: 'instances of one type, counted at the allocator; several of one type add up',
    writer: 'script',
    row: true,
    fields: [type, created, destroyed],
  },
  {
    kind: 'W',
    name: 'site',
    meaning: 'instances of one type by where they were made',
    writer: 'script',
    row: true,
    fields: [
      type,
      code,
      address('instr', 'its current instruction; -1 = not known'),
      count('count', 'instances made there'),
    ],
  },
  {
    kind: 't',
    name: 'type alive',
    meaning: 'a class at first sight, and where another has taken its address',
    writer: 'script',
    fields: [
      type,
      address('dict', 'address of its tp_dict'),
      string('name', 'tp_name, perhaps cut; empty where it could not be read'),
    ],
  },
  {
    kind: 'q',
    name: 'type gone',
    meaning: 'the class at this address is destroyed: what was counted until then is its own, what follows is not',
    writer: 'script',
    fields: [type, created, destroyed],
  },
  {
    kind: 'I',
    name: 'instances by name',
    meaning: 'instances of one class of one file, as instance probes tell',
    writer: 'script',
    fields: [created, destroyed, string('class', 'name of the class'), string('file', 'its file')],
  },
  {
    kind: 'J',
    name: 'time destroying',
    meaning: 'outermost destructions of one class by duration',
    writer: 'script',
    fields: [
      bucket('bucket', '4 * floor(log2 ns) + the next two bits'),
      count('count', 'destructions that lasted so long, with all that fell with them'),
      string('class', 'class of the outermost instance'),
    ],
  },
  {
    kind: 'j',
    name: 'time destroying in all',
    meaning: 'outermost destructions of one class together',
    writer: 'script',
    fields: [ns('sum', 'their time'), ns('max', 'the longest'), string('class', 'class of the outermost instance')],
  },
  {
    kind: 'Y',
    name: 'type',
    meaning: 'the class at an address, at first sight and whenever another has taken its place',
    writer: 'pytrace',
    fields: [
      type,
      string('module', '__module__; empty where there is none'),
      string('qualname', '__qualname__'),
      string('base', 'the first base that is no Python class'),
    ],
  },
  {
    kind: 'z',
    name: 'type unproven',
    meaning: 'what is at this address cannot be proven to be the class that is counted',
    writer: 'pytrace',
    fields: [type],
  },
  {
    kind: 'y',
    name: 'unsure',
    meaning: 'what of the counts cannot be the whole truth on this build',
    writer: 'pytrace',
    fields: [string('part', 'created or destroyed'), string('reason', 'in words')],
  },
];

/** Letters of the rows, as the scanner tells them. */
export const Row = { instances: 0x4f, site: 0x57 } as const;
