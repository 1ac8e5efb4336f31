import { escapeField } from '../../src/wire/escape.js';
import { isEvent, RECORDS, type RecordSpec } from '../../src/wire/records.js';
import { VIEWS } from '../../src/views/registry.js';
import type { TraceView } from '../../src/views/trace-view.js';

const BASE = 9_007_199_254_740_993_000n;

/** All code points from one up to another. */
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/**
 * Characters that no output may hold, by what they are: named one by one here, and not by the list that the program has.
 * Private and unassigned ones are samples, as there are a million of them.
 */
export const HOSTILE: Readonly<Record<string, readonly number[]>> = {
  C0: range(0, 0x1f),
  'delete and C1': range(0x7f, 0x9f),
  bidi: [0x61c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x206f)],
  'zero width': [0xad, 0x34f, 0x180e, 0x200b, 0x200c, 0x200d, ...range(0x2060, 0x2065), 0xfeff],
  separators: [0x2028, 0x2029],
  blanks: [0xa0, 0x1680, ...range(0x2000, 0x200a), 0x202f, 0x205f, 0x2800, 0x3000],
  fillers: [0x115f, 0x1160, 0x3164, 0xffa0, 0x17b4, 0x17b5, 0x16fe4, 0x1d159],
  'variation selectors': [...range(0x180b, 0x180d), 0x180f, ...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe01ef)],
  tags: range(0xe0000, 0xe007f),
  formats: [
    ...[...range(0x600, 0x605), 0x6dd, 0x70f, 0x8e2, 0x110bd, 0x110cd, ...range(0xfff9, 0xfffc)],
    ...[...range(0x13430, 0x1343f), ...range(0x1bca0, 0x1bca3), ...range(0x1d173, 0x1d17a)],
  ],
  surrogates: [0xd800, 0xdbff, 0xdc00, 0xdfff],
  'private and unassigned': [0xe000, 0xf8ff, 0xf0000, 0x10fffd, 0x378, 0xfdd0, 0xfffe, 0xffff, 0x1fffe, 0x10ffff],
};

/** They, so many in a text. */
export function hostileTexts(length: number): string[] {
  const all = Object.values(HOSTILE).flat();
  return Array.from({ length: Math.ceil(all.length / length) }, (_, at) =>
    String.fromCodePoint(...all.slice(at * length, (at + 1) * length)),
  );
}

/** Fields that must be the same in several records for one thing to be meant. */
const SHARED: Readonly<Record<string, string>> = { 'J.class': 'I.class', 'j.class': 'I.class' };

/** What stands for a field in front of the hostile text, by which it is found again in what is written. */
export function markOf(kind: string, field: string): string {
  const name = `${kind}.${field}`;
  return `@${isEvent(kind.charCodeAt(0)) ? `E.${field}` : (SHARED[name] ?? name)}@`;
}

/** Record kinds of a stream in the order in which a script and pytrace write them, `s` after the rows of a snapshot. */
const ORDER = 'HATgyLNntYSFKBUOWIJjsqzEGRCRXDdbVZQ';
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ tid: 42, line: 3, frame: 0, previous: -1, key: 7, code: 7, instr: 2, type: 7, caller: 7, callee: 7, version: 1 },
  ...{
    calls: 9,
    self: 900,
    total: 900,
    returned: 9,
    max: 300,
    bucket: 30,
    count: 3,
    created: 9,
    destroyed: 2,
    sum: 90,
  },
  ...{ duration: 500, pause: 5000, collected: 4, generation: 0, collections: 2, emitted: 8, events: 8, atAttach: 0 },
  ...{ code0: 7, instr0: 2, code1: 0, instr1: -1, code2: 0, instr2: -1, code3: 0, instr3: -1 },
};

/**
 * The lines of one stream of a view, as its scripts write it, with every kind of record there is; `text` gives
 * what a string field holds, `encode` how it is written. Each character of a line is one byte.
 */
export function streamOf(
  view: TraceView,
  text: (kind: string, field: string) => string,
  encode: (text: string) => string = escapeField,
): string[] {
  const specs = new Map<string, RecordSpec>([...RECORDS, ...view.records].map((spec) => [spec.kind, spec]));
  let at = BASE;
  return [...ORDER].flatMap((kind) => {
    const spec = specs.get(kind);
    if (spec === undefined) return [];
    at += 1_000_000n;
    const fields = spec.fields.map(({ name, type }) =>
      type === 'string'
        ? encode(text(kind, name))
        : name === 'ts'
          ? String(at)
          : name === 'wall'
            ? '1793445600000000000'
            : String(NUMBERS[name] ?? 1),
    );
    return [[kind, ...fields].join('\t')];
  });
}

/** A text as a field with nothing escaped: as no script writes it, but a file may hold it. */
export const unescaped = (text: string): string => Buffer.from(text.replace(/[\t\n]/g, '')).toString('latin1');

/** The string fields of all records, by their marks; those of P are written by the test. */
export function stringFields(): { kind: string; field: string }[] {
  const specs = [...RECORDS, ...VIEWS.flatMap((view) => view.records)];
  return specs.flatMap(({ kind, fields }: RecordSpec) =>
    fields.filter(({ type }) => type === 'string').map(({ name }) => ({ kind, field: name })),
  );
}

/** The kinds of records that `streamOf` writes. */
export const WRITTEN_KINDS: ReadonlySet<string> = new Set(ORDER);
