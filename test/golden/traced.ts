import type { CallsModel } from '../../src/models/callsmodel.js';
import type { CallSink } from '../../src/models/calltree.js';
import { CallsSession, type SessionFilters } from '../../src/models/calls-session.js';
import { escapeField } from '../../src/wire/escape.js';

/** The engine's clock at the start: an uptime whose ns do not fit a double. */
export const START = 9_876_543_210_123_456_789n;
/** 2026-03-14 12:41:04 UTC, ns since 1970. */
export const WALL = 1_773_492_064_000_000_000n;

interface Frame {
  readonly address: number;
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** A traced program for tests: what it does is fed to a real Session as the lines that the script would print. */
export class Traced {
  readonly session: CallsSession;
  /** ns since the start. */
  now = 0;
  private readonly stacks = new Map<number, Frame[]>();
  private lines: string[] = [];
  private events = 0;
  private address = 0x7f0000000000;

  constructor(filters: SessionFilters = {}, sink?: CallSink) {
    this.session = new CallsSession(filters, sink);
    this.lines.push(`H\t1\t${START}\t${WALL}\tcalls\tdtrace`, `A\t${START}`);
    this.feed();
  }

  /** A thread that ran already when the probes were armed. */
  oldThread(tid: number, name: string): this {
    this.session.threadsAtAttach([tid]);
    return this.thread(tid, name);
  }

  thread(tid: number, name: string): this {
    this.session.nameThread(tid, name);
    return this;
  }

  wait(ns: number): this {
    this.now += ns;
    return this;
  }

  enter(tid: number, name: string, file: string, line: number): this {
    const stack = this.stack(tid);
    const previous = stack.at(-1)?.address ?? 0;
    const frame = { address: (this.address += 64), name, file, line };
    stack.push(frame);
    return this.line(`E\t${this.ts}\t${tid}\t${line}\t${frame.address}\t${previous}`, name, file);
  }

  /** Enters a function called by a frame that nobody saw entered. */
  enterUnseen(tid: number, name: string, file: string, line: number): this {
    this.stack(tid).push({ address: (this.address += 64), name: 'serve', file: '/srv/shop/main.py', line: 12 });
    return this.enter(tid, name, file, line);
  }

  leave(tid: number): this {
    const frame = this.stack(tid).pop()!;
    return this.line(`R\t${this.ts}\t${tid}\t${frame.line + 3}\t${frame.address}\t0`, frame.name, frame.file);
  }

  /** Leaves, and the event that tells of it is lost. */
  leaveUnseen(tid: number): this {
    this.stack(tid).pop();
    return this;
  }

  /** A call that takes `ns` and calls nothing. */
  call(tid: number, name: string, file: string, line: number, ns: number): this {
    return this.enter(tid, name, file, line).wait(ns).leave(tid);
  }

  /** Hands all on; the second's rates are taken at `tick` ns. */
  feed(tick?: number): this {
    this.session.push(Buffer.from(`${this.lines.join('\n')}\n`));
    this.lines = [];
    this.session.flush();
    if (tick !== undefined) this.session.tick(tick);
    return this;
  }

  end(): this {
    this.lines.push(`Z\t${this.ts}\t${this.events}`);
    this.feed();
    this.session.end();
    return this;
  }

  model(over: Partial<CallsModel> = {}): CallsModel {
    this.feed();
    return {
      picture: this.session.picture(this.now),
      flow: this.session.flow,
      functions: this.session.functions,
      threadNames: this.session.threadNames,
      wall: WALL,
      since: 'attach',
      minDurationNs: 0,
      notice: '',
      ...over,
    };
  }

  private get ts(): bigint {
    return START + BigInt(Math.round(this.now));
  }

  private stack(tid: number): Frame[] {
    let stack = this.stacks.get(tid);
    if (stack === undefined) this.stacks.set(tid, (stack = []));
    return stack;
  }

  private line(head: string, name: string, file: string): this {
    this.events++;
    this.lines.push(`${head}\t${escapeField(name)}\t${escapeField(file)}`);
    if (this.lines.length > 10_000) this.feed();
    return this;
  }
}
