// What a script prints, as pytrace's own scanner takes it: every line must be a record.
import assert from 'node:assert/strict';
import { EventColumns } from '../../../../dist/wire/columns.js';
import { Scanner } from '../../../../dist/wire/scanner.js';
import { Symbols } from '../../../../dist/wire/symbols.js';
import { viewOfScript } from '../../../../dist/views/registry.js';

/** Letter -> how many there are; the records that are no events and no rows, by letter, are in `records`. */
export function scan(text, script) {
  const kinds = {};
  const records = {};
  const count = (letter) => (kinds[letter] = (kinds[letter] ?? 0) + 1);
  const columns = new EventColumns(1);
  const scanner = new Scanner(
    new Symbols(),
    {
      columns,
      free: 0,
      event: () => count(String.fromCharCode(columns.kind[0])),
      row: (kind) => count(String.fromCharCode(kind)),
      record: (record) => {
        count(record.kind);
        records[record.kind] = record;
      },
    },
    viewOfScript(script).records,
  );
  scanner.push(Buffer.from(text));
  scanner.end();
  return { scanner, kinds, records };
}

/** What a started tracer has printed, as records of the wire: bpftrace's JSON has a translator of its own. */
export function wireOf({ stdout, translator }) {
  return translator ? Buffer.concat([translator.push(Buffer.from(stdout)), translator.end()]).toString() : stdout;
}

/** Fails where a line is no record, or header and end are not as they should be. Gives what `scan` gives. */
export function checkGrammar(text, script, engine) {
  const found = scan(text, script);
  assert.equal(found.scanner.malformed, 0, `${script}: ${found.scanner.firstMalformed}`);
  const { H, A, Z } = found.records;
  assert.deepEqual([H.ints.version, H.strings.script, H.strings.engine], [1n, script, engine], script);
  assert.ok(A.ints.ts >= H.ints.ts && Z.ints.ts > A.ints.ts, script);
  return found;
}
