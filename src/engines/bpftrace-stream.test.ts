import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeRequest } from '../../test/fakes/request.js';
import { decodeName } from '../wire/names.js';
import { unescapeBytes } from '../wire/escape.js';
import { BpftraceStream } from './bpftrace-stream.js';

const AT_ONCE = { tick: () => true, close: () => undefined };
const printf = (data: string): string => `{"type": "printf", "data": "${data}"}\n`;
const fresh = (keys = 100, now?: () => bigint) => new BpftraceStream(fakeRequest(), 64, keys, now, undefined, AT_ONCE);
/** Events count from where its probes are in place. */
function armed(made: BpftraceStream): BpftraceStream {
  made.push(Buffer.from(printf('A 1')));
  return made;
}
const stream = (keys?: number, now?: () => bigint) => armed(fresh(keys, now));
/** bytes of a text as 0.17 writes them into JSON: each byte above 127 as a char extended with its sign. */
const old = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      byte === 34 || byte === 92
        ? `\\${String.fromCharCode(byte)}`
        : byte < 32
          ? `\\u${byte.toString(16).padStart(4, '0')}`
          : byte > 127
            ? `\\uffffff${byte.toString(16)}`
            : String.fromCharCode(byte),
    )
    .join('');
/** And as later versions do. */
const recent = (text: string): string => JSON.stringify(text).slice(1, -1);

function wire(lines: string, cutAt = 1 << 20, made = stream()): string {
  const bytes = Buffer.from(lines, 'utf8');
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += cutAt)
    parts.push(Buffer.from(made.push(bytes.subarray(from, from + cutAt))));
  parts.push(Buffer.from(made.end()));
  return Buffer.concat(parts).toString('utf8');
}

