import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { stackLayoutOf } from './code-layout.js';
import type { CodeLayout } from './target.js';
import { CodeNames, lineAt, readCode } from './code-names.js';
import { findInterpreter } from './interpreter.js';
import type { ProcessMemory } from './memory.js';
import { openMemory } from './memory.js';
import { readExe, readMaps } from './proc.js';

describe('line tables', () => {
  const bytes = (...values: number[]): Buffer => Buffer.from(values.map((value) => value & 255));

  test('3.6 to 3.9: steps of offset and line, also backwards', () => {
    const table = bytes(2, 1, 4, -3, 0, 100, 6, 1);
    const lines = [-1, 0, 1, 2, 5, 6, 11, 12, 99].map((instr) => lineAt(9, table, 10, instr));
    expect(lines).toEqual([10, 10, 10, 11, 11, 108, 108, 109, 109]);
    expect(lineAt(8, bytes(), 3, 0)).toBe(3);
  });

  test('3.10: ranges, instructions of two bytes, some without a line', () => {
    const table = bytes(2, 1, 4, -128, 0, 5, 2, -1);
    expect([-1, 0, 1, 2, 3, 4].map((instr) => lineAt(10, table, 10, instr))).toEqual([10, 11, null, null, 15, null]);
  });

  test('3.11 and later: every kind of entry', () => {
    const entry = (kind: number, units: number): number => 0x80 | (kind << 3) | (units - 1);
    const table = bytes(
      ...[entry(0, 1), 0], // short: the same line
      ...[entry(12, 2), 1, 2], // two lines on
      ...[entry(13, 1), 7], // -3: sign in the lowest bit
      ...[entry(15, 1)], // none
      ...[entry(14, 1), 0x40, 0x02, 1, 2, 3], // 64 lines on: more than six bits
    );
    const offsets = [-2, 0, 2, 4, 6, 8, 10, 12];
    expect(offsets.map((instr) => lineAt(13, table, 10, instr))).toEqual([10, 10, 12, 12, 9, null, 73, null]);
  });

  test('whatever stands in them, they end', () => {
    for (let seed = 1; seed < 400; seed++) {
      const noise = Buffer.from(
        Array.from({ length: seed % 40 }, (_, i) => (seed * 2654435761 + i * 40503 * seed) >>> 13),
      );
      for (const minor of [9, 10, 11, 15]) {
        const line = lineAt(minor, noise, 1, seed);
        expect(line === null || Number.isInteger(line)).toBe(true);
      }
    }
  });
});

describe('a process that is not what it is taken for', () => {
  const layout: CodeLayout = {
    minor: 13,
    ...{ name: 120, qualname: 128, filename: 112, firstLine: 68, flags: 48, lineTable: 136, asciiHeader: 40 },
  };
  const memory = (read: ProcessMemory['read']): ProcessMemory => ({ read, close: () => undefined });

  test('has no code', () => {
    expect(
      readCode(
        memory(() => null),
        layout,
        4096,
      ),
    ).toBeNull();
    expect(
      readCode(
        memory((_, length) => Buffer.alloc(length, 255)),
        layout,
        4096,
      ),
    ).toBeNull();
    expect(
      readCode(
        memory((_, length) => Buffer.alloc(length)),
        layout,
        0,
      ),
    ).toBeNull();
    const text = Buffer.from('code\0\0\0\0').readBigUInt64LE();
    // Everything points to itself, and every type is called `code`.
    const loop = (_: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      for (let at = 0; at + 8 <= length; at += 8) bytes.writeBigUInt64LE(text, at);
      return bytes;
    };
    expect(readCode(memory(loop), layout, 4096)).toBeNull();
  });

  test('has no code where it was freed, changes while it is read, or is what a class of the program made', () => {
    const image = new Map<number, Buffer>();
    const put = (at: number, size: number, words: Readonly<Record<number, number | string>>): void => {
      const bytes = Buffer.alloc(size);
      for (const [offset, word] of Object.entries(words)) {
        if (typeof word === 'string') bytes.write(word, Number(offset));
        else bytes.writeBigUInt64LE(BigInt(word), Number(offset));
      }
      image.set(at, bytes);
    };
    const types = { code: 0x10000, str: 0x11000, bytes: 0x12000 };
    for (const [name, at] of Object.entries(types)) {
      put(at, 176, { 24: at + 0x800 });
      put(at + 0x800, 8, { 0: name });
    }
    const text = (at: number, value: string): void =>
      put(at, 80, { 0: 1, 8: types.str, 16: value.length, 32: 0x64, 40: value });
    text(0x20000, 'one');
    text(0x21000, 'C.one');
    text(0x22000, '/one.py');
    put(0x23000, 40, { 0: 1, 8: types.bytes, 16: 1 });
    const code = 0x30000;
    const good = {
      0: 1,
      8: types.code,
      16: 10,
      64: 7 * 2 ** 32,
      112: 0x22000,
      120: 0x20000,
      128: 0x21000,
      136: 0x23000,
    };
    put(code, 144, good);
    const read = (address: number, length: number): Buffer | null => {
      for (const [at, bytes] of image)
        if (address >= at && address + length <= at + bytes.length) {
          return Buffer.from(bytes.subarray(address - at, address - at + length));
        }
      return null;
    };
    const one = readCode(memory(read), layout, code);
    expect(one).toMatchObject({ name: 'one', qualname: 'C.one', file: '/one.py', firstLine: 7 });
    expect([-3, -2, 0, 18, 20, 22].map((instr) => one?.holds(instr))).toEqual([false, true, true, true, true, false]);

    for (const free of [0, 0x7f12_3456_7890]) {
      put(code, 144, { ...good, 0: free });
      expect(readCode(memory(read), layout, code)).toBeNull();
      put(code, 144, good);
      put(0x20000, 80, { 0: free, 8: types.str, 16: 3, 32: 0x64, 40: 'two' });
      expect(readCode(memory(read), layout, code)).toBeNull();
      text(0x20000, 'one');
    }
    const changes = (address: number, length: number): Buffer | null => {
      if (address === 0x22000) put(code, 144, { ...good, 120: 0x21000 });
      return read(address, length);
    };
    expect(readCode(memory(changes), layout, code)).toBeNull();
    put(code, 144, good);
    expect(readCode(memory(read), layout, code)).not.toBeNull();
    // A heap type.
    put(types.str, 176, { 24: types.str + 0x800, 168: 1 << 9 });
    expect(readCode(memory(read), layout, code)).toBeNull();
  });

  test('is this process', () => {
    const own = openMemory(process.pid)!;
    expect(own.read(0, 8)).toBeNull();
    expect(own.read(-8, 8)).toBeNull();
    expect(own.read(NaN, 8)).toBeNull();
    expect(own.read(4096, 1 << 30)).toBeNull();
    own.close();
    own.close();
    expect(own.read(4096, 8)).toBeNull();
    expect(openMemory(4194304)).toBeNull();
    const names = new CodeNames(4194304, layout);
    expect([names.readable, names.get(4096)]).toEqual([false, null]);
    names.close();
  });
});

