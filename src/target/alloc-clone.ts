import { definedSymbols, number64, type Elf } from './elf.js';

/**
 * The local copy of `_PyType_AllocNoTrack` that optimised builds of CPython 3.13 and later make, and that most instances
 * are then made by: who counts at PyType_GenericAlloc alone misses them.
 */
export type AllocClone =
  /** Each creation passes PyType_GenericAlloc: builds without link-time optimisation, and all before 3.13. */
  | { readonly kind: 'none needed' }
  /** `named`: .symtab names it, so that dtrace finds it too. */
  | { readonly kind: 'found'; readonly address: number; readonly named: boolean }
  | { readonly kind: 'not understood'; readonly reason: string };

/** The name that gcc gives it. */
export const CLONE_NAME = '_PyType_AllocNoTrack.constprop.0';
/** What objects-alloc counts at. */
const FUNCTIONS = ['PyType_GenericNew', 'PyType_GenericAlloc', 'PyObject_GC_Del'] as const;

const X86_64 = 62;
const CODE_LIMIT = 1024;
const TEXT_LIMIT = 64 << 20;
const TABLE_LIMIT = 16 << 20;
/** 3.8 to 3.15 with a GIL. */
const TP_ALLOC = '30010000';

/**
 * Finds that copy in the code of PyType_GenericNew, which in such a build asks whether tp_alloc is PyType_GenericAlloc
 * and, if so, calls the copy in its place. Tried on Debian's 3.9, 3.11 and 3.13 to 3.15 and on builds of 3.6 to 3.13
 * without optimisation.
 */
export function findAllocClone(elf: Elf): AllocClone {
  if (elf.machine !== X86_64) return unknown('only x86-64 code is understood');
  const symbols = definedSymbols(elf, FUNCTIONS);
  const start = symbols.get('PyType_GenericNew');
  const alloc = symbols.get('PyType_GenericAlloc');
  const code = start === undefined ? null : functionCode(elf, start);
  if (start === undefined || alloc === undefined || code === null) return unknown('PyType_GenericNew is not exported');
  const hex = code.toString('hex');
  // One way out: whatever tp_alloc is, it is called through its pointer.
  const plain = [
    `488b87${TP_ALLOC}31f6ffe0`,
    `31f6ffa7${TP_ALLOC}`,
    `31f6ff97${TP_ALLOC}`,
    `31f6488b87${TP_ALLOC}ffe0`,
  ];
  if (plain.some((bytes) => hex.includes(bytes)) && !comparesWith(code, start, alloc)) return { kind: 'none needed' };
  if (!comparesWith(code, start, alloc))
    return unknown('PyType_GenericNew is compiled in a way that is not known here');
  const address = firstCall(elf, code, start);
  if (address === null) return unknown('PyType_GenericNew calls no function directly');
  return address === alloc ? { kind: 'none needed' } : { kind: 'found', address, named: hasSymbol(elf) };
}

/**
 * Whether PyObject_GC_Del sees each deletion. `most`: this build frees instances of some classes with a native base
 * (dict, tuple, exceptions) by a copy of that function in other functions' code; Debian's 3.9 does.
 * `unknown`: the code cannot tell (position-independent, or not x86-64).
 */
export function deletionsSeen(elf: Elf): 'all' | 'most' | 'unknown' {
  const target = definedSymbols(elf, FUNCTIONS).get('PyObject_GC_Del');
  const section = elf.section('.text');
  if (elf.machine !== X86_64 || elf.type !== 'fixed' || target === undefined || section === null) return 'unknown';
  const text = elf.contents(section, TEXT_LIMIT);
  if (text === null) return 'unknown';
  const needle = Buffer.alloc(4);
  needle.writeUInt32LE(target);
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    // `cmp $PyObject_GC_Del,REGISTER`: tp_free is guessed. What follows is a call of it, or a copy of its code.
    if (isCompare(text, at) && !callsSoon(text, at + 4, section.address, target)) return 'most';
  }
  return 'all';
}

/**
 * A debug file that names the copy: with its folder in SYSTEMTAP_DEBUGINFO_PATH stap finds the function in a stripped ELF
 * file. `path` is where it must lie in that folder. null where the ELF file has no build id to tell them belong together.
 */
