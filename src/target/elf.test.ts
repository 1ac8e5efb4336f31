import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { frameLayoutOf, readDebugOffsets, runtimeAddress } from './debug-offsets.js';
import { definedSymbols, neededLibraries, withElf, type Elf } from './elf.js';
import { isInterpreter, isLibpython } from './interpreter.js';
import { pythonProbes } from './probes.js';
import { pythonVersion, versionText } from './python-version.js';

const dir = mkdtempSync(join(tmpdir(), 'pytrace-elf-'));
afterAll(() => rmSync(dir, { recursive: true }));

const BASE = 0x400000;
const u64 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), i * 8));
  return bytes;
};
const cstring = (...texts: string[]): Buffer => Buffer.from(texts.map((text) => `${text}\0`).join(''), 'latin1');
const padded = (bytes: Buffer, to = 4): Buffer => Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);

function note(provider: string, name: string, owner = 'stapsdt'): Buffer {
  const descriptor = Buffer.concat([u64(1, 2, 3), cstring(provider, name, '8@%rbx -4@112(%rsp)')]);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(owner.length + 1, 0);
  head.writeUInt32LE(descriptor.length, 4);
  head.writeUInt32LE(3, 8);
  return Buffer.concat([head, padded(cstring(owner)), padded(descriptor)]);
}

/** An ELF file of these sections, all in one segment at BASE. `address` of a section is BASE + its file offset. */
function elfFile(sections: Readonly<Record<string, Buffer | ((offset: number) => Buffer)>>, kind = 2): Buffer {
  const names = cstring('', ...Object.keys(sections), '.shstrtab');
  const headers: Buffer[] = [Buffer.alloc(64)];
  const bodies: Buffer[] = [];
  let offset = 64 + 56;
  for (const [name, body] of [...Object.entries(sections), ['.shstrtab', names] as const]) {
    const bytes = padded(typeof body === 'function' ? body(offset) : body, 8);
    const header = Buffer.alloc(64);
    header.writeUInt32LE(names.indexOf(`${name}\0`), 0);
    header.writeUInt32LE(1, 4);
    u64(BASE + offset, offset, bytes.length).copy(header, 16);
    headers.push(header);
    bodies.push(bytes);
    offset += bytes.length;
  }
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(kind, 16);
  head.writeUInt16LE(62, 18);
  u64(BASE, 64, offset).copy(head, 24);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(headers.length, 60);
  head.writeUInt16LE(headers.length - 1, 62);
  const segment = Buffer.alloc(56);
  segment.writeUInt32LE(1, 0);
  u64(0, BASE, BASE, offset, offset, 4096).copy(segment, 8);
  return Buffer.concat([head, segment, ...bodies, ...headers]);
}

function symbols(table: Readonly<Record<string, { address: number; section: number }>>): Record<string, Buffer> {
  const names = cstring('', ...Object.keys(table));
  const entries = Object.entries(table).map(([name, { address, section }]) => {
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(names.indexOf(`\0${name}\0`) + 1, 0);
    entry.writeUInt16LE(section, 6);
    u64(address).copy(entry, 8);
    return entry;
  });
  return { '.dynstr': names, '.dynsym': Buffer.concat(entries) };
}

function read<Result>(bytes: Buffer, look: (elf: Elf) => Result, name = 'file'): Result | null {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return withElf(path, look);
}

describe('withElf', () => {
  test('finds sections and reads by address', () => {
    const file = elfFile({ '.rodata': cstring('hello') });
    const text = read(file, (elf) => elf.readAddress(elf.section('.rodata')!.address, 5)?.toString());
    expect(text).toBe('hello');
    expect(read(file, (elf) => elf.readAddress(BASE + file.length, 1))).toBeNull();
    expect(read(file, (elf) => elf.type)).toBe('fixed');
    expect(read(elfFile({}, 3), (elf) => elf.type)).toBe('relocatable');
  });

  test('refuses what is not ELF64 little-endian', () => {
    const with32bit = elfFile({});
    with32bit[4] = 1;
    const bigEndian = elfFile({});
    bigEndian[5] = 2;
    for (const file of [Buffer.alloc(0), Buffer.from('#!/bin/sh\n'), with32bit, bigEndian]) {
      expect(read(file, () => true)).toBeNull();
    }
    expect(withElf('/proc/self', () => true)).toBeNull();
    expect(() => withElf(join(dir, 'missing'), () => true)).toThrow(/ENOENT/);
  });

  test('does not read a huge sparse section', () => {
    const path = join(dir, 'huge');
    const file = elfFile({ '.note.stapsdt': Buffer.alloc(8) });
    const header = file.length - 64 * 2;
    file.writeBigUInt64LE(2n ** 40n, header + 32);
    writeFileSync(path, file);
    truncateSync(path, 2 ** 41);
    expect(withElf(path, pythonProbes)?.size).toBe(0);
  });

  const whole = elfFile({
    '.note.stapsdt': Buffer.concat([note('python', 'gc__start'), note('python', 'line')]),
    '.rodata': cstring('3.9.2'),
    '.dynamic': u64(1, 1, 0, 0),
    '.PyRuntime': Buffer.concat([Buffer.from('xdebugpy'), u64(0x030f02f0), Buffer.alloc(500)]),
    ...symbols({ _PyRuntime: { address: BASE, section: 3 }, Py_Version: { address: BASE, section: 3 } }),
  });
  const everything = (elf: Elf): unknown => [
    pythonProbes(elf),
    pythonVersion(elf, 'python3.9'),
    readDebugOffsets(elf),
    neededLibraries(elf),
    isInterpreter(elf),
  ];

  test('damaged files never throw', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        read(bytes, everything);
      }),
      { numRuns: 400 },
    );
  });
});

