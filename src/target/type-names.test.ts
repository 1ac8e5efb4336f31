import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInterpreter } from './interpreter.js';
import type { ProcessMemory } from './memory.js';
import { readExe, readMaps } from './proc.js';
import { readType, TypeNames } from './type-names.js';

// A CPython that can run here, of whatever build.
const places = [process.env['PYTRACE_TEST_PYTHON'], '/usr/bin/python3', '/usr/local/bin/python3'];
const python = places.find((path) => path !== undefined && existsSync(path)) ?? '';

const program = `
import collections, json
class Outer:
    class Inner(dict): pass
def f():
    class Größe(Outer.Inner):
        __slots__ = ()
    return Größe
class Meta(type): pass
class Odd(ValueError): __module__ = None
class Mine(metaclass=Meta): pass
made = type('Made', (), {})
renamed = type('Old', (), {}); renamed.__qualname__ = 'a.' * 600; renamed.__module__ = '\\u20ac'
all = [Outer, Outer.Inner, f(), Mine, Odd, made, renamed, int, collections.OrderedDict, Meta]
print(json.dumps([id(one) for one in all] + [id(all), id(None)]), flush=True)
input()
`;

test.skipIf(process.platform !== 'linux' || python === '')('names of the classes of a live Python', async () => {
  const child = spawn(python, ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [data] = (await once(child.stdout, 'data')) as [Buffer];
    const addresses = JSON.parse(data.toString()) as number[];
    const pid = child.pid ?? 0;
    const interpreter = findInterpreter(pid, readExe(pid).path, readMaps(pid));
    const names = new TypeNames(pid, interpreter?.version.minor ?? 0);
    const main = '__main__';
    expect(addresses.map((address) => names.get(address))).toEqual([
      { module: main, qualname: 'Outer', nativeBase: 'object' },
      { module: main, qualname: 'Outer.Inner', nativeBase: 'dict' },
      { module: main, qualname: 'f.<locals>.Größe', nativeBase: 'dict' },
      { module: main, qualname: 'Mine', nativeBase: 'object' },
      { module: null, qualname: 'Odd', nativeBase: 'ValueError' },
      { module: main, qualname: 'Made', nativeBase: 'object' },
      { module: '€', qualname: 'a.'.repeat(512), nativeBase: 'object' },
      { module: 'builtins', qualname: 'int', nativeBase: 'int' },
      { module: 'collections', qualname: 'OrderedDict', nativeBase: 'collections.OrderedDict' },
      { module: main, qualname: 'Meta', nativeBase: 'type' },
      null,
      null,
    ]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(names.get(addresses[1] ?? 0)?.qualname).toBe('Outer.Inner');
    expect(names.get(4096)).toBeNull();
    names.close();
  } finally {
    child.kill('SIGKILL');
  }
});

test('a process that may not be read has no names', () => {
  const names = new TypeNames(4194304, 15);
  expect([names.readable, names.get(123456)]).toEqual([false, null]);
});

test('any memory is answered', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4000 }), fc.integer({ min: 0, max: 20 }), (bytes, minor) => {
      const content = Buffer.from(bytes);
      // Pointers lead back into these bytes, so that something is found behind them.
      for (let at = 0; at + 8 <= content.length; at += 16) content.writeBigUInt64LE(BigInt(content[at] ?? 0) * 8n, at);
      const memory: ProcessMemory = {
        read: (address, length) =>
          address >= 0 && address + length <= content.length ? content.subarray(address, address + length) : null,
        close: () => undefined,
      };
      for (const address of [0, 8, 64, 512, NaN, -1, 2 ** 52]) readType(memory, minor, address);
    }),
  );
});

/** Memory that holds `str`, `tuple`, `type`, `object` and one class of CPython 3.13 at CLASS. */
const CLASS = 0x9000;
const NAME = 0xa000;
const QUALNAME = 0xb000;
const MRO = 0xc000;

