import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventColumns } from './columns.js';
import { escapeField, unescapeBytes } from './escape.js';
import { globMatcher, literalOf } from './glob.js';
import { decodeName, displayName, sanitize } from './names.js';
import { RECORDS } from './records.js';
import { Reorder } from './reorder.js';
import { Scanner, type PlainRecord } from './scanner.js';
import { SplitStreams } from './split-streams.js';
import { Symbols } from './symbols.js';

function scan(chunks: Iterable<Uint8Array>) {
  const symbols = new Symbols();
  const events: unknown[] = [];
  const records: PlainRecord[] = [];
  const columns = new EventColumns(1);
  const { kind, ts, tid, line, frame, extra, symbol } = columns;
  const scanner = new Scanner(symbols, {
    columns,
    free: 0,
    event: () =>
      void events.push([
        String.fromCharCode(kind[0]),
        ts[0],
        tid[0],
        line[0],
        frame[0],
        extra[0],
        symbols.name(symbol[0]),
        symbols.file(symbol[0]),
      ]),
    record: (record) => void records.push(record),
  });
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  return { events, records, scanner, symbols };
}
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const header = 'H\t1\t1000000000\t1700000000000000000\tcalls\tdtrace\n';

describe('scanner', () => {
  it('hands rows on as numbers, and only those that are whole', () => {
    const rows: unknown[] = [];
    const records: PlainRecord[] = [];
    const int = (name: string) => ({ name, type: 'int', meaning: '' }) as const;
    const spec = {
      kind: 'F',
      name: 'row',
      meaning: '',
      writer: 'script',
      row: true,
      fields: [int('a'), int('b')],
    } as const;
    const sink = {
      columns: new EventColumns(1),
      free: 0,
      event: () => undefined,
      record: (record: PlainRecord) => void records.push(record),
      row: (kind: number, fields: Float64Array) => void rows.push([String.fromCharCode(kind), fields[0], fields[1]]),
    };
    const text = `${header}F\t140697785652912\t-3\nF\t0\t9007199254740991\nF\t1\nF\t1\t2\t3\nF\t1\tx\nF\t1\t\nF\t1\t${'9'.repeat(21)}\n`;
    for (const size of [1, 7, 1000]) {
      rows.length = 0;
      const scanner = new Scanner(new Symbols(), sink, [spec]);
      for (let at = 0; at < text.length; at += size) scanner.push(bytes(text.slice(at, at + size)));
      scanner.end();
      expect(rows).toEqual([
        ['F', 140697785652912, -3],
        ['F', 0, 9007199254740991],
      ]);
      expect(scanner.malformed).toBe(5);
    }
    expect(records.map(({ kind }) => kind)).toEqual(['H', 'H', 'H']);
  });

  it('never throws, whatever the bytes', () => {
    const lines = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(
          ...[header, 'E\t', 'E\t1\t2\t3', '\n', 'R\t1\t1\t1\t1\t1\ta\tb\n', 'H\n', 'Z\tx\ty\n'].map(bytes),
        ),
      ),
    );
    fc.assert(
      fc.property(lines, (chunks) => {
        const { scanner, events, records } = scan(chunks);
        const whole = Buffer.concat(chunks)
          .toString('latin1')
          .split('\n')
          .filter((line) => line !== '' && line !== '\r').length;
        expect(events.length + records.length + scanner.malformed).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a carriage return without a newline for nothing', () => {
    expect(scan([bytes(`${header}\r`)]).scanner.malformed).toBe(0);
  });

  it('tells times exactly after 300 days of uptime', () => {
    const { events } = scan([
      bytes('H\t1\t25920000123456789\t1\tcalls\tstap\nE\t25920000123456792\t1\t2\t3\t4\tf\ta\n'),
    ]);
    expect(events).toEqual([['E', 3, 1, 2, 3, 4, 'f', 'a']]);
  });

  it('reads every number as it is written', () => {
    const digits = fc.bigInt({ min: 0n, max: 2n ** 52n });
    const start = fc.bigInt({ min: 0n, max: 2n ** 62n });
    fc.assert(
      fc.property(start, digits, digits, digits, fc.nat(2 ** 31 - 1), fc.nat(100), (base, later, a, b, tid, at) => {
        const text = `H\t1\t${base}\t1\tcalls\tstap\nE\t${base + later}\t${tid}\t-1\t${a}\t-${b}\tf\ta\n`;
        const cut = text.length - (at % text.length);
        const { events } = scan([bytes(text.slice(0, cut)), bytes(text.slice(cut))]);
        expect(events).toEqual([['E', Number(later), tid, -1, Number(a), 0 - Number(b), 'f', 'a']]);
      }),
      { numRuns: 300 },
    );
  });

  it('counts a line that is too long, and goes on behind it', () => {
    const { events, scanner } = scan([
      bytes(header),
      bytes(`E\t1\t1\t1\t1\t1\t${'x'.repeat(100_000)}`),
      bytes(`${'y'.repeat(9)}\n`),
      bytes('E\t1000000001\t1\t1\t1\t1\tf\ta\n'),
    ]);
    expect(scanner.malformed).toBe(1);
    expect(events).toHaveLength(1);
  });

  it('knows a stream that is cut in a line', () => {
    expect(scan([bytes(`${header}E\t1000000001\t1\t1\t1\t1\tf\ta\nE\t10000`)]).scanner.malformed).toBe(1);
  });

  it('tells names at the same line apart, and those that begin alike', () => {
    const names = ['f\ta', 'f\tab', 'f\ta', 'ff\ta', 'f\tb', 'f\tab'];
    const { events } = scan([bytes(header + names.map((name) => `E\t1000000001\t1\t7\t0\t0\t${name}\n`).join(''))]);
    expect(events.map((event) => (event as unknown[]).slice(-2).join('\t'))).toEqual(names);
  });

  it('takes no event before the header: without a clock it would mean nothing', () => {
    expect(scan([bytes('E\t1\t1\t1\t1\t1\tf\ta\n')]).scanner.malformed).toBe(1);
  });
});

describe('names', () => {
  it('survive being written and read, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const field = escapeField(text);
        expect(field).not.toMatch(/[\t\n]/);
        const back = decodeName(unescapeBytes(bytes(field)));
        expect(back).toBe(Buffer.from(text.replace(/\0+$/, ''), 'utf8').toString('utf8'));
      }),
    );
  });

  it.each([
    [String.raw`tab\there\0`, 'tab\there'],
    [String.raw`esc\033[31mred\a\0`, 'esc\u001b[31mred\u0007'],
    [String.raw`\303\251\342\210\232\0`, 'é√'],
    [String.raw`"gr\u00F6\u00DFe \U0001F600 \\u00F6 \u00"`, 'größe 😀 \\u00F6 \\u00'],
    [String.raw`"q\"uote"`, 'q"uote'],
    [String.raw`back\\slash\0`, 'back\\slash'],
    [String.raw`\377\376`, '\\xff\\xfe'],
    [String.raw`cut \342\210`, 'cut '],
    [String.raw`\0`, ''],
  ])('%s is read', (field, name) => {
    expect(decodeName(unescapeBytes(bytes(field)))).toBe(name);
  });

  it('reach a terminal without anything that moves it or hides', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sanitize(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
    expect(sanitize('a\u001b[2J\tb\u202ec')).toBe(String.raw`a\x1b[2J\tb\u{202e}c`);
    expect(displayName('')).toBe('(empty)');
    expect(displayName('\u0001')).toBe('(null)');
  });

  it('are bounded in number', () => {
    const symbols = new Symbols(10);
    for (let i = 0; i < 20; i++) symbols.intern(bytes(`f${i}\ta`), 0, 4);
    expect(symbols.size).toBe(10);
    expect(symbols.overflow).toBeGreaterThan(0);
  });

  it('keep their number when the table grows', () => {
    const symbols = new Symbols();
    const ids = Array.from({ length: 20_000 }, (_, i) => symbols.intern(bytes(`f${i}\ta`), 0, `f${i}\ta`.length));
    expect(new Set(ids).size).toBe(20_000);
    for (let i = 0; i < 20_000; i += 977)
      expect(symbols.name(symbols.intern(bytes(`f${i}\ta`), 0, `f${i}\ta`.length))).toBe(`f${i}`);
  });
});

