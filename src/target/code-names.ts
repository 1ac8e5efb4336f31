import type { CodeLayout } from './target.js';
import { number64, textAt } from './elf.js';
import { openMemory, type ProcessMemory } from './memory.js';

/** What a code object says of itself. Names are the traced program's: hostile, and here at most 4096 bytes long. */
export interface Code {
  readonly name: string;
  /** null before 3.11. */
  readonly qualname: string | null;
  readonly file: string;
  readonly firstLine: number;
  /** co_flags; 0x2000000 marks the shim below __init__ (3.13+), 0x2a0 generators and coroutines. */
  readonly flags: number;
  /**
   * The line of an instruction as gc.d and gc.stp print it: an offset in bytes from the first (3.11+), `f_lasti`
   * before. Negative is before the first instruction. null where the instruction has no line, or there is no table.
   */
  line(instr: number): number | null;
  /** Whether such an instruction is in this code at all: one that is not was another's, which had its address before. */
  holds(instr: number): boolean;
}

const STRING_LIMIT = 4096;
const TABLE_LIMIT = 256 * 1024;
/** PyObject.ob_type, PyTypeObject.tp_name and tp_flags, ob_size, PyBytesObject.ob_sval: as in 3.6 to 3.15 with a GIL. */
const TYPE = 8;
const TYPE_NAME = 24;
const TYPE_FLAGS = 168;
const HEAP_TYPE = 1 << 9;
const SIZE = 16;
const BYTES_DATA = 32;

/**
 * Reads the code object at an address. null where there is none: it has been freed, the process is gone, or it never was
 * one; the types of the object and of its names are looked at, and that it is still there when its names have been read.
 * Never throws, reads no more than is bounded here.
 */
export function readCode(memory: ProcessMemory, layout: CodeLayout, address: number): Code | null {
  const head = readHead(memory, layout, address);
  return head === null ? null : codeOf(memory, layout, address, head);
}

/** The part of a code object up to the last field that is looked at. */
function readHead(memory: ProcessMemory, layout: CodeLayout, address: number): Buffer | null {
  const { name, qualname, filename, firstLine, flags, lineTable } = layout;
  return memory.read(address, Math.max(name, qualname ?? 0, filename, firstLine, flags, lineTable) + 8);
}

function codeOf(memory: ProcessMemory, layout: CodeLayout, address: number, head: Buffer): Code | null {
  if (typeName(memory, head) !== 'code') return null;
  const name = readString(memory, layout, number64(head, layout.name));
  const file = readString(memory, layout, number64(head, layout.filename));
  if (name === null || file === null) return null;
  const qualname = layout.qualname === null ? null : readString(memory, layout, number64(head, layout.qualname));
  const firstLine = head.readInt32LE(layout.firstLine);
  const table = readBytes(memory, number64(head, layout.lineTable));
  const length = lengthOf(memory, layout, head);
  const again = readHead(memory, layout, address);
  if (firstLine < 0 || again === null || !isAlive(again) || !sameCode(layout, head, again)) return null;
  return {
    ...{ name, qualname, file, firstLine },
    flags: head.readUInt32LE(layout.flags),
    line: (instr) => (table === null ? null : lineAt(layout.minor, table, firstLine, instr)),
    // -1 and -2: before the first.
    holds: (instr) => instr >= -2 && (length === null || instr <= length),
  };
}

/** How many there are of what instructions are counted in: bytes, in 3.10 pairs of them. null where it is not known. */
function lengthOf(memory: ProcessMemory, { minor, firstLine }: CodeLayout, head: Buffer): number | null {
  // The code object is of variable size, in pairs of bytes; before 3.11 co_code is the pointer behind co_firstlineno.
  if (minor >= 11) return number64(head, SIZE) * 2;
  const bytes = memory.read(number64(head, Math.ceil((firstLine + 4) / 8) * 8), BYTES_DATA);
  if (bytes === null || typeName(memory, bytes) !== 'bytes') return null;
  return number64(bytes, SIZE) / (minor === 10 ? 2 : 1);
}

/** The same code object still, or one that cannot be told from it. */
function sameCode({ name, filename, lineTable, firstLine }: CodeLayout, before: Buffer, now: Buffer): boolean {
  const equal = (at: number, length: number): boolean => before.compare(now, at, at + length, at, at + length) === 0;
  return [TYPE, name, filename, lineTable].every((at) => equal(at, 8)) && equal(firstLine, 4);
}

/** Not freed: where memory is free the allocator keeps an address in the place of ob_refcnt, or nothing. */
function isAlive(object: Buffer): boolean {
  return object.readUInt32LE(0) !== 0 && object.readUInt16LE(4) === 0;
}

/** Code objects kept by a CodeNames; when there are more, all are read anew. */
const CODES_LIMIT = 4096;

/**
 * The code objects of one process, by address. An address is looked at each time, as code is freed and its place used
 * again; what it points to is read once. What was read before remains when the process has gone.
 */
export class CodeNames {
  readonly #memory: ProcessMemory | null;
  readonly #layout: CodeLayout;
  readonly #known = new Map<number, { head: Buffer; code: Code }>();

