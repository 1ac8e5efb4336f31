import type { CallSink } from '../models/calltree.js';
import type { FunctionTable } from '../models/functions.js';
import { jsonName, type JsonStream } from './json-stream.js';

/**
 * The calls as lines of JSON, a line an event. Names are the target's own, not shortened, but with all that could act on
 * a terminal escaped.
 */
export class JsonCalls implements CallSink {
  /** Event lines written. */
  events = 0;
  private functions: FunctionTable | undefined;
  /** Per symbol: `"file":…,"function":…,"line":`. */
  private readonly fragments: string[] = [];

  constructor(private readonly stream: JsonStream) {}

  begin(functions: FunctionTable): void {
    this.functions = functions;
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
    let text = `{"type":"${isReturn ? 'return' : 'entry'}","ts":${this.stream.time(ts)},"tid":${tid},${fragment}${line}`;
    if (isReturn && duration >= 0) text += `,"durationNs":${duration}`;
    if (inferred) text += ',"inferred":true';
    this.stream.line(`${text}}`);
  }

  private fragment(symbol: number): string {
    const { names } = this.functions!;
    const text = `"file":${jsonName(names.file(symbol))},"function":${jsonName(names.name(symbol))},"line":`;
    this.fragments[symbol] = text;
    return text;
  }
}