describe('what bpftrace prints', () => {
  const events = [
    printf('H 100 calls'),
    printf('A 200'),
    printf('M 7 4096 work'),
    printf('D 7 8192 /app/x.py'),
    printf('E 300 11 5 0 -1 7'),
    printf('R 400 11 6 0 0 7'),
    printf('Z 500'),
  ].join('');

  it('becomes records, wherever it is cut', () => {
    for (const cutAt of [1, 7, 1000]) {
      const lines = wire(events, cutAt, fresh()).split('\n');
      expect(lines[0]).toMatch(/^H\t1\t100\t\d{19}\tcalls\tbpftrace$/);
      expect(lines.slice(1)).toEqual([
        'A\t200',
        'E\t300\t11\t5\t0\t-1\twork\t/app/x.py',
        'R\t400\t11\t6\t0\t0\twork\t/app/x.py',
        'Z\t500\t2',
        '',
      ]);
    }
  });

  it('is armed once, when its probes are seen to be in place', () => {
    let ticks = 0;
    const arming = { tick: () => ++ticks === 3, close: () => undefined };
    const made = new BpftraceStream(fakeRequest(), 64, 10, undefined, undefined, arming);
    const lines = [100, 120, 140, 160].map((ts) => printf(`A ${ts}`)).join('');
    expect(Buffer.from(made.push(Buffer.from(lines))).toString()).toBe('A\t140\n');
    made.end();
  });

  it('leaves out what came while its probes were set one after another', () => {
    const before = [printf('M 7 1 f'), printf('D 7 1 x'), printf('E 1 1 1 0 -1 7'), printf('E 2 1 1 0 -1 7')];
    const after = [printf('A 3'), printf('E 4 1 1 0 -1 7'), printf('Z 5')];
    expect(wire([...before, ...after].join(''), 1000, fresh())).toBe('A\t3\nE\t4\t1\t1\t0\t-1\tf\tx\nZ\t5\t1\n');
  });

  it('keeps a name that two threads told at once', () => {
    const instances = new BpftraceStream({ ...fakeRequest(), script: 'objects' }, 64, 10);
    const names = ['M 7 4096 Item', 'M 7 4096 Item', 'D 7 8192 /app/x.py', 'D 7 8192 /app/x.py'];
    const rows = `{"type": "map", "data": {"@I_1of2": {"7": 3}}}\n`;
    const lines = [printf('S 1'), ...names.map(printf), rows, printf('s 2')];
    expect(wire(lines.join(''), 1 << 20, instances)).toContain('I\t3\t0\tItem\t/app/x.py\n');
  });

  it('may go on behind its end record, which comes last all the same', () => {
    const late = wire(`${events}${printf('R 450 11 6 0 0 7')}`);
    expect(late.trimEnd().split('\n').slice(-2)).toEqual(['R\t450\t11\t6\t0\t0\twork\t/app/x.py', 'Z\t500\t3']);
  });

  it('holds a name that is not known as a question mark, and no end without one', () => {
    expect(wire(printf('E 300 11 5 0 -1 9'))).toBe('E\t300\t11\t5\t0\t-1\t?\t?\n');
  });

  it('may tell of a function after its first event, which then waits for the name', () => {
    const made = stream();
    expect(Buffer.from(made.push(Buffer.from(printf('E 1 1 1 0 -1 7')))).toString()).toBe('');
    const named = made.push(Buffer.from(printf('M 7 1 work') + printf('D 7 1 x.py') + printf('R 2 1 1 0 0 7')));
    expect(Buffer.from(named).toString()).toBe('E\t1\t1\t1\t0\t-1\twork\tx.py\nR\t2\t1\t1\t0\t0\twork\tx.py\n');
  });

  it('tells of functions, sums and snapshots', () => {
    const sums =
      printf('M 7 4096 a b') +
      printf('N 7 3 8192 /x y.py') +
      printf('S 10') +
      '{"type": "map", "data": {"@F_2of5": {"7": 3, "8": 4}}}\n' +
      '{"type": "map", "data": {"@K_1of2": {"7,8": 5}}}\n' +
      printf('s 11');
    expect(wire(sums).split('\n')).toEqual([
      'N\t7\t3\ta b\t/x y.py',
      'S\t10',
      'F\t7\t0\t3\t0\t0\t0',
      'F\t8\t0\t4\t0\t0\t0',
      'K\t7\t8\t5\t0',
      's\t11',
      '',
    ]);
  });

  it('tells what was lost, and that a table is full', () => {
    expect(wire('{"type": "lost_events", "data": {"events": 12}}\n')).toBe('L\t12\tlost events\n');
    expect(wire('{"type": "map", "data": {"@F_1of1": {"7": 3, "8": 4}}}\n', 1000, stream(2))).toMatch(
      /L\t1\ta table of 2 rows is full\n$/,
    );
  });

  it('is handed on as it is where it is no record, so that it is counted as such', () => {
    expect(wire('what is this\n')).toBe('what is this\n');
    expect(wire('{"type": "attached_probes", "data": {"probes": 2}}\n')).toBe('');
  });

  it('ends with what came before the engine was told to stop', () => {
    const made = stream(10, () => 500n);
    made.stopping();
    const lines = [printf('E 500 1 1 0 -1 7'), printf('E 501 1 1 0 -1 7'), printf('Z 600')];
    made.push(Buffer.from(lines.join('')));
    expect(Buffer.from(made.end()).toString()).toBe('E\t500\t1\t1\t0\t-1\t?\t?\nZ\t600\t1\n');
  });

  it('has lost nothing of what came before, where buffers are read in order and something younger was', () => {
    const made = armed(new BpftraceStream(fakeRequest(), 64, 10, () => 500n, undefined, AT_ONCE, true));
    made.stopping();
    const events = [printf('E 500 1 1 0 -1 7'), printf('E 501 1 1 0 -1 7')];
    made.push(Buffer.from([...events, `{"type": "map", "data": {"@printed": 9}}\n`, printf('Z 600')].join('')));
    expect(Buffer.from(made.end()).toString()).toBe('E\t500\t1\t1\t0\t-1\t?\t?\nZ\t600\t1\n');
  });

  it('of objects prints the first columns of a value and names classes by what came alone; without an end it is not whole', () => {
    const request = { ...fakeRequest(), script: 'objects-alloc' as const };
    const made = armed(
      new BpftraceStream(
        request,
        64,
        10,
        () => 500n,
        () => null,
        AT_ONCE,
      ),
    );
    made.push(Buffer.from(`{"type": "map", "data": {"@O_1of2": {"16": [5, 3, 1]}}}\n`));
    made.push(Buffer.from(printf('t 16 99 C\\n x')));
    made.stopping();
    expect(Buffer.from(made.end()).toString()).toBe(
      'L\t1\tinstances that bpftrace had not told of when it ended, at least\n',
    );
    const whole = armed(
      new BpftraceStream(
        request,
        64,
        10,
        () => 500n,
        () => null,
        AT_ONCE,
      ),
    );
    const lines = [
      `{"type": "map", "data": {"@O_1of2": {"16": [5, 3, 1]}}}\n`,
      printf('t 16 99 C\\n x'),
      printf('Z 600'),
    ];
    whole.stopping();
    const told = Buffer.from(whole.push(Buffer.from(lines.join('')))).toString() + Buffer.from(whole.end()).toString();
    expect(told).toBe('O\t16\t5\t3\nt\t16\t99\tC\\012 x\nZ\t600\t0\n');
  });

  it('has lost something where the end record found no room in a full buffer', () => {
    const lines = [printf('E 500 1 1 0 -1 7'), `{"type": "map", "data": {"@printed": 9}}\n`];
    for (const [text, count] of [
      [lines[0], 1],
      [lines.join(''), 8],
    ] as const) {
      const made = stream(10, () => 500n);
      made.stopping();
      made.push(Buffer.from(text));
      expect(Buffer.from(made.end()).toString()).toContain(`\nL\t${count}\tevents that bpftrace had not read`);
    }
  });
});

