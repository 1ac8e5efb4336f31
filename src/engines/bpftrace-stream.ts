import { openMemory, type ProcessMemory } from '../target/memory.js';
import { escapeField } from '../wire/escape.js';
import { Arming } from './bpftrace-arming.js';
import { isString, readText, unescape } from './bpftrace-texts.js';
import type { StreamTranslator, TraceRequest } from './engine.js';
import { BOOTTIME_STEP, engineClock } from '../wire/engine-clock.js';

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
/** Of the message types only `printf` begins with it. */
const P = 0x70;
const EVENTS = new Set([...'EGCRX'].map((kind) => kind.charCodeAt(0)));
const PRINTF = '{"type": "printf", "data": "';
const END = '"}';
/** What an event ends with whose function's name was lost, and how long it is waited for, ms. */
const NAMELESS = '\t?\t?\n';
const HELD_MS = 150;
const SETTLING_MS = 1000;

interface Held {
  /** On the clock of performance.now(). */
  readonly since: number;
  /** Records without their names. */
  readonly events: string[];
}
const NONE: Held = { since: 0, events: [] };

/** The map in which a script counts its events. */
const PRINTED = '@printed';
/** A NULL pointer on the wire. */
const NULL_FIELD = '\\001';
/** A string at an address that cannot be read, not even from outside. */
const UNKNOWN = '?';

/**
 * Makes wire records of what bpftrace prints with `-f json`. A script prints, one printf a record and fields separated
 * by single spaces:
 *
 *     H ts script              header             A ts, Z ts      armed, end
 *     M key address text       a function's name, up to the end of the line
 *     N key line address text  its file: both make the record N
 *     D key address text       its file, where the stream's events name their functions themselves
 *     L count words            what was lost
 *     t type dict text         of objects-alloc: a class at first sight
 *     E, G, C, R, X numbers key    events; function and file take the key's place
 *     D numbers                    in the stream of gc: a collection, counted as an event
 *
 * Everything else is numbers and is handed on as it is. Maps are printed under names that say which record their rows
 * are: `@F_2of5[key] = v` is `F key 0 v 0 0 0`, and with the values (v, w) `F key 0 v w 0 0`; sums of one key add up over
 * records, so each column may come alone. Values behind the last column are the script's own. In the stream of objects the key's first part stands for the names that M and D,
 * or M alone, have told for it.
 *
 * The map @printed is how many events the script has printed.
 *
 * A text that bpftrace could not read (the page was not in memory) or has cut is read from the process.
 */
export class BpftraceStream implements StreamTranslator {
  /** The begin of a line whose end has not come yet. */
  private rest: Uint8Array = new Uint8Array(0);
  private readonly out = new Bytes();
  private emitted = 0;
  /** Events that came before all probes were in place, or after the stop. */
  private left = 0;
  /** Events that the script has printed, where it counts them, and those that bpftrace has told to be lost. */
  private printed = 0;
  private lost = 0;
  /** Events from here on are left out, on the engine's clock. */
  private cut: bigint | undefined;
  /** Rows of the newest snapshot whose names have not come. */
  private nameless = 0;
  /** The end record, once it has come. */
  private ended = '';
  private readonly names = new Map<string, string>();
  /** Key -> what stands at the end of its events. */
  private readonly endings = new Map<number, Uint8Array>();
  /** Events of functions whose names have not come, by key. */
  private readonly held = new Map<number, Held>();
  private memory: ProcessMemory | null | undefined;
  /** When the probes were in place, on the engine's clock. */
  private since: bigint | undefined;
  /** Events may still come that are older: 0.17 reads processor by processor. `settled`: until when, ms. */
  private settling = true;
  private settled = 0;
  /** Something came that is younger than `cut`. */
  private beyond = false;

