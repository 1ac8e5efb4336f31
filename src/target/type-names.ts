import { number64 } from './elf.js';
import { openMemory, type ProcessMemory } from './memory.js';

/** What a class says of itself. Names are the traced program's: hostile, and here at most 1024 characters long. */
export interface TypeName {
  /** `__module__`; null where it is no str. `builtins` for what needs no import. */
  readonly module: string | null;
  /** `__qualname__`: `Outer.Inner`, `f.<locals>.C`. */
  readonly qualname: string;
  /**
   * The first base that is no Python class: `object`, `dict`, `tuple`, `Exception`. Where deletions are seen but for `most`
   * classes (alloc-clone.ts), those of another base than `object` may be missing.
   */
  readonly nativeBase: string;
}

/** A class, and what a script's record `t` can be compared with. */
export interface Proven {
  readonly type: TypeName;
  /** Address of its tp_dict, which it keeps for life. */
  readonly dict: number;
  /** tp_name: `__name__`, for types made in C `module.Name`. Cut at 256 bytes. */
  readonly name: string;
}

/** PyTypeObject and PyObject with a GIL, 3.6 to 3.15. */
const OB_TYPE = 8;
const TP_NAME = 24;
const TP_FLAGS = 168;
const TP_BASE = 256;
const TP_DICT = 264;
const TP_MRO = 344;
const HEAD = 352;
const HEAP_TYPE = 1 << 9;
const READY = 1 << 12;
const TUPLE_SUBCLASS = 1 << 26;
const TYPE_SUBCLASS = 0x80000000;
/** PyHeapTypeObject.ht_qualname, by minor version; ht_name stands 16 before it. */
const HT_QUALNAME: Readonly<Record<number, number>> = {
  6: 848,
  7: 848,
  8: 864,
  9: 856,
  10: 864,
  11: 864,
  12: 872,
  13: 872,
  14: 872,
  15: 880,
};
const UNICODE_SUBCLASS = 1 << 28;
const TEXT_LIMIT = 256;
const CHARACTERS_LIMIT = 1024;
const DICT_ENTRIES_LIMIT = 64;
const BASES_LIMIT = 64;
/** Types kept by a TypeNames; when there are more, all are read anew. */
const TYPES_LIMIT = 16384;

/**
 * The classes of one process, by the address of the type object. An address is looked at each time, as classes are freed
 * and their place used again. What was read before remains when the process has gone. Never throws.
 */
export class TypeNames {
  readonly #memory: ProcessMemory | null;
  readonly #minor: number;
  readonly #known = new Map<number, Proven>();

  /** `minor` of CPython 3; free-threaded builds lay their objects out in another way and must not come here. */
  constructor(pid: number, minor: number) {
    this.#memory = openMemory(pid);
    this.#minor = minor;
  }

  /** Whether the process's memory may be read at all. */
  get readable(): boolean {
    return this.#memory !== null;
  }