describe('hostile names', () => {
  it('stay one field of one record, in both forms of JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.boolean(), (name, isOld) => {
        fc.pre(!name.includes('\0') && Buffer.byteLength(name) < 60);
        const text = (isOld ? old : recent)(name);
        const out = wire(printf(`M 7 1 ${text}`) + printf('D 7 1 f') + printf('E 1 1 1 0 -1 7')).split('\n');
        expect(out).toHaveLength(2);
        const fields = out[0].split('\t');
        expect(fields).toHaveLength(8);
        expect(decodeName(unescapeBytes(Buffer.from(fields[6], 'latin1')))).toBe(decodeName(Buffer.from(name, 'utf8')));
      }),
    );
  });

  it('keep the quotes around them', () => {
    const out = wire(printf('M 7 1 \\"a\\"') + printf('D 7 1 f') + printf('E 1 1 1 0 -1 7'));
    expect(decodeName(unescapeBytes(Buffer.from(out.split('\t')[6], 'latin1')))).toBe('"a"');
  });

  it('of NULL pointers are the mark of NULL, and texts that nobody can read a question mark', () => {
    const out = wire(printf('M 7 0 ') + printf('D 7 1 ') + printf('E 1 1 1 0 -1 7'));
    expect(out).toBe('E\t1\t1\t1\t0\t-1\t\\001\t?\n');
  });
});

describe('texts that bpftrace could not read, or has cut, are read from the process', () => {
  const BASE = 0x10000;
  const pages = Buffer.alloc(8192);
  const memory = {
    read: (address: number, length: number) =>
      address >= BASE && address + length <= BASE + pages.length
        ? pages.subarray(address - BASE, address - BASE + length)
        : null,
    close: () => undefined,
  };
  /** The name that stands in an event of a function whose name bpftrace printed so, at offset 4000. */
  function named(printed: string): string {
    const made = armed(
      new BpftraceStream(
        fakeRequest({}, { pid: 1 }),
        20,
        10,
        () => 0n,
        () => memory,
        AT_ONCE,
      ),
    );
    const lines = printf(`M 7 ${BASE + 4000} ${printed}`) + printf('D 7 1 f') + printf('E 1 1 1 0 -1 7');
    const out = Buffer.from(made.push(Buffer.from(lines, 'latin1'))).toString();
    made.end();
    return out.split('\t')[6];
  }
  function holds(text: string, lengthAt?: number): void {
    pages.fill(0);
    pages.write(text, 4000);
    if (lengthAt !== undefined) pages.writeBigUInt64LE(BigInt(text.length), 4000 - lengthAt);
  }

  it.each([24, 32])('where a str stands, its length %i bytes before', (before) => {
    holds(`${'long '.repeat(40)}end`, before);
    expect(named('')).toBe(`${'long '.repeat(40)}end`);
  });

  it('but not where something else stands by now', () => {
    holds('secrets of another object');
    expect(named('')).toBe('?');
    expect(named('what_it_was_before_x')).toBe('what_it_was_before_x');
  });

  it('and a cut one is whole again, or has no half character', () => {
    holds('a_very_long_name_indeed', 24);
    expect(named('a_very_long_name_in')).toBe('a_very_long_name_indeed');
    holds('a_very_long_name_in of another time');
    expect(named('a_very_long_name_in')).toBe('a_very_long_name_in');
    holds('other');
    expect(named('aaaaaaaaaaaaaaaaaa\xc3')).toBe('aaaaaaaaaaaaaaaaaa');
  });
});