  /**
   * `strings`: how many bytes a text has at the most before bpftrace cuts it. `keys`: how many rows fit into a map.
   * `now`: the engine's clock, ns. `open`: the process's memory. `arming`: sees when the probes are in place.
   * `inOrder`: events come in the order of their times.
   */
  constructor(
    private readonly request: TraceRequest,
    private readonly strings: number,
    private readonly keys: number,
    // Not before it is: what came in the last moment before a stop is part of the trace.
    private readonly now = () => engineClock('bpftrace') + BOOTTIME_STEP,
    private readonly open = openMemory,
    private readonly arming: Pick<Arming, 'tick' | 'close'> = new Arming(request),
    private readonly inOrder = false,
  ) {}

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let from = 0;
    for (;;) {
      const to = bytes.indexOf(NEWLINE, from);
      if (to < 0) break;
      if (!this.event(bytes, from, to)) this.line(latin1(bytes, from, to));
      from = to + 1;
    }
    this.rest = bytes.slice(from);
    for (const [key, { since }] of this.held) if (performance.now() - since > HELD_MS) this.release(key, NAMELESS);
    return this.taken();
  }

  /** The fast way: an event whose function is known, byte by byte. False: it is something else. */
  private event(bytes: Uint8Array, from: number, to: number): boolean {
    const start = from + PRINTF.length;
    const stop = to - END.length;
    if (this.settling || this.cut !== undefined || stop <= start || bytes[from + 10] !== P || !EVENTS.has(bytes[start]))
      return false;
    // Keys are below 2^53: numbers tell them apart.
    let key = 0;
    let space = stop - 1;
    while (space > start && bytes[space] !== SPACE) space--;
    for (let at = space + 1; at < stop; at++) key = key * 10 + bytes[at] - 48;
    const ending = this.endings.get(key);
    if (ending === undefined) return false;
    const { out } = this;
    out.reserve(space - start + ending.length);
    for (let at = start; at < space; at++) out.bytes[out.length++] = bytes[at] === SPACE ? TAB : bytes[at];
    for (let at = 0; at < ending.length; at++) out.bytes[out.length++] = ending[at];
    this.emitted++;
    return true;
  }

  end(): Uint8Array {
    if (this.rest.length > 0) this.line(latin1(this.rest, 0, this.rest.length));
    this.rest = new Uint8Array(0);
    for (const key of this.held.keys()) this.release(key, NAMELESS);
    // What other processors still had in their buffers came after it.
    if (this.ended !== '') this.write(`${this.ended}\t${this.emitted + this.lost + this.missing()}\n`);
    // Where its buffers were full at its end there was no room for the end record either.
    else if (this.cut !== undefined && this.emitted > 0 && !(this.beyond && this.inOrder))
      this.lose('events that bpftrace had not read when it ended, at least', Math.max(1, this.missing()));
    // Its last sums come with the end record.
    else if (this.request.script === 'objects-alloc' && this.cut !== undefined && this.since !== undefined)
      this.lose('instances that bpftrace had not told of when it ended, at least', 1);
    this.ended = '';
    this.arming.close();
    this.memory?.close();
    this.memory = null;
    return this.taken();
  }

  /**
   * The engine is told to stop. It takes its probes away one after another, a tenth of a second each: what comes after
   * this moment are entries without returns, or returns without entries.
   */
  stopping(): void {
    this.cut ??= this.now();
  }

  /** Events that were printed, and neither came nor were told to be lost: bpftrace may end before it has read all. */
  private missing(): number {
    // With one buffer for all processors, what was not read is younger still than what was.
    if (this.beyond && this.inOrder) return 0;
    return Math.max(0, this.printed - this.emitted - this.left - this.lost);
  }

  /** 0.17 prints processor by processor: an event may come before the name that another processor has printed. */
  private hold(key: number, begin: string): void {
    const held = this.held.get(key) ?? { since: performance.now(), events: [] };
    held.events.push(begin);
    this.held.set(key, held);
  }

  private release(key: number, ending: string): void {
    const { events } = this.held.get(key) ?? NONE;
    for (const begin of events) this.write(begin + ending);
    this.held.delete(key);
  }

  /** While probes are set, or taken away, one after another there are entries without returns, or returns without entries. */
  private outside(ts: bigint): boolean {
    if (this.since === undefined || ts < this.since) return true;
    if (this.settling && performance.now() > this.settled) this.settling = false;
    if (this.cut === undefined || ts <= this.cut) return false;
    this.beyond = true;
    return true;
  }

  private taken(): Uint8Array {
    return this.out.take();
  }

  private write(text: string): void {
    this.out.write(text);
  }

  private line(line: string): void {
    if (line.startsWith(PRINTF) && line.endsWith(END)) this.record(line.slice(PRINTF.length, -END.length));
    else if (line.startsWith('{')) this.message(line);
    else if (line.trim() !== '') this.write(`${line}\n`);
  }

  private record(data: string): void {
    switch (data[0]) {
      case 'E':
      case 'G':
      case 'C':
      case 'R':
      case 'X': {
        if (this.outside(BigInt(data.slice(2, data.indexOf(' ', 2))))) {
          this.left++;
          return;
        }
        const at = data.lastIndexOf(' ');
        const key = Number(data.slice(at + 1));
        const begin = data.slice(0, at).replaceAll(' ', '\t');
        const ending = this.endings.get(key);
        if (ending === undefined) this.hold(key, begin);
        else this.write(begin + latin1(ending, 0, ending.length));
        this.emitted++;
        return;
      }
      case 'H': {
        const [, ts, script] = data.split(' ');
        this.write(`H\t1\t${ts}\t${BigInt(Date.now()) * 1_000_000n}\t${script}\tbpftrace\n`);
        return;
      }
      case 'A':
        if (this.since !== undefined || !this.arming.tick()) return;
        this.since = BigInt(data.slice(2));
        this.settled = performance.now() + SETTLING_MS;
        this.arming.close();
        break;
      case 'S':
        this.nameless = 0;
        break;
      case 'Z':
        this.ended = data.replace(' ', '\t');
        if (this.nameless > 0) this.lose('classes whose names were lost', this.nameless);
        return;
      case 'M': {
        const [key, address, text] = fields(data, 2);
        this.names.set(key, this.text(address, text));
        return;
      }
      case 'N': {
        const [key, line, address, text] = fields(data, 3);
        this.write(`N\t${key}\t${line}\t${this.names.get(key) ?? UNKNOWN}\t${this.text(address, text)}\n`);
        this.names.delete(key);
        return;
      }
      case 'D': {
        // The collections of gc have this letter on the wire.
        if (this.request.script === 'gc') {
          this.emitted++;
          this.write(`${data.replaceAll(' ', '\t')}\n`);
          return;
        }
        const [key, address, text] = fields(data, 2);
        const name = this.names.get(key);
        // Two threads at once: the first one's D has taken the M. Of instances a key is made of the names, so they stand.
        if (name === undefined && this.request.script === 'objects' && this.endings.has(Number(key))) return;
        const ending = `\t${name ?? UNKNOWN}\t${this.text(address, text)}\n`;
        this.endings.set(Number(key), Buffer.from(ending, 'latin1'));
        this.release(Number(key), ending);
        this.names.delete(key);
        return;
      }
      case 't': {
        // Never read from the process later: another class may be there by then.
        const [type, dict, text] = fields(data, 2);
        this.write(`t\t${type}\t${dict}\t${field(unescape(text).replace(/\uFFFD+$/, ''))}\n`);
        return;
      }
      case 'L': {
        const [count, words] = fields(data, 1);
        if (Number(count) > 0) this.lose(unescape(words), Number(count));
        return;
      }
    }
    this.write(`${data.replaceAll(' ', '\t')}\n`);
  }

  /** A text as a wire field. */
  private text(address: string, printed: string): string {
    if (address === '0') return NULL_FIELD;
    const text = unescape(printed);
    const cut = Buffer.byteLength(text) >= this.strings - 1;
    if (text !== '' && !cut) return field(text);
    this.memory ??= this.open(this.request.target.pid);
    // Meanwhile the memory may hold something else, which is nobody's name.
    const found = readText(this.memory, Number(address));
    const whole = found !== null && isString(this.memory, Number(address), found) ? found : null;
    if (text === '') return whole === null ? UNKNOWN : field(whole);
    // A half character at the end of a text that was cut stands as U+FFFD.
    const begin = text.replace(/\uFFFD+$/, '');
    return field(whole?.startsWith(begin) ? whole : begin);
  }

  private message(line: string): void {
    let message: { type?: unknown; data?: unknown };
    try {
      message = JSON.parse(line) as typeof message;
    } catch {
      this.write(`${line}\n`);
      return;
    }
    const { type, data } = message;
    if (type === 'map' || type === 'stats') this.map(data as Record<string, unknown>);
    else if (type === 'lost_events') {
      const count = Number((data as { events?: unknown }).events) || 1;
      this.lost += count;
      this.lose('lost events', count);
    }
  }

  private lose(cause: string, count: number): void {
    this.write(`L\t${count}\t${escapeField(cause)}\n`);
  }

  /** A row of objects: the first part of its key stands for names, which are its last fields: class and file, or the class. */
  private named(kind: string, key: string, numbers: string): void {
    const [first, ...rest] = key.split(',');
    const ending = kind === 'I' ? this.endings.get(Number(first)) : this.names.get(first);
    // Another processor's buffer still has the names: what is counted comes again with the next snapshot.
    if (ending === undefined) this.nameless++;
    else {
      const names = typeof ending === 'string' ? `\t${ending}\n` : latin1(ending, 0, ending.length);
      this.write(`${kind}${rest.map((part) => `\t${part}`).join('')}${numbers}${names}`);
    }
  }

  private map(maps: Readonly<Record<string, unknown>>): void {
    for (const [name, rows] of Object.entries(maps)) {
      if (name === PRINTED) this.printed = Number(rows);
      const form = /^@([A-Za-z])_(\d+)of(\d+)$/.exec(name);
      if (form === null || typeof rows !== 'object' || rows === null) continue;
      const [, kind, at, of] = form;
      const before = '\t0'.repeat(Number(at) - 1);
      const entries = Object.entries(rows as Record<string, number | readonly number[]>);
      for (const [key, value] of entries) {
        const values = (typeof value === 'object' ? value : [value]).slice(0, Number(of) - Number(at) + 1);
        const numbers = `${before}\t${values.join('\t')}${'\t0'.repeat(Number(of) - Number(at) - values.length + 1)}`;
        if (this.request.script === 'objects') this.named(kind, key, numbers);
        else this.write(`${kind}\t${key.replaceAll(',', '\t')}${numbers}\n`);
      }
      if (entries.length >= this.keys) this.lose(`a table of ${this.keys} rows is full`, 1);
    }
  }
}

/** Bytes that are written one behind the other. */
class Bytes {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Characters below 256 only. */
  write(text: string): void {
    this.reserve(text.length);
    for (let at = 0; at < text.length; at++) this.bytes[this.length++] = text.charCodeAt(at);
  }

  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/** A byte a character: what is no text is handed on untouched, and texts are decoded one by one. */
function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/** A text as a wire field. A field that begins and ends with quotes would lose them: stap quotes its strings. */
function field(text: string): string {
  return escapeField(text).replace(/^"/, '\\042');
}

/** The first fields behind the kind, and the rest of the line, in which anything may stand. */
function fields(data: string, count: number): string[] {
  const found: string[] = [];
  let from = 2;
  for (let at = 0; at < count; at++) {
    const end = data.indexOf(' ', from);
    if (end < 0) return [...found, data.slice(from), ...Array<string>(count).fill('')].slice(0, count + 1);
    found.push(data.slice(from, end));
    from = end + 1;
  }
  return [...found, data.slice(from)];
}