  /** The class at an address; null where none is proven to be there. */
  look(address: number): Proven | null {
    if (this.#memory === null || this.#memory.read(address, HEAD) === null) return this.#known.get(address) ?? null;
    const proven = readType(this.#memory, this.#minor, address);
    if (this.#known.size >= TYPES_LIMIT) this.#known.clear();
    if (proven === null) this.#known.delete(address);
    else this.#known.set(address, proven);
    return proven;
  }

  get(address: number): TypeName | null {
    return this.look(address)?.type ?? null;
  }

  close(): void {
    this.#memory?.close();
  }
}

/**
 * The type object at an address of a CPython 3.`minor`; null where none is proven to be there. Memory of a process that
 * runs holds what was freed, and what is half written: nothing of it is a name unless all that makes a type is there, is
 * linked as in a type, and is the same when it is read once more. Never throws.
 */
export function readType(memory: ProcessMemory, minor: number, address: number): Proven | null {
  const head = readHead(memory, address);
  if (head === null) return null;
  const proven = typeOf(memory, minor, address, head);
  const again = proven === null ? null : readHead(memory, address);
  if (again === null || (again.readUInt32LE(TP_FLAGS) & READY) === 0) return null;
  if (!sameType(head, again) || !isFirst(memory, minor, address, again)) return null;
  if (!isHeapType(head)) return proven;
  const names = heapNames(memory, minor, address);
  return names?.qualname === proven?.type.qualname ? proven : null;
}

function readHead(memory: ProcessMemory, address: number): Buffer | null {
  return address % 8 === 0 ? memory.read(address, HEAD) : null;
}

/** What makes a type stands there still. */
function sameType(before: Buffer, now: Buffer): boolean {
  // Of the flags some come and go: whether it has a version, for instance.
  return [OB_TYPE, TP_NAME, TP_BASE, TP_DICT, TP_MRO].every((at) => before.compare(now, at, at + 8, at, at + 8) === 0);
}

function typeOf(memory: ProcessMemory, minor: number, address: number, head: Buffer): Proven | null {
  const flags = head.readUInt32LE(TP_FLAGS);
  if ((flags & READY) === 0 || !isType(memory, head) || !isFirst(memory, minor, address, head)) return null;
  const name = readText(memory, number64(head, TP_NAME));
  const dict = number64(head, TP_DICT);
  if (name === null || name === '') return null;
  const nativeBase = nativeBaseOf(memory, head);
  if (!isHeapType(head)) {
    // Types made in C have "module.Name" here, those of `builtins` the bare name.
    const dot = name.lastIndexOf('.');
    const module = dot < 0 ? 'builtins' : name.slice(0, dot);
    return { type: { module, qualname: name.slice(dot + 1), nativeBase }, dict, name };
  }
  const names = heapNames(memory, minor, address);
  if (names === null || !agree(name, names.name)) return null;
  return { type: { module: moduleOf(memory, minor, head), qualname: names.qualname, nativeBase }, dict, name };
}

function isHeapType(head: Buffer): boolean {
  return (head.readUInt32LE(TP_FLAGS) & HEAP_TYPE) !== 0;
}

/** Its `__mro__` is a tuple that begins with itself: where a class is torn down it is none any more. */
function isFirst(memory: ProcessMemory, minor: number, address: number, head: Buffer): boolean {
  // 3.14 keeps the hash of a tuple before its items.
  const items = minor >= 14 ? 32 : 24;
  const mro = memory.read(number64(head, TP_MRO), items + 8);
  const type = mro === null ? null : readHead(memory, number64(mro, OB_TYPE));
  if (mro === null || type === null || (type.readUInt32LE(TP_FLAGS) & TUPLE_SUBCLASS) === 0) return false;
  return number64(mro, 16) > 0 && number64(mro, items) === address;
}

/** ht_name and ht_qualname, where both are of type str itself. */
function heapNames(memory: ProcessMemory, minor: number, address: number): { name: string; qualname: string } | null {
  const offset = HT_QUALNAME[minor];
  const pointers = offset === undefined ? null : memory.read(address + offset - 16, 24);
  const name = pointers === null ? null : readString(memory, minor, number64(pointers, 0));
  const qualname = pointers === null ? null : readString(memory, minor, number64(pointers, 16));
  return name === null || qualname === null ? null : { name, qualname };
}

/** tp_name is ht_name, or ends in it behind the module; either may be cut. */
function agree(plain: string, name: string): boolean {
  if (Buffer.byteLength(plain) >= TEXT_LIMIT - 3) return true;
  return plain === name || plain.endsWith(`.${name}`);
}

/** Whether the type of this object is a type whose instances are types, by way of metaclasses up to `type` itself. */
function isType(memory: ProcessMemory, head: Buffer): boolean {
  let address = number64(head, OB_TYPE);
  for (let steps = 0; steps < 8; steps++) {
    const meta = readHead(memory, address);
    const flags = meta?.readUInt32LE(TP_FLAGS) ?? 0;
    if (meta === null || (flags & READY) === 0 || (flags & TYPE_SUBCLASS) === 0) return false;
    const above = number64(meta, OB_TYPE);
    if (above === address) return readText(memory, number64(meta, TP_NAME)) === 'type';
    address = above;
  }
  return false;
}

function nativeBaseOf(memory: ProcessMemory, head: Buffer): string {
  let type: Buffer | null = head;
  for (let steps = 0; type !== null && isHeapType(type) && steps < BASES_LIMIT; steps++) {
    type = readHead(memory, number64(type, TP_BASE));
  }
  return type === null || isHeapType(type) ? 'object' : (readText(memory, number64(type, TP_NAME)) ?? 'object');
}

/** `__module__` in the class's dict: among the first entries, as a class body sets it before all else. */
function moduleOf(memory: ProcessMemory, minor: number, head: Buffer): string | null {
  const dict = memory.read(number64(head, TP_DICT), 48);
  const keysAt = dict === null ? NaN : number64(dict, 32);
  const valuesAt = dict === null ? NaN : number64(dict, 40);
  const keys = memory.read(keysAt, 40);
  if (keys === null) return null;
  const { entries, kind, used } = minor >= 11 ? keysTable(keys) : oldKeysTable(keys, valuesAt !== 0);
  if (!(entries > 0) || !(used > 0)) return null;
  // General tables have the hash before key and value, tables of str keys alone have not.
  const size = kind === 'hashed' ? 24 : 16;
  const at = kind === 'hashed' ? 8 : 0;
  const table = memory.read(keysAt + entries, Math.min(used, DICT_ENTRIES_LIMIT) * size);
  for (let i = 0; table !== null && (i + 1) * size <= table.length; i++) {
    const key = number64(table, i * size + at);
    if (key === 0 || readString(memory, minor, key) !== '__module__') continue;
    // A class's dict is not split in any version, but its keys say where its values are.
    if (valuesAt !== 0) return null;
    return readString(memory, minor, number64(table, i * size + at + 8));
  }
  return null;
}

interface KeysTable {
  /** Where the entries begin, from the start of the keys object. */
  readonly entries: number;
  readonly kind: 'hashed' | 'plain';
  readonly used: number;
}

/** 3.11+: dk_refcnt, dk_log2_size, dk_log2_index_bytes, dk_kind, dk_version, dk_usable, dk_nentries, dk_indices. */
function keysTable(keys: Buffer): KeysTable {
  const log = keys[9];
  return {
    entries: log <= 24 ? 32 + 2 ** log : NaN,
    kind: keys[10] === 0 ? 'hashed' : 'plain',
    used: number64(keys, 24),
  };
}

/** 3.6 to 3.10: dk_refcnt, dk_size, dk_lookup, dk_usable, dk_nentries, dk_indices. */
function oldKeysTable(keys: Buffer, split: boolean): KeysTable {
  const size = number64(keys, 8);
  const width = size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
  return { entries: size <= 1 << 24 && !split ? 40 + size * width : NaN, kind: 'hashed', used: number64(keys, 32) };
}

/** A C string of at most TEXT_LIMIT bytes; null where it is not mapped. Short reads: it may end at the end of its page. */
function readText(memory: ProcessMemory, address: number): string | null {
  const pieces: Buffer[] = [];
  for (let at = address; at < address + TEXT_LIMIT;) {
    const length = Math.min(64, 4096 - (at % 4096));
    const piece = memory.read(at, length);
    if (piece === null) return null;
    const end = piece.indexOf(0);
    pieces.push(end < 0 ? piece : piece.subarray(0, end));
    if (end >= 0) break;
    at += length;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A str, and none of a subclass; null where there is none at this address. Longer ones are cut. */
function readString(memory: ProcessMemory, minor: number, address: number): string | null {
  const head = memory.read(address, 40);
  const type = head === null ? null : memory.read(number64(head, OB_TYPE), TP_FLAGS + 8);
  if (head === null || type === null || !isStr(memory, type)) return null;
  const length = number64(head, 16);
  const state = head.readUInt32LE(32);
  const width = (state >>> 2) & 7;
  if ((state & 0x20) === 0 || ![1, 2, 4].includes(width) || !(length >= 0)) return null;
  if (length === 0) return '';
  // sizeof(PyASCIIObject), behind it utf8_length and utf8, before 3.12 wstr_length too.
  const ascii = minor >= 12 ? 40 : 48;
  const data = address + ((state & 0x40) !== 0 ? ascii : minor >= 12 ? 56 : 72);
  const bytes = memory.read(data, Math.min(length, CHARACTERS_LIMIT) * width);
  return bytes === null ? null : decoded(bytes, width);
}

/** Of the types with Py_TPFLAGS_UNICODE_SUBCLASS str is the only one that is static; its name is looked at as well. */
function isStr(memory: ProcessMemory, type: Buffer): boolean {
  const flags = type.readUInt32LE(TP_FLAGS);
  if ((flags & UNICODE_SUBCLASS) === 0 || (flags & READY) === 0 || (flags & HEAP_TYPE) !== 0) return false;
  return memory.read(number64(type, TP_NAME), 4)?.toString('latin1') === 'str\0';
}

function decoded(bytes: Buffer, width: number): string | null {
  if (width === 1) return bytes.toString('latin1');
  if (width === 2) return bytes.toString('utf16le');
  const points = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}
