import type { EventColumns } from './columns.js';
import { unescapeBytes } from './escape.js';
import { decodeName, sanitize } from './names.js';
import { isEvent, Kind, MOMENTS, RANGES, recordSpec, type FieldType, type RecordSpec } from './records.js';
import type { Symbols } from './symbols.js';

/** A record that is not an event: header, end and the like; a few a stream, so an object each is no matter. */
export interface PlainRecord {
  readonly kind: string;
  /** Field name -> value; ns and int as bigint, exact at any uptime. */
  readonly ints: Readonly<Record<string, bigint>>;
  /** Fit for a terminal. */
  readonly strings: Readonly<Record<string, string>>;
  /** The same as they were written: hostile. To be compared, matched with globs, and written as JSON. */
  readonly raw: Readonly<Record<string, string>>;
}

export interface ScannerSink {
  /** Where the fields of an event are written, into the slot that `free` names at that moment. */
  readonly columns: EventColumns;
  readonly free: number;
  /** An event stands in the free slot. */
  event(): void;
  record(record: PlainRecord): void;
  /** A record that is declared a row: its kind's letter as its code, and its fields, which are overwritten by the next. */
  row?(kind: number, fields: Float64Array): void;
}

const MAX_LINE = 1 << 16;
const TAB = 9;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const MINUS = 45;
const MAX_DIGITS = 20;
const DIGITS = 0x30303030;
/** The most integers that a row has. */
const ROW_WIDTH = 16;
/** So many digits are always a number of 31 bits. */
const SMALL_DIGITS = 9;
/** So many are one that a double holds. */
const SHORT_DIGITS = 15;
const [EARLIEST, LATEST] = MOMENTS;
const LONGEST = RANGES.ns[1];
const [LEAST_ADDRESS, MOST_ADDRESS] = RANGES.address;

/**
 * Turns an engine's bytes into records, whatever the chunks they come in. Never throws on any bytes: a line that is no
 * record is counted in `malformed` and its start kept in `firstMalformed`, fit for a terminal. Empty lines are ignored: dtrace writes some.
 */
export class Scanner {
  malformed = 0;
  firstMalformed = '';
  events = 0;
  /** The start of a line whose end has not come yet. */
  private rest = new Uint8Array(MAX_LINE + 1);
  private restLength = 0;
  private overlong = false;
  /** The header's clock: times are told from there, so that doubles stay exact at any uptime. */
  private base = 0n;
  /** The same as its leading part and its last `baseDigits` digits. */
  private baseLead = 0;
  private baseRest = 0;
  private baseDigits = -1;
  private baseScale = 1;
  private based = false;
  /** Kind -> how many integers its record has, where it is a row. */
  private readonly rowFields = new Uint8Array(256);
  /** Kind * ROW_WIDTH + field -> the range of that number. */
  private readonly least = new Float64Array(256 * ROW_WIDTH);
  private readonly most = new Float64Array(256 * ROW_WIDTH);
  private readonly numbers = new Float64Array(ROW_WIDTH);
  // Where reading a line has got to, and whether all was well: returning both as an object would allocate per field.
  private position = 0;
  private ok = true;

  constructor(
    private readonly symbols: Symbols,
    private readonly sink: ScannerSink,
    /** Records that the grammar has for one view alone. */
    private readonly further: readonly RecordSpec[] = [],
  ) {
    for (const { kind, row, fields } of further) {
      if (!row) continue;
      const code = kind.charCodeAt(0);
      this.rowFields[code] = fields.length;
      for (const [at, { type }] of fields.entries())
        [this.least[code * ROW_WIDTH + at], this.most[code * ROW_WIDTH + at]] = rangeOf(type);
    }
  }

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

  /** Whole lines that are no part of the stream, at any moment: a line that has come in part goes on after them. */
  insert(lines: Uint8Array): void {
    for (let start = 0; start < lines.length;) start = this.line(lines, start);
  }

  /** The stream is over: what stands without a newline is a line that was cut short. */
  end(): void {
    const blank = this.restLength === 0 || (this.restLength === 1 && this.rest[0] === CARRIAGE_RETURN);
    if (!blank || this.overlong) this.bad(this.rest, 0, this.restLength);
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
      this.firstMalformed = sanitize(
        Buffer.from(buffer.subarray(start, Math.min(end, start + 200))).toString('latin1'),
      );
  }

