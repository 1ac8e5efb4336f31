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
const MAX_DIGITS = 20;

/**
 * Turns an engine's bytes into records, whatever the chunks they come in. Never throws on any bytes: a line that is no
 * record is counted in `malformed` and its start kept in `firstMalformed`. Empty lines are ignored: dtrace writes some.
 */
export class Scanner {
  malformed = 0;
  firstMalformed = '';
  events = 0;
  /** The start of a line whose end has not come yet. */
  private rest = new Uint8Array(MAX_LINE + 1);
  private restLength = 0;
  private overlong = false;
  /** Seconds part of the header's clock; times are told from there, so that doubles stay exact at any uptime. */
  private baseSeconds = 0;
  private baseNs = 0;
  private based = false;
  // Where reading a line has got to, and whether all was well: returning both as an object would allocate per field.
  private position = 0;
  private ok = true;

  constructor(
    private readonly symbols: Symbols,
    private readonly sink: ScannerSink,
  ) {}

  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.restLength > 0 || this.overlong) {
      start = chunk.indexOf(NEWLINE) + 1;
      if (start === 0) {
        this.keep(chunk);
        return;
      }
      this.keep(chunk.subarray(0, start - 1));
      this.rest[this.restLength] = NEWLINE;
      if (this.overlong) this.bad(this.rest, 0, 80);
      else this.line(this.rest, 0);
      this.restLength = 0;
      this.overlong = false;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    while (start < end) start = this.line(chunk, start);
    if (start < chunk.length) this.keep(chunk.subarray(start));
  }

  /** The stream is over: what stands without a newline is a line that was cut short. */
  end(): void {
    if (this.restLength > 0 || this.overlong) this.bad(this.rest, 0, this.restLength);
    this.restLength = 0;
    this.overlong = false;
  }

  private keep(part: Uint8Array): void {
    if (this.restLength + part.length > MAX_LINE) {
      this.overlong = true;
      return;
    }
    this.rest.set(part, this.restLength);
    this.restLength += part.length;
  }

  private bad(buffer: Uint8Array, start: number, end: number): void {
    if (this.malformed++ === 0)
      this.firstMalformed = Buffer.from(buffer.subarray(start, Math.min(end, start + 200))).toString('latin1');
  }

  /** Reads the line that begins at `start` and has a newline somewhere behind; gives where the next one begins. */
  private line(buffer: Uint8Array, start: number): number {
    const kind = buffer[start];
    if (isEvent(kind) && buffer[start + 1] === TAB && this.eventLine(kind, buffer, start)) return this.position;
    const end = buffer.indexOf(NEWLINE, start);
    if (end - start >= 2) {
      if (isEvent(kind) || buffer[start + 1] !== TAB) this.bad(buffer, start, end);
      else this.plainLine(kind, buffer, start, end);
    } else if (end > start && kind !== 13) this.bad(buffer, start, end);
    return end + 1;
  }

  /** Tells of an event and leaves `position` behind its newline; false where the line is none. */
  private eventLine(kind: number, buffer: Uint8Array, start: number): boolean {
    this.ok = this.based;
    this.position = start + 2;
    const ts = this.time(buffer);
    const tid = this.number(buffer);
    const line = this.number(buffer);
    const frame = this.number(buffer);
    const extra = this.number(buffer);
    if (!this.ok) return false;
    const { symbols } = this;
    const names = this.position;
    const hint = (line << 1) ^ kind;
    let symbol = symbols.guess(hint, buffer, names);
    if (symbol >= 0) this.position = names + symbols.length(symbol) + 1;
    else {
      const end = buffer.indexOf(NEWLINE, names);
      symbol = symbols.intern(buffer, names, end);
      if (symbol < 0) return false;
      symbols.hint(hint, symbol);
      this.position = end + 1;
    }
    this.events++;
    this.sink.event(kind, ts, tid, line, frame, extra, symbol);
    return true;
  }

  /** A decimal number up to the next TAB; clears `ok` where there is none. */
  private number(buffer: Uint8Array): number {
    let i = this.position;
    const negative = buffer[i] === MINUS;
    if (negative) i++;
    const first = i;
    let value = 0;
    for (;;) {
      const digit = buffer[i] - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      i++;
    }
    if (i === first || i - first > MAX_DIGITS || buffer[i] !== TAB) this.ok = false;
    this.position = i + 1;
    return negative ? -value : value;
  }

  /** A clock reading in ns: read as seconds and rest, because 104 days of ns are more than a double holds exactly. */
  private time(buffer: Uint8Array): number {
    const first = this.position;
    let tab = first;
    while (buffer[tab] >= 48 && buffer[tab] <= 57) tab++;
    if (tab === first || tab - first > MAX_DIGITS || buffer[tab] !== TAB) {
      this.ok = false;
      return 0;
    }
    const split = Math.max(first, tab - NS_DIGITS);
    let rest = 0;
    for (let i = split; i < tab; i++) rest = (Math.imul(rest, 10) + buffer[i] - 48) | 0;
    let seconds = 0;
    for (let i = first; i < split; i++) seconds = seconds * 10 + buffer[i] - 48;
    this.position = tab + 1;
    return (seconds - this.baseSeconds) * 1e9 + (rest - this.baseNs);
  }

  private plainLine(kind: number, buffer: Uint8Array, start: number, end: number): void {
    const spec = recordSpec(String.fromCharCode(kind));
    const fields = Buffer.from(buffer.subarray(start + 2, end))
      .toString('latin1')
      .split('\t');
    if (!spec || fields.length !== spec.fields.length) {
      this.bad(buffer, start, end);
      return;
    }
    const ints: Record<string, bigint> = {};
    const strings: Record<string, string> = {};
    for (const [i, field] of spec.fields.entries()) {
      const text = fields[i];
      if (field.type === 'string') strings[field.name] = decodeName(unescapeBytes(Buffer.from(text, 'latin1')));
      else if (/^-?\d{1,20}$/.test(text)) ints[field.name] = BigInt(text);
      else {
        this.bad(buffer, start, end);
        return;
      }
    }
    if (spec.kind === 'H' && !this.based) {
      const ts = ints.ts;
      this.baseSeconds = Number(ts / 1_000_000_000n);
      this.baseNs = Number(ts % 1_000_000_000n);
      this.based = true;
    }
    this.sink.record({ kind: spec.kind, ints, strings });
  }
}