test('counts the sites of the provider python only', () => {
  const notes = [note('python', 'audit'), note('libc', 'line'), note('python', 'audit'), note('python', 'nonsense')];
  const section = Buffer.concat([...notes, note('python', 'gc__done', 'GNU'), note('python', 'line')]);
  expect(read(elfFile({ '.note.stapsdt': section }), pythonProbes)).toEqual(
    new Map([
      ['audit', 2],
      ['line', 1],
    ]),
  );
});

test('imports are no definitions', () => {
  const file = elfFile(symbols({ Py_Version: { address: 0, section: 0 }, _PyRuntime: { address: 4711, section: 9 } }));
  expect(read(file, (elf) => definedSymbols(elf, ['Py_Version', '_PyRuntime']))).toEqual(
    new Map([['_PyRuntime', 4711]]),
  );
});

test('lists needed libraries', () => {
  const file = elfFile({ '.dynstr': cstring('', 'libpython3.9.so.1.0'), '.dynamic': u64(1, 1, 0, 0, 1, 1) });
  expect(read(file, neededLibraries)).toEqual(['libpython3.9.so.1.0']);
});

describe('pythonVersion', () => {
  const versionOf = (bytes: Buffer, path: string): string | null =>
    read(bytes, (elf) => {
      const version = pythonVersion(elf, path);
      return version && versionText(version);
    });

  test('prefers Py_Version', () => {
    const hex = Buffer.from([0xf0, 2, 15, 3, 0, 0, 0, 0]);
    const file = elfFile({ '.rodata': hex, ...symbols({ Py_Version: { address: BASE + 120, section: 1 } }) });
    expect(versionOf(file, 'python3.9')).toBe('3.15.2');
  });

  test.each([
    [['3.2.0', '3.9.2'], '/usr/bin/python3.9', '3.9.2'],
    [['/root/.pyenv/versions/3.10.13'], '/x/libpython3.10.so.1.0', '3.10.13'],
    [['3.8.1', '3.9.2', '13.9.7'], '/usr/bin/python3.9', '3.9.2'],
    [['3.9.1', '3.9.2'], '/usr/bin/python3.9', '3.9'],
    [['2.7.18'], '/opt/app', '2.7.18'],
    [['GLIBC_2.2.5'], '/opt/libpython3.6m.so.1.0', '3.6'],
    [[], '/opt/app', null],
  ])('strings %j in %s: %s', (strings, path, version) => {
    expect(versionOf(elfFile({ '.rodata': cstring('', ...strings) }), path)).toBe(version);
  });
});

describe('debug offsets', () => {
  /** The words of a 3.15 table as Debian's 3.15.2 has them, as far as they are used; 0 elsewhere. */
  function table(change: Readonly<Record<number, number>> = {}): Buffer {
    const words: Record<number, number> = {
      1: 0x030f02f0,
      5: 936,
      6: 300000,
      19: 7744,
      22: 1000,
      26: 72,
      39: 88,
      40: 8,
      41: 0,
      44: 74,
      47: 216,
      52: 68,
      ...change,
    };
    const bytes = u64(...Array.from({ length: 111 }, (_, i) => words[i] ?? 0));
    bytes.write('xdebugpy', 'latin1');
    return bytes;
  }
  const offsetsIn = (bytes: Buffer) => read(elfFile({ '.PyRuntime': bytes }), readDebugOffsets);

  test('gives the layout of 3.15', () => {
    expect(offsetsIn(table())).toMatchObject({
      version: { major: 3, minor: 15, micro: 2 },
      freeThreaded: false,
      interpretersHead: 936,
      frame: { gilHolder: 7744, currentFrame: 72, previous: 8, executable: 0, owner: 74, codeFlags: 48 },
    });
  });

  test('no layout for free-threaded builds, unknown minors and offsets outside their structure', () => {
    expect(offsetsIn(table({ 2: 1 }))).toMatchObject({ freeThreaded: true, frame: null });
    expect(offsetsIn(table({ 1: 0x031000f0 }))).toMatchObject({ version: { minor: 16 }, frame: null });
    expect(offsetsIn(table({ 44: 88 }))?.frame).toBeNull();
    expect(offsetsIn(Buffer.alloc(888))).toBeNull();
  });

  test('takes the section, not a cookie that stands elsewhere', () => {
    const file = elfFile({ '.rodata': table({ 5: 1 }), '.PyRuntime': table() });
    expect(read(file, readDebugOffsets)?.interpretersHead).toBe(936);
    const unnamed = elfFile({ '.data': table(), ...symbols({ _PyRuntime: { address: BASE + 120, section: 1 } }) });
    expect(read(unnamed, runtimeAddress)).toBe(BASE + 120);
    expect(read(unnamed, readDebugOffsets)?.frame?.owner).toBe(74);
  });

  test('adds the load bias', () => {
    const offsets = offsetsIn(table())!;
    expect(frameLayoutOf(offsets, 0, 0x10000)?.mainInterpreter).toBe(BigInt(offsets.runtime + 0x10000 + 944));
  });
});

test('tells libpython from its neighbours', () => {
  const yes = ['/usr/lib/libpython3.9.so.1.0', 'libpython2.7.so', 'libpython3.14t.so.1.0', 'libpython3.6m.so.1.0'];
  for (const path of yes) expect(isLibpython(path)).toBe(true);
  for (const path of ['libboost_python311.so', 'libpythonic.so', 'libpython3.9.a'])
    expect(isLibpython(path)).toBe(false);
});