describe('reorder', () => {
  const run = (times: number[], window: number, capacity = 1 << 12) => {
    const out: number[] = [];
    const reorder = new Reorder({ event: ({ ts }, slot) => void out.push(ts[slot]) }, window, capacity);
    for (const ts of times) {
      reorder.columns.ts[reorder.free] = ts;
      reorder.add();
    }
    reorder.flush();
    return { out, late: reorder.late };
  };

  it('sorts what is shuffled within its window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 500 }), (jitter) => {
        const times = jitter
          .map((j, i) => [i * 100 + j, i] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, i]) => i * 100);
        const { out, late } = run(times, 1000);
        expect(out).toEqual([...times].sort((a, b) => a - b));
        expect(late).toBe(0);
      }),
    );
  });

  it('loses nothing when more comes in a window than it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { maxLength: 300 }), (times) => {
        const { out } = run(times, 1e9, 16);
        expect([...out].sort((a, b) => a - b)).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });
});

describe('globs', () => {
  it.each([
    ['*', 'anything', true],
    ['get_*', 'get_user', true],
    ['get_*', 'forget_user', false],
    ['*/app/*.py', '/srv/app/a/b.py', true],
    ['?[a-c]!', 'xb!', true],
    ['[!a]x', 'ax', false],
    ['a*b*c', 'aXXbYYc', true],
    ['a*b*c', 'aXXcYYb', false],
    ['[', '[', true],
  ])('%s on %s', (pattern, text, expected) => {
    expect((globMatcher(pattern) ?? (() => true))(text)).toBe(expected);
  });

  it('contain their literal in every match, so the script may look for that alone', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[', ']') }),
        fc.string({ unit: fc.constantFrom('a', 'b', '[', ']') }),
        (pattern, text) => {
          if (globMatcher(pattern)?.(text)) expect(text).toContain(literalOf(pattern));
        },
      ),
    );
    expect(literalOf('*/app/[a-z]*.py')).toBe('/app/');
    expect(literalOf('[]aa]')).toBe('');
  });

  it('take linear time', () => {
    expect(globMatcher(`${'*a'.repeat(40)}b`)!('a'.repeat(10_000))).toBe(false);
  });
});

it('every record kind is one letter of its own', () => {
  const kinds = RECORDS.map((record) => record.kind);
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const kind of kinds) expect(kind).toMatch(/^[A-Za-z]$/);
});

describe('a recording of several streams', () => {
  it('comes apart at its headers, whatever the chunks', () => {
    const other = header.replace('calls', 'gc');
    const text = `P\t1\tabout\n${header}E\t1\n${other}D\t1\tH\t2\n${header}${other}Q\t1\tend`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const parts = new Map<string, string>();
        const streams = new SplitStreams((script, lines) => {
          const key = script ?? '';
          parts.set(key, (parts.get(key) ?? '') + Buffer.from(lines).toString('latin1'));
        });
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        for (let i = 1; i < at.length; i++) streams.push(bytes(text.slice(at[i - 1], at[i])));
        streams.end();
        expect(Object.fromEntries(parts)).toEqual({
          '': 'P\t1\tabout\n',
          calls: `${header}E\t1\n${header}`,
          gc: `${other}D\t1\tH\t2\n${other}Q\t1\tend`,
        });
      }),
    );
  });
});
