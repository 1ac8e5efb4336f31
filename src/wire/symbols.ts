import { unescapeBytes } from './escape.js';
import { decodeName, displayName } from './names.js';

/** What the engine printed as name and file of a function, told apart by its raw bytes. */
export interface SymbolTable {
  readonly size: number;
  /** co_name and co_filename as the target spells them: hostile. */
  name(symbol: number): string;
  file(symbol: number): string;
  /** The same, fit for a terminal. */
  shownName(symbol: number): string;
  shownFile(symbol: number): string;
}

const MAX_SYMBOLS = 200_000;
const HINT_MASK = (1 << 12) - 1;
const NEWLINE = 10;

/** Interns `function TAB file` byte runs to small integers, so that a name is decoded and sanitised once and not per event. */
export class Symbols implements SymbolTable {
  /** Distinct names that found no room; they all share symbol 0. */
  overflow = 0;
  private slots = new Int32Array(1 << 12).fill(-1);
  private hashes = new Int32Array(1 << 11);
  private offsets = new Int32Array(1 << 11);
  private lengths = new Int32Array(1 << 11);
  private bytes = new Uint8Array(1 << 16);
  private words = viewOf(this.bytes);
  // The buffer that was looked at last: a chunk holds many names.
  private viewed: Uint8Array = this.bytes;
  private view = this.words;
  private readonly hints = new Int32Array(HINT_MASK + 1);
  private used = 0;
  private count = 0;
  private readonly names: string[] = [];
  private readonly files: string[] = [];
  private readonly shownNames: string[] = [];
  private readonly shownFiles: string[] = [];

  /** `limit` bounds the distinct names kept. */
  constructor(private readonly limit = MAX_SYMBOLS) {
    const other = Buffer.from('(too many names)\t');
    this.intern(other, 0, other.length);
  }

  get size(): number {
    return this.count;
  }

  name(symbol: number): string {
    return this.names[symbol];
  }
  file(symbol: number): string {
    return this.files[symbol];
  }
  shownName(symbol: number): string {
    return this.shownNames[symbol];
  }
  shownFile(symbol: number): string {
    return this.shownFiles[symbol];
  }

  /** The symbol of the run `buffer[start, end)`, -1 where it has no TAB. Allocates only when it is new. */
  intern(buffer: Uint8Array, start: number, end: number): number {
    const hash = hashOf(this.look(buffer), start, end);
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.slots[slot];
      if (id < 0) return this.add(buffer, start, end, hash, slot);
      if (this.hashes[id] === hash && this.equals(id, buffer, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  /** How long the run of a symbol is, in bytes. */
  length(symbol: number): number {
    return this.lengths[symbol];
  }

  /**
   * The symbol that was noted last for this hint, if its run stands at `start` with a newline behind; else -1. A
   * comparison is all that it takes: most names come at lines that no other name came at lately.
   */
  guess(hint: number, buffer: Uint8Array, start: number): number {
    const symbol = this.hints[hint & HINT_MASK];
    const length = this.lengths[symbol];
    const end = start + length;
    if (end >= buffer.length || buffer[end] !== NEWLINE) return -1;
    if (length < 8) return this.equals(symbol, buffer, start, end) ? symbol : -1;
    const { words } = this;
    const view = this.look(buffer);
    const offset = this.offsets[symbol];
    // Eight bytes at a time, the last eight wherever they begin. As doubles: bytes that are no number only fail to be guessed.
    const last = length - 8;
    for (let i = 0; i < last; i += 8)
      if (words.getFloat64(offset + i, true) !== view.getFloat64(start + i, true)) return -1;
    return words.getFloat64(offset + last, true) === view.getFloat64(start + last, true) ? symbol : -1;
  }

  hint(hint: number, symbol: number): void {
    this.hints[hint & HINT_MASK] = symbol;
  }

  private equals(id: number, buffer: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.lengths[id] !== length) return false;
    const { bytes, words } = this;
    const view = this.look(buffer);
    const offset = this.offsets[id];
    let i = 0;
    for (; i + 4 <= length; i += 4) if (words.getInt32(offset + i) !== view.getInt32(start + i)) return false;
    for (; i < length; i++) if (bytes[offset + i] !== buffer[start + i]) return false;
    return true;
  }

  /** A view of a buffer, made once for all that is read from it. */
  look(buffer: Uint8Array): DataView {
    if (buffer !== this.viewed) {
      this.viewed = buffer;
      this.view = viewOf(buffer);
    }
    return this.view;
  }

  private add(buffer: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    let tab = start;
    while (tab < end && buffer[tab] !== 9) tab++;
    if (tab >= end) return -1;
    if (this.count >= this.limit) {
      this.overflow++;
      return 0;
    }
    const id = this.count++;
    const length = end - start;
    if (id >= this.hashes.length) {
      this.hashes = grown(this.hashes, id * 2);
      this.offsets = grown(this.offsets, id * 2);
      this.lengths = grown(this.lengths, id * 2);
    }
    while (this.used + length > this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes);
      this.bytes = wider;
      this.words = viewOf(wider);
    }
    this.bytes.set(buffer.subarray(start, end), this.used);
    this.hashes[id] = hash;
    this.offsets[id] = this.used;
    this.lengths[id] = length;
    this.used += length;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.rehash();

    const name = decodeName(unescapeBytes(buffer.subarray(start, tab)));
    const file = decodeName(unescapeBytes(buffer.subarray(tab + 1, end)));
    this.names.push(name);
    this.files.push(file);
    this.shownNames.push(displayName(name));
    this.shownFiles.push(displayName(file));
    return id;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      const hash = this.hashes[id];
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}

/** FNV-1a over words of four bytes: a multiplication for each byte would take longer than all else about an event. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = Math.imul(hash ^ view.getInt32(i), 0x01000193);
    // A multiplication carries upwards only, and words differ in their high bytes too.
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  return hash;
}

/** The same bytes, for reading four at once. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length);
  wider.set(array);
  return wider;
}