  /** Reads the line that begins at `start` and has a newline somewhere behind; gives where the next one begins. */
  private line(buffer: Uint8Array, start: number): number {
    const kind = buffer[start];
    if (isEvent(kind) && buffer[start + 1] === TAB && this.eventLine(kind, buffer, start)) return this.position;
    if (this.rowFields[kind] > 0 && buffer[start + 1] === TAB && this.rowLine(kind, buffer, start))
      return this.position;
    const end = buffer.indexOf(NEWLINE, start);
    if (end - start >= 2) {
      if (isEvent(kind) || buffer[start + 1] !== TAB) this.bad(buffer, start, end);
      else if (this.rowFields[kind] > 0) this.bad(buffer, start, end);
      else this.plainLine(kind, buffer, start, end);
    } else if (end > start && kind !== CARRIAGE_RETURN) this.bad(buffer, start, end);
    return end + 1;
  }

  /** Tells of an event and leaves `position` behind its newline; false where the line is none. */
  private eventLine(kind: number, buffer: Uint8Array, start: number): boolean {
    const { symbols, sink } = this;
    const { columns, free } = sink;
    const view = symbols.look(buffer);
    this.ok = this.based;
    this.position = start + 2;
    this.time(buffer, view, columns.ts, free);
    const tid = this.small(buffer);
    const line = this.small(buffer);
    this.wide(buffer, view, columns.frame, free);
    this.wide(buffer, view, columns.extra, free);
    if (!this.ok || tid < 0 || line < -1) return false;
    if (kind === Kind.complete && !(columns.extra[free] >= 0 && columns.extra[free] <= LONGEST)) return false;
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
    columns.kind[free] = kind;
    columns.tid[free] = tid;
    columns.line[free] = line;
    columns.symbol[free] = symbol;
    sink.event();
    return true;
  }

  /** Tells of a row and leaves `position` behind its newline; false where the line is none. */
  private rowLine(kind: number, buffer: Uint8Array, start: number): boolean {
    const { numbers, least, most } = this;
    const count = this.rowFields[kind];
    let i = start + 2;
    for (let field = 0; field < count; field++) {
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
      if (i === first || i - first > MAX_DIGITS || buffer[i] !== (field === count - 1 ? NEWLINE : TAB)) return false;
      if (negative) value = 0 - value;
      const range = kind * ROW_WIDTH + field;
      if (!(value >= least[range] && value <= most[range])) return false;
      numbers[field] = value;
      i++;
    }
    this.position = i;
    this.sink.row?.(kind, numbers);
    return true;
  }

  /** A decimal number of a few digits, up to the next TAB; clears `ok` where there is none. */
  private small(buffer: Uint8Array): number {
    let i = this.position;
    const negative = buffer[i] === MINUS;
    if (negative) i++;
    const first = i;
    let value = 0;
    for (;;) {
      const digit = buffer[i] - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = (Math.imul(value, 10) + digit) | 0;
      i++;
    }
    if (i === first || buffer[i] !== TAB || (i - first > SMALL_DIGITS && !this.fits(buffer, first, i))) this.ok = false;
    this.position = i + 1;
    return negative ? -value : value;
  }

  /** Whether the digits are a number of 31 bits. */
  private fits(buffer: Uint8Array, first: number, end: number): boolean {
    if (end - first > MAX_DIGITS) return false;
    let value = 0;
    for (let i = first; i < end; i++) value = value * 10 + buffer[i] - 48;
    return value <= RANGES.tid[1];
  }

  /** A decimal number of many digits, such as an address. */
  private wide(buffer: Uint8Array, view: DataView, into: Float64Array, slot: number): void {
    let i = this.position;
    const negative = buffer[i] === MINUS;
    if (negative) i++;
    const first = i;
    let value = 0;
    while (i + 4 <= buffer.length) {
      const word = view.getInt32(i, true);
      if (!fourDigits(word)) break;
      value = value * 10_000 + fourDigitValue(word);
      i += 4;
    }
    for (;;) {
      const digit = buffer[i] - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      i++;
    }
    if (i === first || i - first > MAX_DIGITS || buffer[i] !== TAB) this.ok = false;
    this.position = i + 1;
    if (negative) value = 0 - value;
    if (!(value >= LEAST_ADDRESS && value <= MOST_ADDRESS)) this.ok = false;
    into[slot] = value;
  }

