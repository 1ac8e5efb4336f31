import type { EndReason, PrintContext, TimeMark, TraceOptions, ViewContext } from '../../src/views/trace-view.js';
import { GcSession } from '../../src/views/gc/gc-session.js';
import { generationNames } from '../../src/views/gc/generations.js';
import type { GcModel } from '../../src/views/gc/gc-model.js';
import { gcTrace } from '../../src/views/gc/gc-trace.js';
import { escapeField } from '../../src/wire/escape.js';
import { START, WALL } from './traced.js';

await gcTrace.load();

/** code, instruction */
export type Pair = readonly [number, number];

/** Lines as gc.d and gc.stp print them, with times in ns since the start. */
export class GcLines {
  now = 0;
  records = 0;
  readonly lines: string[] = [`H\t1\t${START}\t${WALL}\tgc\tdtrace`, `A\t${START}`];

  wait(ns: number): this {
    this.now += ns;
    return this;
  }

  collect(tid: number, generation: number, pause: number, collected: number, ...frames: Pair[]): this {
    this.now += Math.max(0, pause);
    this.records++;
    const pairs = [0, 1, 2, 3].flatMap((at) => frames[at] ?? [0, -1]);
    return this.line('D', this.ts, tid, generation, pause, collected, ...pairs);
  }

  name(code: number, firstLine: number, name: string, file: string): this {
    return this.line('N', code, firstLine, escapeField(name), escapeField(file));
  }

  at(code: number, instr: number, line: number): this {
    return this.line('n', code, instr, line);
  }

  thread(tid: number, name: string): this {
    return this.line('T', tid, 0, escapeField(name));
  }

  line(...fields: (string | number | bigint)[]): this {
    this.lines.push(fields.join('\t'));
    return this;
  }

  end(): this {
    return this.line('Z', this.ts, this.records);
  }

  bytes(): Buffer {
    return Buffer.from(`${this.lines.splice(0).join('\n')}\n`);
  }

  get ts(): bigint {
    return START + BigInt(Math.round(this.now));
  }

  session(filters = { thread: 0, minPause: 0 }, budget = 0): GcSession {
    const session = new GcSession(filters, budget);
    session.push(this.bytes());
    return session;
  }
}

export function gcModel(session: GcSession, now: number, over: Partial<GcModel> & { python?: string; marks?: readonly TimeMark[] } = {}): GcModel {
  const { python = '3.13.2', ...rest } = over;
  return {
    store: session.store,
    now,
    watchedFrom: (from) => session.watchedFrom(from, now),
    wall: WALL,
    names: generationNames(python),
    threadNames: session.threadNames,
    marks: [],
    since: 'attach',
    minPause: 0,
    odd: 0,
    lost: 0,
    partial: '',
    withoutFunctions: '',
    listed: undefined,
    notice: '',
    ...rest,
  };
}

export const NO_OPTIONS: TraceOptions = { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own: {} };

/** The view opened as a trace opens it, with what it prints. */
export function openGc(options: Partial<TraceOptions> = {}, form?: string, python = '3.13.2') {
  const printed: string[] = [];
  let now = 0;
  let enough = 0;
  const print: PrintContext = {
    form: form ?? '',
    ascii: false,
    title: 'gc of 42',
    threadNames: new Map(),
    write: (text) => void printed.push(text),
    enough: () => void enough++,
  };
  const context: ViewContext = {
    options: { ...NO_OPTIONS, ...options },
    pid: 42,
    python,
    since: 'attach',
    now: () => now,
    revision: () => now,
    notice: () => 'nothing yet',
    marks: [],
    ...(form === undefined ? {} : { print }),
  };
  const opened = gcTrace.open(context);
  return {
    opened,
    text: () => printed.join(''),
    enough: () => enough,
    at: (ns: number) => (now = ns),
    feed(lines: GcLines) {
      now = Math.max(now, lines.now);
      opened.session.push(lines.bytes());
    },
    end(reason: EndReason = 'duration') {
      opened.session.end();
      opened.printing?.end(reason);
    },
  };
}
