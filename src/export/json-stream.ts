import { replaceUnfit } from '../text/printable.js';
import { clockName } from '../wire/engine-clock.js';
import { NULL_NAME } from '../wire/escape.js';

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

const SECOND = 1_000_000_000;
/** Characters that are gathered before they are handed on: one write a chunk and not one a line. */
const CHUNK = 1 << 16;

/** Lines of JSON with a header and an end. Nothing is written before `begin`. */
export class JsonStream {
  private buffer = '';
  // The engine's clock does not fit a double at long uptimes: its seconds and the rest are kept apart.
  private baseSeconds = 0;
  private baseNs = 0;
  private lastSeconds = -1;
  private lastText = '';

  constructor(private readonly write: (text: string) => void) {}

  begin(header: JsonHeader): void {
    this.baseSeconds = Number(header.ts / BigInt(SECOND));
    this.baseNs = Number(header.ts % BigInt(SECOND));
    this.line(
      jsonOf({
        type: 'header',
        version: 1,
        engine: header.engine,
        script: header.script,
        pid: header.pid,
        python: header.python,
        clock: clockName(header.engine),
        startedAt: new Date(Number(header.wall / 1_000_000n)).toISOString(),
        quality: header.quality,
      }),
    );
  }

  line(text: string): void {
    this.buffer += `${text}\n`;
    if (this.buffer.length > CHUNK) this.flush();
  }

  /** Hands on what has been gathered. */
  flush(): void {
    if (this.buffer !== '') this.write(this.buffer);
    this.buffer = '';
  }

  end(fields: Readonly<Record<string, unknown>>): void {
    this.line(jsonOf({ type: 'end', ...fields }));
    this.flush();
  }

  /** The engine's clock at `ts` (ns since the header) in decimal, exact however large. */
  time(ts: number): string {
    const ns = this.baseNs + ts;
    const seconds = this.baseSeconds + Math.floor(ns / SECOND);
    if (seconds !== this.lastSeconds) {
      this.lastSeconds = seconds;
      this.lastText = String(seconds);
    }
    const rest = ns - Math.floor(ns / SECOND) * SECOND;
    return seconds === 0 ? String(rest) : this.lastText + String(rest).padStart(9, '0');
  }
}

/** A name as a JSON value: null for a NULL pointer, and whatever a terminal might obey or hide as `\uXXXX`. */
export function jsonName(name: string): string {
  return name === NULL_NAME ? 'null' : jsonText(name);
}

/** A JSON string that is safe to look at with `cat`. */
export function jsonText(text: string): string {
  return jsonOf(text);
}

/** Any value as JSON: the same value when it is read, but nothing in it that a terminal might obey or hide. */
export function jsonOf(value: unknown): string {
  return replaceUnfit(JSON.stringify(value), units);
}

function units(char: string): string {
  let out = '';
  for (let i = 0; i < char.length; i++) out += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return out;
}
