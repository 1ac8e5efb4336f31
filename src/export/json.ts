import { NULL_NAME } from '../wire/escape.js';
import { sanitize } from '../wire/names.js';
import type { CallSink } from '../models/calltree.js';
import type { Corrections } from '../models/corrections.js';
import type { FunctionTable } from '../models/functions.js';

/** What the first line of a JSON stream tells. */
export interface JsonHeader {
  readonly engine: string;
  readonly script: string;
  readonly pid: number;
  /** `3.15.2`; '' where it is not known. */
  readonly python: string;
  /** The wall clock at the trace's ns 0, ns since 1970. */
  readonly wall: bigint;
  /** The engine's clock at the trace's ns 0. */
  readonly ts: bigint;
  readonly quality: 'exact' | 'partial';
}

export type EndReason = 'duration' | 'target-exited' | 'interrupted' | 'engine-died';

export interface JsonEnd {
  readonly reason: EndReason;
  readonly events: number;
  readonly lost: number;
  readonly corrections: Corrections;
}

const SECOND = 1_000_000_000;
/** Characters that are gathered before they are handed on: one write a chunk and not one a line. */
const CHUNK = 1 << 16;

/**
 * The calls as lines of JSON: a header, a line an event, an end. Names are the target's own, not shortened, but with
 * all that could act on a terminal escaped. Nothing is written before `begin`.
 */
export class JsonLines implements CallSink {
  /** Event lines written. */
  events = 0;
  private buffer = '';
  private functions: FunctionTable | undefined;
  /** Per symbol: `"file":…,"function":…,"line":`. */
  private readonly fragments: string[] = [];
  // The engine's clock does not fit a double at long uptimes: its seconds and the rest are kept apart.
  private baseSeconds = 0;
  private baseNs = 0;
  private lastSeconds = -1;
  private lastText = '';

  constructor(private readonly write: (text: string) => void) {}

  begin(header: JsonHeader, functions: FunctionTable): void {
    this.functions = functions;
    this.baseSeconds = Number(header.ts / BigInt(SECOND));
    this.baseNs = Number(header.ts % BigInt(SECOND));
    this.buffer += `${JSON.stringify({
      type: 'header',
      version: 1,
      engine: header.engine,
      script: header.script,
      pid: header.pid,
      python: header.python,
      clock: 'monotonic-ns',
      startedAt: new Date(Number(header.wall / 1_000_000n)).toISOString(),
      quality: header.quality,
    })}\n`;
  }

  call(
    isReturn: boolean,
    ts: number,
    tid: number,
    line: number,
    fn: number,
    _depth: number,
    duration: number,
    _delta: number,
    inferred: boolean,
  ): void {
    if (this.functions === undefined) return;
    this.events++;
    const symbol = this.functions.symbolOf(fn);
    const fragment = this.fragments[symbol] ?? this.fragment(symbol);
    let text = `{"type":"${isReturn ? 'return' : 'entry'}","ts":${this.time(ts)},"tid":${tid},${fragment}${line}`;
    if (isReturn && duration >= 0) text += `,"durationNs":${duration}`;
    if (inferred) text += ',"inferred":true';
    this.buffer += `${text}}\n`;
    if (this.buffer.length > CHUNK) this.flush();
  }

  /** Hands on what has been gathered. */
  flush(): void {
    if (this.buffer !== '') this.write(this.buffer);
    this.buffer = '';
  }

  end(end: JsonEnd): void {
    this.buffer += `${JSON.stringify({ type: 'end', ...end })}\n`;
    this.flush();
  }

  /** The engine's clock at `ts` in decimal, exact however large. */
  private time(ts: number): string {
    const ns = this.baseNs + ts;
    const seconds = this.baseSeconds + Math.floor(ns / SECOND);
    if (seconds !== this.lastSeconds) {
      this.lastSeconds = seconds;
      this.lastText = String(seconds);
    }
    const rest = ns - Math.floor(ns / SECOND) * SECOND;
    return seconds === 0 ? String(rest) : this.lastText + String(rest).padStart(9, '0');
  }

  private fragment(symbol: number): string {
    const { names } = this.functions!;
    const text = `"file":${jsonName(names.file(symbol))},"function":${jsonName(names.name(symbol))},"line":`;
    this.fragments[symbol] = text;
    return text;
  }
}

/** A name as a JSON value: null for a NULL pointer, and whatever a terminal might obey or hide as `\uXXXX`. */
export function jsonName(name: string): string {
  return name === NULL_NAME ? 'null' : jsonText(name);
}

/** A JSON string that is safe to look at with `cat`. */
export function jsonText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (char) => (sanitize(char) === char ? char : units(char)));
}

function units(char: string): string {
  let out = '';
  for (let i = 0; i < char.length; i++) out += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return out;
}