// Prints, for each of some code objects, its address, what it says of itself, and the line of each of its instructions.
const PROGRAM = `
import dis, json, sys, time
def plain(a, b):
    x = [
        a,
        b,
    ]
    for i in x:
        try:
            yield (i
                   + 1)
        finally:
            del i
    return sum(
        y for y in x
    )
class Outer:
    def method(self):
        def inner(): return self
        return inner
exec(compile("\\n" * 300 + "def f\\u00e9(): pass\\ndef f\\u0416(): return 1\\ndef f\\U00010400(): pass\\n", "/tmp/\\u20ac/\\U0001f40d.py", "exec"))
long = compile("\\n".join(("x = 1" + "\\n" * (i % 7) + "\\nfor i in []:\\n  pass") for i in range(400)), "long.py", "exec")
back = compile("f(\\n\\n\\n\\n 1,\\n\\n 2\\n)\\n" * 30, "x" * 5000, "exec")
codes = [plain.__code__, Outer.method.__code__, Outer.method(1).__code__, f\u00e9.__code__, f\u0416.__code__, f\u{10400}.__code__, long, back]
def lines(code):
    if hasattr(code, "co_lines"):
        found = {}
        for start, end, line in code.co_lines():
            for at in range(start, end, 2): found[at] = line
        return [found.get(at) for at in range(0, len(code.co_code), 2)]
    starts = dict(dis.findlinestarts(code))
    found, line = [], code.co_firstlineno
    for at in range(0, len(code.co_code), 2):
        line = starts.get(at, line)
        found.append(line)
    return found
for code in codes:
    print(json.dumps({"address": id(code), "name": code.co_name, "qualname": getattr(code, "co_qualname", None),
        "file": code.co_filename[:4096], "firstLine": code.co_firstlineno, "flags": code.co_flags, "lines": lines(code)}))
print(flush=True)
time.sleep(60)
`;

interface Truth {
  readonly address: number;
  readonly lines: readonly (number | null)[];
  readonly file: string;
}

// Of whatever build and version is here; several may be named, separated by colons.
const named = process.env['PYTRACE_TEST_PYTHON']?.split(':') ?? [];
const usual = ['/usr/bin/python3', '/usr/local/bin/python3'].filter((path) => existsSync(path)).slice(0, 1);
const pythons = named.length > 0 ? named.filter((path) => existsSync(path)) : usual;

describe.skipIf(process.platform !== 'linux' || pythons.length === 0)('a Python', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  test.each(pythons)('%s: names, files and lines of code objects are what it says itself', async (python) => {
    const child = spawn(python, ['-X', 'utf8', '-c', PROGRAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONIOENCODING: 'utf-8', LC_ALL: 'C.UTF-8' },
    });
    children.push(child);
    const truths: Truth[] = [];
    for await (const line of createInterface(child.stdout)) {
      if (line === '') break;
      truths.push(JSON.parse(line) as Truth);
    }
    expect(truths).toHaveLength(8);
    const pid = child.pid!;
    const interpreter = findInterpreter(pid, readExe(pid).path, readMaps(pid))!;
    const { minor } = interpreter.version;
    const layout = stackLayoutOf(interpreter, pid);
    // What is not supported says so.
    if (minor < 7 || minor > 15 || interpreter.freeThreaded) return expect(layout).toBeNull();
    expect(layout).not.toBeNull();
    const names = new CodeNames(pid, layout!.code);
    for (const { address, lines, ...says } of truths) {
      const code = names.get(address)!;
      expect(code).toMatchObject(says);
      const unit = minor === 10 ? 1 : 2;
      expect(lines.map((_, i) => code.line(i * unit))).toEqual(lines);
      expect(names.get(address)).toBe(code);
      expect(names.get(address + 8)).toBeNull();
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(names.get(truths[0].address)?.name).toBe('plain');
    expect(names.get(4096)).toBeNull();
    names.close();
    // Before 3.13 nothing is believed without having been seen in the process.
    if (minor < 13) expect(stackLayoutOf(interpreter, pid)).toBeNull();
  });
});