  constructor(pid: number, layout: CodeLayout) {
    this.#memory = openMemory(pid);
    this.#layout = layout;
  }

  /** Whether the process's memory may be read at all. */
  get readable(): boolean {
    return this.#memory !== null;
  }

  get(address: number): Code | null {
    const known = this.#known.get(address);
    const head = this.#memory === null ? null : readHead(this.#memory, this.#layout, address);
    if (this.#memory === null || head === null) return known?.code ?? null;
    if (known !== undefined && sameCode(this.#layout, known.head, head)) return known.code;
    const code = codeOf(this.#memory, this.#layout, address, head);
    if (this.#known.size >= CODES_LIMIT) this.#known.clear();
    if (code === null) this.#known.delete(address);
    else this.#known.set(address, { head, code });
    return code;
  }

  close(): void {
    this.#memory?.close();
  }
}

/** `tp_name` of the type of a living object of which the head was read; null where that is a class of the program. */
function typeName(memory: ProcessMemory, head: Buffer): string | null {
  if (!isAlive(head)) return null;
  const address = number64(head, TYPE);
  const flags = memory.read(address + TYPE_FLAGS, 8);
  if (flags === null || (flags.readUInt32LE(0) & HEAP_TYPE) !== 0) return null;
  const type = memory.read(address + TYPE_NAME, 8);
  const text = type === null ? null : memory.read(number64(type, 0), 8);
  return text === null ? null : textAt(text, 0);
}

/** A str; null where there is none at this address. Longer ones are cut. */
function readString(memory: ProcessMemory, layout: CodeLayout, address: number): string | null {
  const head = memory.read(address, layout.asciiHeader);
  if (head === null || typeName(memory, head) !== 'str') return null;
  const length = number64(head, 16);
  const state = head.readUInt32LE(32);
  const width = (state >>> 2) & 7;
  const compact = (state & 0x20) !== 0;
  const ascii = (state & 0x40) !== 0;
  // utf8_length and utf8 stand between; before 3.12 wstr_length too.
  const data = address + (ascii ? layout.asciiHeader : layout.asciiHeader + (layout.minor >= 12 ? 16 : 24));
  if (!compact || ![1, 2, 4].includes(width) || !(length >= 0)) return null;
  if (length === 0) return '';
  const bytes = memory.read(data, Math.min(length, STRING_LIMIT / width) * width);
  if (bytes === null) return null;
  if (width === 1) return bytes.toString('latin1');
  if (width === 2) return bytes.toString('utf16le');
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32LE(at);
    if (point > 0x10ffff) return null;
    text += String.fromCodePoint(point);
  }
  return text;
}

/** A bytes object; null where there is none at this address, or it is very long. */
function readBytes(memory: ProcessMemory, address: number): Buffer | null {
  const head = memory.read(address, BYTES_DATA);
  if (head === null || typeName(memory, head) !== 'bytes') return null;
  const size = number64(head, SIZE);
  if (!(size >= 0 && size <= TABLE_LIMIT)) return null;
  return size === 0 ? Buffer.alloc(0) : memory.read(address + BYTES_DATA, size);
}

/** The line of an instruction, by the line table of a minor version of CPython 3; null where it has none. */
export function lineAt(minor: number, table: Buffer, firstLine: number, instr: number): number | null {
  // As PyCode_Addr2Line does.
  if (instr < 0) return firstLine;
  if (minor >= 11) return inLocations(table, firstLine, instr);
  return minor === 10 ? inLineTable(table, firstLine, instr * 2) : inLnotab(table, firstLine, instr);
}

/** 3.11+ (Objects/locations.md): entries of a head byte, by whose kind more follow. */
function inLocations(table: Buffer, firstLine: number, offset: number): number | null {
  let at = 0;
  let line = firstLine;
  let end = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; at < table.length; shift += 6) {
      const byte = table[at++];
      if (shift < 30) value |= (byte & 63) << shift;
      if ((byte & 64) === 0) break;
    }
    return value;
  };
  while (at < table.length) {
    const first = table[at++];
    const kind = (first >> 3) & 15;
    end += ((first & 7) + 1) * 2;
    if (kind === 13 || kind === 14) {
      const value = varint();
      line += value & 1 ? -(value >> 1) : value >> 1;
      if (kind === 14) for (let i = 0; i < 3; i++) varint();
    } else if (kind >= 10 && kind <= 12) {
      line += kind - 10;
      at += 2;
    } else if (kind < 10) at++;
    if (offset < end) return kind === 15 ? null : line;
  }
  return null;
}

/** 3.10 (Objects/lnotab_notes.txt): pairs of length in bytes and signed line step; -128 is no line. */
function inLineTable(table: Buffer, firstLine: number, offset: number): number | null {
  let line = firstLine;
  let end = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    const step = table.readInt8(at + 1);
    end += table[at];
    if (step !== -128) line += step;
    if (offset < end) return step === -128 ? null : line;
  }
  return null;
}

/** 3.6 to 3.9: pairs of offset step and signed line step. */
function inLnotab(table: Buffer, firstLine: number, offset: number): number {
  let line = firstLine;
  let start = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    start += table[at];
    if (start > offset) break;
    line += table.readInt8(at + 1);
  }
  return line;
}