function image(): { bytes: Buffer; memory: ProcessMemory } {
  const bytes = Buffer.alloc(0x10000);
  const put = (at: number, value: number): void => void bytes.writeBigUInt64LE(BigInt(value), at);
  let texts = 0xe000;
  const text = (value: string): number => {
    const at = texts;
    texts += bytes.write(`${value}\0`, at);
    return at;
  };
  const tuple = (at: number, first: number): void => {
    put(at + 8, 0x3000);
    put(at + 16, 2);
    put(at + 24, first);
  };
  const type = (at: number, name: string, flags: number, base: number, mro: number): void => {
    put(at + 8, 0x1000);
    put(at + 24, text(name));
    put(at + 168, flags + (1 << 12));
    put(at + 256, base);
    put(at + 264, 0xd000);
    put(at + 344, mro);
    tuple(mro, at);
  };
  const str = (at: number, value: string): void => {
    put(at + 8, 0x2000);
    put(at + 16, value.length);
    put(at + 32, 0x64);
    bytes.write(value, at + 40);
  };
  type(0x1000, 'type', 0x80000000, 0x4000, 0x5000);
  type(0x2000, 'str', 1 << 28, 0x4000, 0x5100);
  type(0x3000, 'tuple', 1 << 26, 0x4000, 0x5200);
  type(0x4000, 'object', 0, 0, 0x5300);
  type(CLASS, 'Inner', 1 << 9, 0x4000, MRO);
  str(NAME, 'Inner');
  str(QUALNAME, 'Outer.Inner');
  put(CLASS + 872 - 16, NAME);
  put(CLASS + 872, QUALNAME);
  const read = (address: number, length: number): Buffer | null =>
    address >= 0 && address + length <= bytes.length ? Buffer.from(bytes.subarray(address, address + length)) : null;
  return { bytes, memory: { read, close: () => undefined } };
}

test('a class is read where all that makes it is there', () => {
  const { memory } = image();
  expect(readType(memory, 13, CLASS)).toEqual({
    type: { module: null, qualname: 'Outer.Inner', nativeBase: 'object' },
    dict: 0xd000,
    name: 'Inner',
  });
});

const damages: Readonly<Record<string, (bytes: Buffer) => void>> = {
  'it is not ready': (bytes) => bytes.writeUInt32LE(1 << 9, CLASS + 168),
  'its type is no type': (bytes) => bytes.writeUInt32LE(0x2000, CLASS + 8),
  'its type is its qualified name': (bytes) => bytes.writeUInt32LE(QUALNAME, CLASS + 8),
  'its __mro__ was cleared': (bytes) => bytes.writeUInt32LE(0, CLASS + 344),
  'its __mro__ begins with another': (bytes) => bytes.writeUInt32LE(0x4000, MRO + 24),
  'its __mro__ is empty': (bytes) => bytes.writeUInt32LE(0, MRO + 16),
  'its __mro__ is a str by now': (bytes) => bytes.writeUInt32LE(0x2000, MRO + 8),
  'its qualified name is a tuple by now': (bytes) => bytes.writeUInt32LE(0x3000, QUALNAME + 8),
  'its qualified name is of a class': (bytes) => bytes.writeUInt32LE(CLASS, QUALNAME + 8),
  'its name is a tuple by now': (bytes) => bytes.writeUInt32LE(0x3000, NAME + 8),
  'its names do not agree': (bytes) => bytes.write('Other', NAME + 40),
  'its tp_name is other text by now': (bytes) => bytes.write('secret', bytes.readUInt32LE(CLASS + 24)),
};

test.each(Object.keys(damages))('no name is read where %s', (damage) => {
  const { bytes, memory } = image();
  damages[damage](bytes);
  expect(readType(memory, 13, CLASS)).toBeNull();
});

test('no name is read where the class changes meanwhile', () => {
  for (const field of [8, 24, 256, 264, 344]) {
    let names = 0;
    for (let after = 1; after < 60; after++) {
      const { bytes, memory } = image();
      let reads = 0;
      const changing: ProcessMemory = {
        ...memory,
        read: (address, length) => {
          // Another type, whose names and __mro__ are not this one's, is written over it.
          if (++reads === after) bytes.writeUInt32LE(0x3000, CLASS + field);
          return memory.read(address, length);
        },
      };
      const told = readType(changing, 13, CLASS);
      // Unless all was read by then: never a part of one and a part of the other.
      if (told === null) continue;
      expect([told.type.qualname, told.name]).toEqual(['Outer.Inner', 'Inner']);
      names++;
    }
    expect(names).toBeGreaterThan(0);
  }
});

test('random memory has no name, however it is linked', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1024, maxLength: 4096 }),
      fc.integer({ min: 8, max: 15 }),
      fc.array(fc.tuple(fc.nat(0xffff), fc.nat(0xffff)), { maxLength: 40 }),
      (noise, minor, links) => {
        const { bytes, memory } = image();
        // The class's own memory and that of its names and __mro__ hold what was written there since, pointers among it.
        for (const at of [CLASS, NAME, QUALNAME, MRO]) bytes.set(noise.subarray(0, 1024), at);
        for (const [at, to] of links) {
          const place = 0x9000 + ((at % 0x4000) & ~7);
          bytes.writeBigUInt64LE(BigInt(to & ~7), place);
        }
        for (let at = 0x9000; at < 0xd000; at += 16) expect(readType(memory, minor, at)).toBeNull();
      },
    ),
    { numRuns: 20 },
  );
});
