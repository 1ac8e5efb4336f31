import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CLONE_NAME, cloneDebugFile, deletionsSeen, findAllocClone } from './alloc-clone.js';
import { withElf, type Elf } from './elf.js';

const dir = mkdtempSync(join(tmpdir(), 'pytrace-clone-'));
afterAll(() => rmSync(dir, { recursive: true }));

const TEXT = 0x427580;
const NEW = 0x5e7ca0;
const ALLOC = 0x579b20;
const GC_DEL = 0x591360;
const CLONE = 0x57a090;

/** Debian's 3.15.2: asks whether tp_alloc is PyType_GenericAlloc, and calls the copy if so. */
const OPTIMISED = Buffer.from(
  'f30f1efa488b8730010000483d209b5700755e554889e5534889fb4883ec08e8cc23f9ff4885c07442f683a9000000407439',
  'hex',
);
/** Debian's 3.9.2: calls whatever tp_alloc is. */
const PLAIN = Buffer.from('488b873001000031f6ffe0', 'hex');

/** As much of an ELF file as is looked at: .text from TEXT on, with code at some addresses. */
function fakeElf(
  code: Readonly<Record<number, Buffer>>,
  { machine = 62, type = 'fixed' }: { machine?: number; type?: Elf['type'] } = {},
): Elf {
  const names = ['PyType_GenericNew', 'PyType_GenericAlloc', 'PyObject_GC_Del'];
  const strings = Buffer.from(`\0${names.join('\0')}\0`, 'latin1');
  const symbols = Buffer.alloc(24 * 4);
  [NEW, ALLOC, GC_DEL].forEach((address, i) => {
    const at = 24 * (i + 1);
    symbols.writeUInt32LE(strings.indexOf(names[i] ?? ''), at);
    symbols.writeUInt16LE(12, at + 6);
    symbols.writeBigUInt64LE(BigInt(address), at + 8);
    symbols.writeBigUInt64LE(BigInt(code[address]?.length ?? 16), at + 16);
  });
  const text = Buffer.alloc(0x457e9e, 0x90);
  for (const [address, bytes] of Object.entries(code)) bytes.copy(text, Number(address) - TEXT);
  const id = Buffer.concat([Buffer.from('040000001400000003000000474e5500', 'hex'), Buffer.alloc(20, 7)]);
  const bodies: Record<string, Buffer> = {
    '.dynsym': symbols,
    '.dynstr': strings,
    '.text': text,
    '.note.gnu.build-id': id,
  };
  const header = Buffer.alloc(64 + 56);
  header.write('7f454c46020101', 'hex');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt16LE(64, 58);
  header.writeUInt32LE(1, 64);
  const sections = Object.entries(bodies).map(([name, body]) => ({
    name,
    type: 1,
    address: name === '.text' ? TEXT : 0x400000,
    offset: 0,
    size: body.length,
  }));
  return {
    type,
    machine,
    sections,
    segments: [],
    section: (name) => sections.find((section) => section.name === name) ?? null,
    readAt: (offset, length) => header.subarray(offset, offset + length),
    readAddress: (address, length) => text.subarray(address - TEXT, address - TEXT + length),
    contents: (section) => bodies[section.name] ?? null,
  };
}

describe('the local copy of the allocator', () => {
  test('is what PyType_GenericNew calls in an optimised build', () => {
    expect(findAllocClone(fakeElf({ [NEW]: OPTIMISED }))).toEqual({ kind: 'found', address: CLONE, named: false });
  });

  test('is not there in a build that calls through tp_alloc', () => {
    expect(findAllocClone(fakeElf({ [NEW]: PLAIN }))).toEqual({ kind: 'none needed' });
  });

  test('is not understood where the code is another', () => {
    expect(findAllocClone(fakeElf({ [NEW]: Buffer.alloc(40, 0x90) })).kind).toBe('not understood');
    expect(findAllocClone(fakeElf({ [NEW]: OPTIMISED }, { machine: 183 }))).toEqual({
      kind: 'not understood',
      reason: 'only x86-64 code is understood',
    });
    // The comparison alone, without a call behind it.
    expect(findAllocClone(fakeElf({ [NEW]: OPTIMISED.subarray(0, 30) })).kind).toBe('not understood');
  });

  test('any code is answered', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(['none needed', 'found', 'not understood']).toContain(
          findAllocClone(fakeElf({ [NEW]: Buffer.from(bytes) })).kind,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('deletions', () => {
  const compare = '4881fe60135900'; // cmp $PyObject_GC_Del,%rsi
  const at = 0x50a859;

  test('are all seen where PyObject_GC_Del is called', () => {
    expect(deletionsSeen(fakeElf({}))).toBe('all');
    const code = Buffer.concat([Buffer.from(`${compare}7505`, 'hex'), Buffer.from('e800000000', 'hex')]);
    code.writeInt32LE(GC_DEL - (at + code.length), code.length - 4);
    expect(deletionsSeen(fakeElf({ [at]: code }))).toBe('all');
  });

  test('are not all seen where its code is copied', () => {
    const code = Buffer.from(`${compare}0f85e40100004c8b45f0488d7df04d85c0`, 'hex');
    expect(deletionsSeen(fakeElf({ [at]: code }))).toBe('most');
    expect(deletionsSeen(fakeElf({ [at]: code }, { type: 'relocatable' }))).toBe('unknown');
  });
});

test('the debug file is an ELF file of the same build id', () => {
  const file = cloneDebugFile(fakeElf({ [NEW]: OPTIMISED }), CLONE);
  expect(file?.path).toBe(`.build-id/07/${'07'.repeat(19)}.debug`);
  const path = join(dir, 'clone.debug');
  writeFileSync(path, file?.bytes ?? '');
  withElf(path, (elf) => {
    expect(elf.section('.text')?.address).toBe(TEXT);
    const symbols = elf.section('.symtab');
    const strings = elf.section('.strtab');
    const table = symbols && elf.contents(symbols, 4096);
    expect(strings && elf.contents(strings, 4096)?.toString('latin1')).toContain(CLONE_NAME);
    expect(table?.readBigUInt64LE(24 * 4 + 8)).toBe(BigInt(CLONE));
    const note = elf.section('.note.gnu.build-id');
    expect(note && elf.contents(note, 64)?.subarray(16)).toEqual(Buffer.alloc(20, 7));
  });
  expect(withElf(path, () => true)).toBe(true);
});
