import { closeSync, fstatSync, openSync, readSync, constants } from 'node:fs';

/** One section header. `address` is a link-time virtual address; 0 where the section is not loaded. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** One PT_LOAD program header: file bytes [offset, offset + fileSize) are loaded at [address, address + memorySize). */
export interface ElfSegment {
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** An open ELF64 little-endian file. Nothing here reads a whole file: debug builds of libpython have tens of megabytes. */
export interface Elf {
  /** `fixed`: ET_EXEC, addresses are absolute. `relocatable`: ET_DYN (PIE or .so), addresses need the load bias. */
  readonly type: 'fixed' | 'relocatable';
  readonly machine: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  section(name: string): ElfSection | null;
  /** `length` bytes at a file offset; shorter where the file ends. */
  readAt(offset: number, length: number): Buffer;
  /** `length` bytes at a virtual address as the file has them; null where the file does not hold them all. */
  readAddress(address: number, length: number): Buffer | null;
  /** A section's bytes; null where it has none in the file or is larger than `limit`. */
  contents(section: ElfSection, limit: number): Buffer | null;
}

const SHT_NOBITS = 8;
const PT_LOAD = 1;
const PT_DYNAMIC_LIMIT = 64 * 1024;
const NAMES_LIMIT = 1 << 20;
const HEADERS_LIMIT = 4096;
const SYMBOLS_LIMIT = 8 << 20;
const STRINGS_LIMIT = 16 << 20;

/**
 * Opens a file, reads its headers and hands them to `read`; the file is closed when that returns.
 * Gives null where the file is no ELF64 little-endian file or its headers contradict themselves.
 * Throws what open(2) throws (ENOENT, EACCES).
 */
export function withElf<Result>(path: string, read: (elf: Elf) => Result): Result | null {
  // O_NONBLOCK: a path taken from another process may be a FIFO by now.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    const elf = readHeaders(fd, stat.size);
    return elf === null ? null : read(elf);
  } finally {
    closeSync(fd);
  }
}

function readHeaders(fd: number, fileSize: number): Elf | null {
  const readAt = (offset: number, length: number): Buffer => pread(fd, offset, Math.min(length, fileSize - offset));
  const header = readAt(0, 64);
  if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46) return null;
  if (header[4] !== 2 || header[5] !== 1) return null; // ELFCLASS64, ELFDATA2LSB
  const kind = header.readUInt16LE(16);
  if (kind !== 2 && kind !== 3) return null; // ET_EXEC, ET_DYN
  const segments = table(header, 32, 54, 56, 56, readAt)?.flatMap(segmentOf);
  const raw = table(header, 40, 58, 60, 64, readAt);
  if (segments === undefined || raw === undefined) return null;
  const names = sectionNames(raw, header.readUInt16LE(62), readAt);
  const sections = raw.map((entry) => sectionOf(entry, names));
  const contents = (section: ElfSection, limit: number): Buffer | null => {
    if (section.type === SHT_NOBITS || section.size > limit) return null;
    const bytes = readAt(section.offset, section.size);
    return bytes.length === section.size ? bytes : null;
  };
  return {
    type: kind === 2 ? 'fixed' : 'relocatable',
    machine: header.readUInt16LE(18),
    sections,
    segments,
    section: (name) => sections.find((section) => section.name === name) ?? null,
    readAt,
    readAddress: (address, length) => {
      const home = segments.find((s) => address >= s.address && address + length <= s.address + s.fileSize);
      if (home === undefined) return null;
      const bytes = readAt(home.offset + address - home.address, length);
      return bytes.length === length ? bytes : null;
    },
    contents,
  };
}