  /** A clock reading in ns: taken apart after its first eight digits, because 104 days of ns are more than a double holds. */
  private time(buffer: Uint8Array, view: DataView, into: Float64Array, slot: number): void {
    const first = this.position;
    let i = first;
    let lead = 0;
    if (i + 8 <= buffer.length) {
      const one = view.getInt32(i, true);
      const two = view.getInt32(i + 4, true);
      if (fourDigits(one) && fourDigits(two)) {
        lead = fourDigitValue(one) * 10_000 + fourDigitValue(two);
        i += 8;
      }
    }
    const split = i;
    let rest = 0;
    while (i + 4 <= buffer.length) {
      const word = view.getInt32(i, true);
      if (!fourDigits(word)) break;
      rest = rest * 10_000 + fourDigitValue(word);
      i += 4;
    }
    for (;;) {
      const digit = buffer[i] - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      rest = rest * 10 + digit;
      i++;
    }
    if (i === first || i - first > MAX_DIGITS || buffer[i] !== TAB) this.ok = false;
    this.position = i + 1;
    if (i - split !== this.baseDigits) this.takeApart(i - split);
    const moment = (lead - this.baseLead) * this.baseScale + (rest - this.baseRest);
    if (!(moment >= EARLIEST && moment <= LATEST)) this.ok = false;
    into[slot] = moment;
  }

  private takeApart(digits: number): void {
    const scale = 10n ** BigInt(digits);
    this.baseDigits = digits;
    this.baseScale = Number(scale);
    this.baseLead = Number(this.base / scale);
    this.baseRest = Number(this.base % scale);
  }

  private plainLine(kind: number, buffer: Uint8Array, start: number, end: number): void {
    const letter = String.fromCharCode(kind);
    const spec = recordSpec(letter) ?? this.further.find((each) => each.kind === letter);
    const fields = Buffer.from(buffer.buffer, buffer.byteOffset + start + 2, Math.max(0, end - start - 2))
      .toString('latin1')
      .split('\t');
    if (!spec || fields.length !== spec.fields.length) {
      this.bad(buffer, start, end);
      return;
    }
    const ints: Record<string, bigint> = {};
    const strings: Record<string, string> = {};
    const raw: Record<string, string> = {};
    for (const [i, field] of spec.fields.entries()) {
      const text = fields[i];
      if (field.type === 'string') {
        raw[field.name] = decodeName(unescapeBytes(Buffer.from(text, 'latin1')));
        strings[field.name] = sanitize(raw[field.name]);
      } else {
        const value = this.inRange(field.type, text, letter);
        if (value === null) {
          this.bad(buffer, start, end);
          return;
        }
        ints[field.name] = value;
      }
    }
    if (spec.kind === 'H' && !this.based) {
      this.base = ints.ts;
      this.baseDigits = -1;
      this.based = true;
    }
    this.sink.record({ kind: spec.kind, ints, strings, raw });
  }

  /** The number, null where it is none or its field cannot have it. What came long before the header is taken to have come with it. */
  private inRange(type: FieldType, text: string, kind: string): bigint | null {
    const short = shortNumber(text);
    const value = Number.isNaN(short) ? (/^-?\d{1,20}$/.test(text) ? BigInt(text) : null) : BigInt(short);
    const [least, most] = rangeOf(type);
    if (value === null || !(value >= least && value <= most)) return null;
    if (type !== 'clock' || kind === 'H' || !this.based) return value;
    const moment = value - this.base;
    return moment > LATEST ? null : moment < EARLIEST ? this.base : value;
  }
}

/** A number of few digits, as most are; NaN where it is none. A record may have twelve: neither a pattern nor a large integer for each. */
function shortNumber(text: string): number {
  if (text.length === 0 || text.length > SHORT_DIGITS) return NaN;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function rangeOf(type: FieldType): readonly [number, number] {
  return type === 'string' ? [-Infinity, Infinity] : RANGES[type];
}

/** Whether four bytes, read with the first one lowest, are digits. */
function fourDigits(word: number): boolean {
  return (word & 0xf0f0f0f0) === DIGITS && ((word + 0x06060606) & 0xf0f0f0f0) === DIGITS;
}

/** Their value: pairs first, then both pairs, each with one multiplication. */
function fourDigitValue(word: number): number {
  const pairs = (Math.imul(word & 0x0f0f0f0f, 2561) >>> 8) & 0x00ff00ff;
  return Math.imul(pairs, 6553601) >>> 16;
}
