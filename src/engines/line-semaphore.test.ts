import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEngine, fakeRequest, fakeTarget } from '../../test/fakes/request.js';
import { fileOffset, type Elf } from '../target/elf.js';
import { dtrace } from './dtrace.js';
import type { EngineEnd } from './engine.js';
import { lineSemaphore, lineSemaphoreFailure, type SemaphoreMachine } from './line-semaphore.js';
import { semaphorePlace } from './line-semaphore-place.js';
import { startEngine } from './supervisor.js';

const u64 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), i * 8));
  return bytes;
};
const padded = (text: string): Buffer => Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4, '\0'), 'latin1');

function note(name: string, base: number, semaphore: number): Buffer {
  const descriptor = Buffer.concat([u64(0x42ec0f, base, semaphore), Buffer.from(`python\0${name}\x008@%r14\0`)]);
  const head = Buffer.alloc(12);
  [8, descriptor.length, 3].forEach((value, i) => head.writeUInt32LE(value, i * 4));
  return Buffer.concat([head, padded('stapsdt\0'), padded(descriptor.toString('latin1'))]);
}

/** With the addresses of Debian's python3.11 (3.11.2-6), which lies in the file otherwise than in memory. */
function debianElf(changes: { semaphore?: number; base?: number; symbols?: Record<string, number> } = {}): Elf {
  const { semaphore = 0xa7ed4c, base = 0x8c99c0 } = changes;
  const symbols = Object.entries(changes.symbols ?? { PyErr_BadInternalCall: 0x4c7876, Py_FatalError: 0x4c5ac7 });
  const strings = Buffer.from(`\0${symbols.map(([name]) => `${name}\0`).join('')}`);
  const table = symbols.map(([name, address]) => {
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, 0);
    entry.writeUInt16LE(13, 6);
    u64(address).copy(entry, 8);
    return entry;
  });
  const bodies: Record<string, Buffer> = {
    '.note.stapsdt': Buffer.concat([note('gc__start', base, 0xa7ed4e), note('line', base, semaphore)]),
    '.dynsym': Buffer.concat(table),
    '.dynstr': strings,
  };
  const sections = [
    { name: '.probes', type: 1, address: 0xa7ed40, offset: 0x67dd40, size: 24 },
    { name: '.stapsdt.base', type: 1, address: 0x8c99c0, offset: 0x4c99c0, size: 1 },
    ...Object.entries(bodies).map(([name, { length }]) => ({ name, type: 1, address: 0, offset: 0, size: length })),
  ];
  return {
    type: 'fixed',
    machine: 62,
    sections,
    segments: [
      { offset: 0x1f000, address: 0x41f000, fileSize: 0x2afe49, memorySize: 0x2afe49 },
      { offset: 0x53fdc8, address: 0x940dc8, fileSize: 0x13df90, memorySize: 0x182db0 },
    ],
    section: (name) => sections.find((section) => section.name === name) ?? null,
    readAt: () => Buffer.alloc(0),
    readAddress: () => null,
    contents: (section) => bodies[section.name] ?? null,
  };
}

describe('the place of the uprobe', () => {
  it('is given in offsets of the file', () => {
    expect(semaphorePlace(debianElf())).toEqual({ functions: [0xc7876, 0xc5ac7], semaphore: 0x67dd4c });
  });

  it('is not guessed: the semaphore lies among semaphores, and nothing was moved', () => {
    expect(semaphorePlace(debianElf({ semaphore: 0 }))).toBeNull();
    expect(semaphorePlace(debianElf({ semaphore: 0xa7ed40 + 23 }))).toBeNull();
    expect(semaphorePlace(debianElf({ base: 0x8c99c1 }))).toBeNull();
    expect(semaphorePlace(debianElf({ symbols: { Py_Main: 0x4c7876 } }))).toBeNull();
    expect(semaphorePlace(debianElf({ symbols: { Py_FatalError: 0x1000 } }))).toBeNull();
  });

  it('takes any address to where the file has it, or nowhere', () => {
    const segment = fc.record({ offset: fc.nat(0xffff), fileSize: fc.nat(0xfff), gap: fc.nat(0xffff) });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), fc.nat(0x50000), (parts, address) => {
        let from = 0;
        const segments = parts.map(({ offset, fileSize, gap }) => {
          const start = from + gap;
          from = start + fileSize;
          return { offset, address: start, fileSize, memorySize: fileSize };
        });
        const bytes = new Map(
          segments.flatMap((s) => Array.from({ length: s.fileSize }, (_, i) => [s.address + i, s.offset + i] as const)),
        );
        expect(fileOffset({ ...debianElf(), segments }, address)).toBe(bytes.get(address) ?? null);
      }),
    );
  });
});

const files: Record<string, string> = {
  '/sys/bus/event_source/devices/uprobe/type': '8\n',
  '/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset': 'config:32-63\n',
};
function machine(changes: Partial<SemaphoreMachine> = {}): SemaphoreMachine {
  return {
    arch: 'x64',
    read: (path) => files[path] ?? null,
    executable: () => true,
    place: () => ({ functions: [0xc7876, 0xc5ac7], semaphore: 0x67dd4c }),
    ...changes,
  };
}

function wordsOf(changes: Partial<SemaphoreMachine> = {}): readonly string[] {
  const semaphore = lineSemaphore(fakeTarget(), machine(changes));
  if ('objection' in semaphore) throw new Error(semaphore.objection);
  return semaphore.words;
}

