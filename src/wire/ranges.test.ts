import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gcTrace } from '../views/gc/gc-trace.js';
import { objectsTrace } from '../views/objects/objects-trace.js';
import { topTrace } from '../views/top/top-trace.js';
import { EventColumns } from './columns.js';
import { isEvent, RANGES, RECORDS, type FieldType, type RecordSpec } from './records.js';
import { Scanner } from './scanner.js';
import { Symbols } from './symbols.js';

const BASE = 10n ** 18n;
const MOST_DIGITS = 10n ** 20n - 1n;

/** How many records come of a line, and how many lines are bad, behind a header of its own. */
function read(line: string, further: readonly RecordSpec[] = []): { told: number; malformed: number } {
  let told = 0;
  const sink = {
    columns: new EventColumns(1),
    free: 0,
    event: () => void told++,
    record: () => void told++,
    row: () => void told++,
  };
  const scanner = new Scanner(new Symbols(), sink, further);
  scanner.push(Buffer.from(`H\t1\t${BASE}\t1\tcalls\tdtrace\n`));
  told = 0;
  scanner.push(Buffer.from(`${line}\n`));
  return { told, malformed: scanner.malformed };
}

const sound = (type: FieldType): bigint => (type === 'clock' ? BASE : 1n);
const line = ({ kind, fields }: RecordSpec, at = -1, value = 0n): string =>
  [kind, ...fields.map(({ type }, i) => (type === 'string' ? 'x' : String(i === at ? value : sound(type))))].join('\t');

const ALL: readonly (readonly [string, readonly RecordSpec[]])[] = [
  ['all', RECORDS],
  ...[topTrace, gcTrace, objectsTrace].map(({ id, records }) => [id, records] as const),
];

describe('the range of each number', () => {
  for (const [view, records] of ALL)
    for (const spec of records)
      it(`holds in ${spec.kind} of ${view}`, () => {
        expect(read(line(spec), records)).toEqual({ told: 1, malformed: 0 });
        for (const [at, { type }] of spec.fields.entries()) {
          if (type === 'string') continue;
          const [least, most] = RANGES[type].map(BigInt);
          const inside = type === 'clock' ? [BASE, BASE + 10n ** 17n] : [least, most];
          // Beyond what a double tells apart; an event's generator is a flag, which it reads like an address.
          const beyond = [most + most / 1000n + 2n, MOST_DIGITS].concat(type === 'clock' ? [BASE + 10n ** 18n] : []);
          const below = [least + least / 1000n - 2n];
          const lenient = isEvent(spec.kind.charCodeAt(0)) && type === 'flag';
          for (const value of inside)
            expect(read(line(spec, at, value), records), `${at} ${value}`).toEqual({ told: 1, malformed: 0 });
          for (const value of lenient || type === 'int' ? [MOST_DIGITS] : [...beyond, ...below]) {
            if (value > MOST_DIGITS || value < -MOST_DIGITS || (spec.kind === 'H' && value === BASE + 10n ** 18n))
              continue;
            expect(read(line(spec, at, value), records), `${at} ${value}`).toEqual({ told: 0, malformed: 1 });
          }
        }
      });

  it('is kept whatever the numbers', () => {
    const numbers = fc.bigInt({ min: -MOST_DIGITS, max: MOST_DIGITS });
    fc.assert(
      fc.property(fc.constantFrom(...RECORDS), fc.array(numbers, { minLength: 6, maxLength: 6 }), (spec, values) => {
        const text = [spec.kind, ...spec.fields.map(({ type }, i) => (type === 'string' ? 'x' : values[i]))].join('\t');
        const { told, malformed } = read(text);
        expect(told + malformed).toBe(1);
      }),
    );
  });
});
