import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInterpreter } from './interpreter.js';
import type { ProcessMemory } from './memory.js';
import { readExe, readMaps } from './proc.js';
import { readTypeName, TypeNames } from './type-names.js';

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
      for (const address of [0, 8, 64, 512, NaN, -1, 2 ** 52]) readTypeName(memory, minor, address);
    }),
  );
});
