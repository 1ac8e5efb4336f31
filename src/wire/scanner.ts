import { unescapeBytes } from './escape.js';
import { decodeName } from './names.js';
import { isEvent, recordSpec } from './records.js';
import type { Symbols } from './symbols.js';

/** A record that is not an event: header, end and the like; a few a stream, so an object each is no matter. */
export interface PlainRecord {
  readonly kind: string;
  /** Field name -> value; ns and int as bigint, exact at any uptime. */
  readonly ints: Readonly<Record<string, bigint>>;
  readonly strings: Readonly<Record<string, string>>;
}

export interface ScannerSink {
  /**
   * One call event. `kind` is its letter's code; `ts` in ns since the header's, exact; `extra` is what the grammar names
   * for this kind (previous, generator or duration).
   */
  event(kind: number, ts: number, tid: number, line: number, frame: number, extra: number, symbol: number): void;
  record(record: PlainRecord): void;
}

const MAX_LINE = 1 << 16;
const TAB = 9;
const NEWLINE = 10;
const MINUS = 45;
const NS_DIGITS = 9;

/**
 * Turns an engine's bytes into records, whatever the chunks they come in. Never throws on any bytes: a line that is no
 * record is counted in `malformed` and its start kept in `firstMalformed`. Empty lines are ignored: dtrace writes some.
 */
export class Scanner {
  malformed = 0;
  firstMalformed = '';
  events = 0;
  private rest = new Uint8Array(MAX_LINE);
  private restLength = 0;
  private overlong = false;
  /** Seconds part of the header's clock; times are told from there, so that doubles stay exact at any uptime. */
  private baseSeconds = 0;
  private baseNs = 0;
  private based = false;
  // What the last number() read: returning them as an object would allocate per field.
  private position = 0;
  private ok = true;

  constructor(
    private readonly symbols: Symbols,
    private readonly sink: ScannerSink,
  ) {}

  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.restLength > 0 || this.overlong) {
      const end = chunk.indexOf(NEWLINE);
      if (end < 0) {
        this.keep(chunk, 0);
        return;
      }
      this.keep(chunk.subarray(0, end), 0);
      if (this.overlong) this.bad(this.rest, 0, 80);
      else this.line(this.rest, 0, this.restLength);
      this.restLength = 0;
      this.overlong = false;
      start = end + 1;
    }
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.line(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk, start);
  }

  /** The stream is over: what stands without a newline is a line that was cut short. */
  end(): void {
    if (this.restLength > 0 || this.overlong) this.bad(this.rest, 0, this.restLength);
    this.restLength = 0;
    this.overlong = false;
  }

  private keep(chunk: Uint8Array, start: number): void {
    const length = chunk.length - start;
    if (this.restLength + length > MAX_LINE) {
      this.overlong = true;
      return;
    }
    this.rest.set(start === 0 ? chunk : chunk.subarray(start), this.restLength);
    this.restLength += length;
  }

  private bad(buffer: Uint8Array, start: number, end: number): void {
    if (this.malformed++ === 0) this.firstMalformed = Buffer.from(buffer.subarray(start, Math.min(end, start + 200))).toString('latin1');
  }

  private line(buffer: Uint8Array, start: number, end: number): void {
    if (end - start < 2) {
      if (end > start && buffer[start] !== 13) this.bad(buffer, start, end);
      return;
    }
    const kind = buffer[start]!;
    if (buffer[start + 1] !== TAB) {
      this.bad(buffer, start, end);
      return;
    }
    if (isEvent(kind)) this.eventLine(kind, buffer, start, end);
    else this.plainLine(kind, buffer, start, end);
  }

  private eventLine(kind: number, buffer: Uint8Array, start: number, end: number): void {
    this.ok = this.based;
    this.position = start + 2;
    const ts = this.time(buffer, end);
    const tid = this.number(buffer, end);
    const line = this.number(buffer, end);
    const frame = this.number(buffer, end);
    const extra = this.number(buffer, end);
    if (!this.ok || buffer.indexOf(TAB, this.position) < 0) {
      this.bad(buffer, start, end);
      return;
    }
    this.events++;
    this.sink.event(kind, ts, tid, line, frame, extra, this.symbols.intern(buffer, this.position, end));
  }

  /** A decimal number up to the next TAB; clears `ok` where there is none. */
  private number(buffer: Uint8Array, end: number): number {
    let i = this.position;
    const negative = buffer[i] === MINUS;
    if (negative) i++;
    const first = i;
    let value = 0;
    for (; i < end; i++) {
      const digit = buffer[i]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === first || i - first > 20 || i >= end || buffer[i] !== TAB) this.ok = false;
    this.position = i + 1;
    return negative ? -value : value;
  }

  /** A clock reading in ns: read as seconds and rest, because 104 days of ns are more than a double holds exactly. */
  private time(buffer: Uint8Array, end: number): number {
    const first = this.position;
    let tab = first;
    while (tab < end && buffer[tab] !== TAB) tab++;
    const split = tab - NS_DIGITS;
    let seconds = 0;
    let rest = 0;
    for (let i = first; i < tab; i++) {
      const digit = buffer[i]! - 48;
      if (digit < 0 || digit > 9) {
        this.ok = false;
        break;
      }
      if (i < split) seconds = seconds * 10 + digit;
      else rest = rest * 10 + digit;
    }
    if (tab === first || tab === end || tab - first > 20) this.ok = false;
    this.position = tab + 1;
    return (seconds - this.baseSeconds) * 1e9 + (rest - this.baseNs);
  }

  private plainLine(kind: number, buffer: Uint8Array, start: number, end: number): void {
    const spec = recordSpec(String.fromCharCode(kind));
    const fields = Buffer.from(buffer.subarray(start + 2, end)).toString('latin1').split('\t');
    if (!spec || fields.length !== spec.fields.length) {
      this.bad(buffer, start, end);
      return;
    }
    const ints: Record<string, bigint> = {};
    const strings: Record<string, string> = {};
    for (const [i, field] of spec.fields.entries()) {
      const text = fields[i]!;
      if (field.type === 'string') strings[field.name] = decodeName(unescapeBytes(Buffer.from(text, 'latin1')));
      else if (/^-?\d{1,20}$/.test(text)) ints[field.name] = BigInt(text);
      else {
        this.bad(buffer, start, end);
        return;
      }
    }
    if (spec.kind === 'H' && !this.based) {
      const ts = ints.ts!;
      this.baseSeconds = Number(ts / 1_000_000_000n);
      this.baseNs = Number(ts % 1_000_000_000n);
      this.based = true;
    }
    this.sink.record({ kind: spec.kind, ints, strings });
  }
}