/** The entries of the section or program header table; undefined where its own numbers cannot be true. */
function table(
  header: Buffer,
  offsetField: number,
  entrySizeField: number,
  countField: number,
  entrySize: number,
  readAt: (offset: number, length: number) => Buffer,
): Buffer[] | undefined {
  const count = header.readUInt16LE(countField);
  if (count === 0) return [];
  if (count > HEADERS_LIMIT || header.readUInt16LE(entrySizeField) !== entrySize) return undefined;
  const bytes = readAt(number64(header, offsetField), count * entrySize);
  if (bytes.length < count * entrySize) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * entrySize, (i + 1) * entrySize));
}

function segmentOf(entry: Buffer): ElfSegment[] {
  if (entry.readUInt32LE(0) !== PT_LOAD) return [];
  return [
    {
      offset: number64(entry, 8),
      address: number64(entry, 16),
      fileSize: number64(entry, 32),
      memorySize: number64(entry, 40),
    },
  ];
}

function sectionOf(entry: Buffer, names: Buffer): ElfSection {
  return {
    name: textAt(names, entry.readUInt32LE(0)),
    type: entry.readUInt32LE(4),
    address: number64(entry, 16),
    offset: number64(entry, 24),
    size: number64(entry, 32),
  };
}

function sectionNames(raw: Buffer[], index: number, readAt: (offset: number, length: number) => Buffer): Buffer {
  const entry = raw[index];
  if (entry === undefined) return Buffer.alloc(0);
  return readAt(number64(entry, 24), Math.min(number64(entry, 32), NAMES_LIMIT));
}

/** Link-time address of each of `names` that .dynsym defines (imports do not count). Duplicates: the first. */
export function definedSymbols(elf: Elf, names: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  const symbols = elf.section('.dynsym');
  const strings = elf.section('.dynstr');
  const table = symbols && elf.contents(symbols, SYMBOLS_LIMIT);
  const text = strings && elf.contents(strings, STRINGS_LIMIT);
  if (!table || !text) return found;
  // Compare string offsets, not strings: one search in .dynstr for each wanted name. Linkers may merge a name into
  // another one's tail, so a symbol's offset may also point into the middle of a string: all places are collected.
  const wanted = new Map<number, string>();
  for (const name of names) {
    const needle = Buffer.from(`${name}\0`, 'latin1');
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) wanted.set(at, name);
  }
  for (let at = 0; at + 24 <= table.length; at += 24) {
    const name = wanted.get(table.readUInt32LE(at));
    if (name === undefined || found.has(name)) continue;
    const defined = table.readUInt16LE(at + 6) !== 0;
    if (defined) found.set(name, number64(table, at + 8));
  }
  return found;
}

/** Where the file holds what is loaded at a link-time address; null where it does not. */
export function fileOffset(elf: Elf, address: number): number | null {
  const home = elf.segments.find((s) => address >= s.address && address < s.address + s.fileSize);
  return home === undefined ? null : address - home.address + home.offset;
}

/** The DT_NEEDED entries: names of shared libraries, as the linker wrote them. */
export function neededLibraries(elf: Elf): string[] {
  const dynamic = elf.section('.dynamic');
  const strings = elf.section('.dynstr');
  const entries = dynamic && elf.contents(dynamic, PT_DYNAMIC_LIMIT);
  const text = strings && elf.contents(strings, STRINGS_LIMIT);
  if (!entries || !text) return [];
  const names: string[] = [];
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const tag = number64(entries, at);
    if (tag === 0) break;
    if (tag === 1) names.push(textAt(text, number64(entries, at + 8)));
  }
  return names;
}

/** A 64-bit field as a number; NaN above 2^53, which no honest file has and every bounds check refuses. */
export function number64(bytes: Buffer, at: number): number {
  const value = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : NaN;
}

/** The NUL-terminated text at an offset; '' where the offset is outside. */
export function textAt(bytes: Buffer, at: number): string {
  if (!(at >= 0 && at < bytes.length)) return '';
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, end < 0 ? bytes.length : end);
}

function pread(fd: number, offset: number, length: number): Buffer {
  if (!(offset >= 0) || !(length > 0)) return Buffer.alloc(0);
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, bytes, done, length - done, offset + done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}