describe('what goes before the engine', () => {
  it('is perl, or else Python, with the numbers of perf_event_open', () => {
    const numbers = ['298', '8', (0x67dd4cn << 32n).toString(), '4321', '/proc/4321/exe', '817270,809671'];
    expect(wordsOf()[0]).toBe('/usr/bin/perl');
    expect(wordsOf().slice(3)).toEqual(['--', ...numbers]);
    const python = wordsOf({ executable: (path) => path.includes('python') });
    expect(python.slice(0, 4)).toEqual(['/usr/bin/python3', '-I', '-S', '-c']);
    expect(python.slice(5)).toEqual(numbers);
    expect(wordsOf({ arch: 'arm64' })[4]).toBe('241');
  });

  it('cannot be had everywhere, with a cause and a cure', () => {
    const objection = (changes: Partial<SemaphoreMachine>): string => {
      const found = lineSemaphore(fakeTarget(), machine(changes));
      return 'objection' in found ? found.objection : '';
    };
    expect(objection({ read: () => null })).toMatch(/no users of a probe.*: boot Linux 4\.20 or later/);
    expect(objection({ read: (path) => (path.endsWith('type') ? '8' : null) })).toMatch(/Linux 4\.20/);
    expect(objection({ executable: () => false })).toMatch(/neither perl nor python3.*: install package perl-base/);
    expect(objection({ place: () => null })).toMatch(/was not found.*: run the program with Python 3\.15/);
    expect(objection({ place: () => ({ functions: [1], semaphore: 2 ** 32 }) })).toMatch(/was not found/);
    expect(objection({ arch: 's390x' })).toMatch(/on s390x/);
  });

  it('says why it could not be done', () => {
    expect(lineSemaphoreFailure('pytrace-line-semaphore: 13 Permission denied')).toMatch(
      /perf_event_open: Permission denied\): run pytrace as root/,
    );
    expect(lineSemaphoreFailure('pytrace-line-semaphore: 3 No such process')).toMatch(/^The process ended/);
    expect(lineSemaphoreFailure('pytrace-line-semaphore: 22 Invalid argument')).toMatch(/Invalid argument\): run the/);
    expect(lineSemaphoreFailure('pytrace-line-semaphore: no ctypes')).toMatch(/install package perl-base/);
    expect(lineSemaphoreFailure('dtrace: pytrace-line-semaphore: 3 x')).toBeNull();
  });
});

// The system call is replaced by others: getpid() succeeds and gives a number, as perf_event_open does; no call has the
// last number.
const GETPID: Partial<Record<NodeJS.Architecture, string>> = { x64: '39', arm64: '172', riscv64: '172' };
const NONE = '100000';
const folder = mkdtempSync(join(tmpdir(), 'pytrace-semaphore-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runs = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;

for (const [name, usable] of [
  ['perl', runs('/usr/bin/perl', '-e', '1')],
  ['python3', runs('/usr/bin/python3', '-I', '-S', '-c', 'import ctypes')],
] as const) {
  describe.skipIf(!usable || process.platform !== 'linux' || GETPID[process.arch] === undefined)(`${name}`, () => {
    const words = (call: string): readonly string[] =>
      wordsOf({ executable: (path) => path === `/usr/bin/${name}` }).map((word) => (word === '298' ? call : word));
    const [file] = words(NONE);

    it('becomes the engine once the event is open, under the same pid and with its arguments', () => {
      const script = join(folder, `${name}.pid`);
      const engine = ['/bin/sh', '-c', 'echo $$ "$@" >"$0"', script, 'a b', '$x', ''];
      const run = spawnSync(file, [...words(GETPID[process.arch]!).slice(1), ...engine]);
      expect([run.status, run.stderr.toString()]).toEqual([0, '']);
      expect(readFileSync(script, 'utf8')).toBe(`${run.pid} a b $x \n`);
    });

    it('does not start the engine where it could not be opened', () => {
      const run = spawnSync(file, [...words(NONE).slice(1), '/bin/sh', '-c', 'echo started']);
      expect([run.status, run.stdout.toString()]).toEqual([1, '']);
      expect(run.stderr.toString()).toMatch(/^pytrace-line-semaphore: 38 Function not implemented\n$/);
    });

    it('tells an engine that cannot be executed by 127', () => {
      const run = spawnSync(file, [...words(GETPID[process.arch]!).slice(1), '/nowhere/dtrace']);
      expect(run.status).toBe(127);
    });

    it('is what the supervisor starts the engine through', async () => {
      const end = (call: string): Promise<EngineEnd> =>
        new Promise((resolve) => {
          const engine = startEngine(
            dtrace,
            fakeEngine('dtrace', 'good'),
            { ...fakeRequest(), lineSemaphore: words(call) },
            {
              data(chunk) {
                if (/(^|\n)A\t/.test(Buffer.from(chunk).toString('latin1'))) engine.armed();
                void engine.stop();
              },
              progress: () => undefined,
              loss: () => undefined,
              note: () => undefined,
              end: (value) => void engine.gone().then(() => resolve(value)),
            },
          );
        });
      expect(await end(GETPID[process.arch]!)).toEqual({ reason: 'stopped', sentence: '', details: [] });
      expect(await end(NONE)).toMatchObject({
        reason: 'failed-to-start',
        sentence: expect.stringMatching(/^The semaphore of the line probe.*Function not implemented/) as string,
      });
    });
  });
}