export function cloneDebugFile(elf: Elf, address: number): { path: string; bytes: Buffer } | null {
  const note = elf.section('.note.gnu.build-id');
  const text = elf.section('.text');
  const noteBytes = note && elf.contents(note, 256);
  if (!note || !text || !noteBytes || noteBytes.length < 24 || noteBytes.toString('latin1', 12, 16) !== 'GNU\0')
    return null;
  const id = noteBytes.subarray(16, 16 + noteBytes.readUInt32LE(4)).toString('hex');
  const header = Buffer.from(elf.readAt(0, 64));
  const programs = elf.readAt(number64(header, 32), header.readUInt16LE(56) * 56);

  const symbols = [...definedSymbols(elf, FUNCTIONS), [CLONE_NAME, address] as const];
  const strings = Buffer.from(`\0${symbols.map(([name]) => `${name}\0`).join('')}`, 'latin1');
  const table = Buffer.alloc(24 * (symbols.length + 1));
  symbols.forEach(([name, value], i) => {
    const at = 24 * (i + 1);
    table.writeUInt32LE(strings.indexOf(`${name}\0`), at);
    table[at + 4] = 0x12; // STB_GLOBAL, STT_FUNC
    table.writeUInt16LE(2, at + 6); // .text
    table.writeBigUInt64LE(BigInt(value), at + 8);
    table.writeBigUInt64LE(1n, at + 16);
  });
  const names = Buffer.from('\0.note.gnu.build-id\0.text\0.symtab\0.strtab\0.shstrtab\0', 'latin1');

  const bodies = [Buffer.concat([header, programs]), noteBytes, table, strings, names].map(aligned);
  const offsets = bodies.map((_, i) => bodies.slice(0, i).reduce((sum, body) => sum + body.length, 0));
  const name = (text: string): number => names.indexOf(`\0${text}\0`, 0, 'latin1') + 1;
  const headers = [
    sectionHeader(),
    sectionHeader(name('.note.gnu.build-id'), 7, 2, note.address, offsets[1], noteBytes.length, 0, 0, 4),
    sectionHeader(name('.text'), 8, 6, text.address, offsets[2], text.size, 0, 0, 16),
    sectionHeader(name('.symtab'), 2, 0, 0, offsets[2], table.length, 4, 1, 8, 24),
    sectionHeader(name('.strtab'), 3, 0, 0, offsets[3], strings.length, 0, 0, 1),
    sectionHeader(name('.shstrtab'), 3, 0, 0, offsets[4], names.length, 0, 0, 1),
  ];
  bodies[0].writeBigUInt64LE(64n, 32);
  bodies[0].writeBigUInt64LE(BigInt(offsets[4] + bodies[4].length), 40);
  bodies[0].writeUInt16LE(headers.length, 60);
  bodies[0].writeUInt16LE(headers.length - 1, 62);
  return {
    path: `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`,
    bytes: Buffer.concat([...bodies, ...headers]),
  };
}

function unknown(reason: string): AllocClone {
  return { kind: 'not understood', reason };
}

/** The bytes of an exported function, by the size that .dynsym says. */
function functionCode(elf: Elf, address: number): Buffer | null {
  const section = elf.section('.dynsym');
  const table = section && elf.contents(section, TABLE_LIMIT);
  for (let at = 0; table && at + 24 <= table.length; at += 24) {
    if (number64(table, at + 8) !== address) continue;
    const size = number64(table, at + 16);
    return size > 0 && size <= CODE_LIMIT ? elf.readAddress(address, size) : null;
  }
  return null;
}

/** Whether code names `target` as an immediate of cmp, or as the address of a lea. */
function comparesWith(code: Buffer, start: number, target: number): boolean {
  for (let at = 3; at + 4 <= code.length; at++) {
    if (code.readUInt32LE(at) === target && (isCompare(code, at) || (code[at - 2] === 0x48 && code[at - 1] === 0x3d)))
      return true;
    const lea = (code[at - 3] & 0xfb) === 0x48 && code[at - 2] === 0x8d && (code[at - 1] & 0xc7) === 5;
    if (lea && start + at + 4 + code.readInt32LE(at) === target) return true;
  }
  return false;
}

/** `cmp $imm32,REGISTER` whose immediate stands at `at`. */
function isCompare(code: Buffer, at: number): boolean {
  const [rex, opcode, register] = [code[at - 3], code[at - 2], code[at - 1]];
  return (
    ((rex === 0x48 || rex === 0x49) && opcode === 0x81 && register >= 0xf8) || (opcode === 0x48 && register === 0x3d)
  );
}

/** The target of the first call that leads out of the function, to where a function may begin. */
function firstCall(elf: Elf, code: Buffer, start: number): number | null {
  const text = elf.section('.text');
  if (text === null) return null;
  for (let at = 0; at + 5 <= code.length; at++) {
    if (code[at] !== 0xe8) continue;
    const target = start + at + 5 + code.readInt32LE(at + 1);
    const inside = target >= text.address && target < text.address + text.size;
    // gcc aligns hot functions to 16.
    if (inside && target % 16 === 0 && (target < start || target >= start + code.length)) return target;
  }
  return null;
}

/** Whether code calls or jumps to `target` within the next instructions. */
function callsSoon(text: Buffer, from: number, base: number, target: number): boolean {
  for (let at = from; at < from + 32 && at + 5 <= text.length; at++) {
    if ((text[at] & 0xfe) === 0xe8 && base + at + 5 + text.readInt32LE(at + 1) === target) return true;
  }
  return false;
}

function hasSymbol(elf: Elf): boolean {
  const section = elf.section('.strtab');
  const names = elf.section('.symtab') && section && elf.contents(section, TABLE_LIMIT);
  return names ? names.includes(`\0${CLONE_NAME}\0`, 0, 'latin1') : false;
}

function aligned(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
}

/** Elf64_Shdr: name, type, flags, address, offset, size, link, info, alignment, entry size. */
function sectionHeader(...values: number[]): Buffer {
  const bytes = Buffer.alloc(64);
  const offsets = [0, 4, 8, 16, 24, 32, 40, 44, 48, 56];
  values.forEach((value, i) => {
    if (i < 2 || i === 6 || i === 7) bytes.writeUInt32LE(value, offsets[i]);
    else bytes.writeBigUInt64LE(BigInt(value), offsets[i]);
  });
  return bytes;
}
