import type { CallSink } from '../models/calltree.js';
import type { FunctionTable } from '../models/functions.js';
import { time } from '../text/amounts.js';

export interface FlowTextOptions {
  /** What is traced, in one line: `calls of 4242 (python3.15)`. */
  readonly title: string;
  /** The target has several threads now: each line names its own. */
  readonly several: boolean;
  readonly threadNames: ReadonlyMap<number, string>;
}

const CHUNK = 1 << 14;
/** Levels that are drawn as indentation: a deep recursion must not fill a disk with blanks. */
const MAX_INDENT = 60;
const THREAD_WIDTH = 15;

/** The calls as text, a line an event: what is printed where there is no terminal to draw on. */
export class FlowText implements CallSink {
  events = 0;
  private buffer = '';
  private several: boolean;
  private firstTid = 0;
  private functions: FunctionTable | undefined;
  private readonly threads = new Map<number, string>();

  constructor(
    private readonly write: (text: string) => void,
    private readonly options: FlowTextOptions,
  ) {
    this.several = options.several;
  }

  begin(functions: FunctionTable): void {
    this.functions = functions;
    this.buffer += `# ${this.options.title}: every call (->) and return (<-, with its duration)\n`;
    this.buffer += "# TIME since the start and DELTA since the thread's previous event in µs\n";
    this.heading();
  }

  call(
    isReturn: boolean,
    ts: number,
    tid: number,
    line: number,
    fn: number,
    depth: number,
    duration: number,
    delta: number,
    inferred: boolean,
  ): void {
    if (this.functions === undefined) return;
    if (this.events++ === 0) this.firstTid = tid;
    else if (!this.several && tid !== this.firstTid) {
      this.several = true;
      this.heading();
    }
    const symbol = this.functions.symbolOf(fn);
    const { names } = this.functions;
    let text = `${micros(ts, 14)} ${micros(delta, 12)}  `;
    if (this.several) text += `${this.thread(tid)}  `;
    text += depth <= MAX_INDENT ? '  '.repeat(depth) : `${'  '.repeat(MAX_INDENT)}[${depth}] `;
    text += `${isReturn ? '<-' : '->'} ${names.shownName(symbol)} ${names.shownFile(symbol)}`;
    if (line > 0) text += `:${line}`;
    if (isReturn) text += duration >= 0 ? `  ${duration === 0 ? '0ns' : time(duration)}` : '  (entered before attach)';
    if (inferred) text += '  (inferred)';
    this.buffer += `${text}\n`;
    if (this.buffer.length > CHUNK) this.flush();
  }

  flush(): void {
    if (this.buffer !== '') this.write(this.buffer);
    this.buffer = '';
  }

  private heading(): void {
    const thread = this.several ? `${'THREAD'.padEnd(THREAD_WIDTH)}  ` : '';
    this.buffer += `${'TIME'.padStart(14)} ${'DELTA'.padStart(12)}  ${thread}CALL\n`;
  }

  private thread(tid: number): string {
    const known = this.threads.get(tid);
    if (known !== undefined) return known;
    const text = (this.options.threadNames.get(tid) || String(tid)).slice(0, THREAD_WIDTH).padEnd(THREAD_WIDTH);
    // Names come late, so only those that are there are kept; and a program may start threads without end.
    if (this.options.threadNames.has(tid) && this.threads.size < 1000) this.threads.set(tid, text);
    return text;
  }
}

function micros(ns: number, width: number): string {
  return (ns / 1e3).toFixed(3).padStart(width);
}
