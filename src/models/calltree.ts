import type { EventColumns, EventSink } from '../wire/columns.js';
import { Kind } from '../wire/records.js';
import type { CallStack } from './callstack.js';
import { CompletedCalls } from './completed.js';
import { noCorrections, type Corrections } from './corrections.js';
import type { FunctionTable } from './functions.js';
import { NodeFunction, Nodes } from './nodes.js';
import { ParkedStacks, type Parked } from './parked.js';
import { SuspendedFrames } from './suspended.js';
import type { ThreadStack } from './threadstack.js';
import { TreeThreads } from './tree-threads.js';

/** One call event after correction: what the flow and the JSON stream show. */
export interface CallSink {
  /**
   * `line` is the probe's; `depth` counts from 0; `duration` is that of the call on a return, -1 where its start was
   * not seen; `delta` is the time since the thread's previous event; `inferred` marks an entry that no probe told of.
   */
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
  ): void;
}

export interface CallTreeOptions {
  /** Frames nested deeper than this are part of their caller; 0 = no limit. */
  readonly maxDepth?: number;
  /** Events are left out by function or file: callers cannot be checked, and `?` would mean nothing. */
  readonly filtered?: boolean;
  readonly maxNodes?: number;
  readonly sink?: CallSink;
}

/**
 * Whether greenlets switch stacks within a thread. `no`: entries and returns of a thread nest. `framed`: each event tells
 * its frame, by which the stack it belongs to is found. `blind`: it cannot be found, so no caller is told.
 */
export type Greenlets = 'no' | 'framed' | 'blind';

const SHIM = '__init__';
/** Calls that stand open where it cannot be told to which stack they belong: the oldest half is given up. */
const MAX_OPEN = 1 << 16;

/**
 * The calling context tree of all threads, built from events in order of time. Stacks are keyed by the address of the
 * interpreter's frame where the script could read it, else by name. It mends what the probes leave out (see
 * Corrections). Self time goes to the frame on top between two events of its thread; total time of a node is that of
 * its activations, of which a stack holds at most one, so recursion is never counted twice within a node.
 */
export class CallTree implements EventSink {
  readonly nodes: Nodes;
  readonly threads: TreeThreads;
  readonly corrections: Corrections = noCorrections();
  private current: ThreadStack | undefined;
  private shimSymbol = -1;
  private readonly suspended = new SuspendedFrames();
  readonly parked = new ParkedStacks((parked) => this.giveUp(parked));
  private greenlets: Greenlets = 'no';
  private readonly completed: CompletedCalls;
  private readonly maxDepth: number;
  readonly filtered: boolean;
  private readonly sink: CallSink | undefined;

  constructor(
    readonly functions: FunctionTable,
    options: CallTreeOptions = {},
  ) {
    this.nodes = new Nodes(options.maxNodes);
    this.maxDepth = options.maxDepth || Infinity;
    this.filtered = options.filtered ?? false;
    this.threads = new TreeThreads(this.nodes, this.filtered, (count) => (this.corrections.missingReturns += count));
    this.sink = options.sink;
    this.completed = new CompletedCalls(this.nodes, () => this.corrections.foldedCalls++);
  }

  /** Greenlets have been found in the process: what comes from here on is told apart by their stacks, or not at all. */
  switches(greenlets: 'framed' | 'blind'): void {
    if (this.greenlets === 'blind') return;
    this.greenlets = greenlets === 'framed' && this.filtered ? 'blind' : greenlets;
    for (const thread of this.threads.stacks.values()) thread.orphan = -1;
  }

  event(columns: EventColumns, slot: number): void {
    const tid = columns.tid[slot];
    const line = columns.line[slot];
    const frame = columns.frame[slot];
    const extra = columns.extra[slot];
    const symbol = columns.symbol[slot];
    let ts = columns.ts[slot];
    const thread = this.current?.tid === tid ? this.current : this.threads.of(tid, ts);
    this.current = thread;
    if (ts < thread.last) {
      this.corrections.lateEvents++;
      ts = thread.last;
    }
    switch (columns.kind[slot]) {
      case Kind.return:
        this.leave(thread, ts, line, frame, extra === 1, symbol);
        break;
      case Kind.entry:
        this.enter(thread, ts, line, frame, extra, symbol, this.functions.entered(symbol, line, frame !== 0));
        break;
      case Kind.resume:
        this.enter(thread, ts, line, frame, extra, symbol, this.functions.at(symbol, line));
        break;
      case Kind.create:
        this.corrections.generatorCreations++;
        this.functions.entered(symbol, line, true);
        // It tells who runs, as an entry does: that may be a generator which throw() has entered.
        if (frame !== 0 && extra >= 0 && !this.filtered && this.greenlets !== 'blind')
          this.meetCaller(thread, ts, extra);
        else this.charge(thread, ts);
        break;
      case Kind.complete: {
        const fn = this.functions.entered(symbol, line, frame !== 0);
        this.completed.add(thread, fn, ts - extra, extra, this.greenlets !== 'no');
        thread.last = ts;
        this.show(thread, true, ts, line, fn, 0, extra, false);
        break;
      }
      default:
        break;
    }
  }

  /**
   * Nothing was traced from `from` to `to`: what stood on the stacks is taken to have run until then, and what stands on
   * them now was entered unseen. The time in between is nobody's.
   */
  gap(from: number, to: number): void {
    const { threads, nodes } = this;
    for (const parked of this.parked.clear()) this.end(parked);
    for (const thread of threads.stacks.values()) {
      const end = Math.max(from, thread.last);
      this.charge(thread, end);
      while (thread.depth > 0) {
        const at = --thread.depth;
        if (thread.hidden[at] === 1) continue;
        nodes.active[thread.nodes[at]] = 0;
        nodes.total[thread.nodes[at]] += end - thread.starts[at];
      }
      thread.pause(to - end);
      thread.unknownBase = !this.filtered;
    }
  }

  private enter(
    thread: ThreadStack,
    ts: number,
    line: number,
    frame: number,
    previous: number,
    symbol: number,
    fn: number,
  ): void {
    if (this.filtered || this.greenlets === 'blind') this.charge(thread, ts);
    else if (frame !== 0 && previous >= 0) this.meetCaller(thread, ts, previous);
    else if (this.greenlets === 'framed') this.switchTo(thread, ts, 0);
    else {
      if (thread.depth === 0 && thread.unknownBase) this.pushUnknown(thread, 0);
      this.charge(thread, ts);
    }
    if (this.greenlets === 'framed') this.parked.drop(frame);
    this.push(thread, fn, symbol, frame, ts);
    this.show(thread, false, ts, line, fn, this.greenlets === 'blind' ? 1 : thread.depth - 1, -1, false);
  }

  /** Makes the frame that the kernel names as the caller the top of the stack. */
  private meetCaller(thread: ThreadStack, ts: number, previous: number): void {
    const top = thread.depth - 1;
    if (top >= 0 && thread.frames[top] === previous) {
      this.charge(thread, ts);
      return;
    }
    if (previous === 0) {
      this.charge(thread, ts);
      if (this.greenlets === 'framed') this.parked.park(thread);
      this.unwindTo(thread, ts, 0);
      thread.unknownBase = false;
      return;
    }
    const at = thread.indexOfFrame(previous);
    if (at >= 0) {
      this.charge(thread, ts);
      this.unwindTo(thread, ts, at + 1);
      return;
    }
    if (this.greenlets === 'framed') {
      this.switchTo(thread, ts, previous);
      return;
    }
    // The caller runs and was not seen to begin: before the attach, by throw(), or its entry was lost. The time since
    // the last event is its own: throw() follows the call of __exit__, of Task.__step and the like at once.
    const fn = this.suspended.find(previous);
    if (thread.depth === 0 && thread.unknownBase) this.pushUnknown(thread, previous);
    else if (fn >= 0) {
      this.corrections.thrownEntries++;
      this.push(thread, fn, this.functions.symbolOf(fn), previous, thread.last);
      this.show(thread, false, ts, this.functions.info(fn).line, fn, thread.depth - 1, -1, true);
    } else {
      this.corrections.missingEntries++;
      this.push(thread, NodeFunction.unknown, -1, previous, thread.last);
    }
    this.charge(thread, ts);
  }

  private leave(
    thread: ThreadStack,
    ts: number,
    line: number,
    frame: number,
    generator: boolean,
    symbol: number,
  ): void {
    if (line === -1 && this.isShim(symbol)) {
      this.corrections.shimReturns++;
      return;
    }
    let at = thread.depth - 1;
    if (this.greenlets === 'blind') {
      this.leaveBlind(thread, ts, line, frame, symbol);
      return;
    }
    if (at >= 0 && (frame !== 0 ? thread.frames[at] !== frame : thread.symbols[at] !== symbol)) {
      at = frame !== 0 ? thread.indexOfFrame(frame) : thread.indexOfSymbol(symbol);
      // Without frames an unknown bottom is the only one that a return can belong to.
      if (at < 0 && frame === 0 && thread.depth === 1 && thread.symbols[0] === -1) at = 0;
    }
    this.functions.left(symbol, line);
    // A generator may have been entered by throw(): by whom is not known, but the stack is the same.
    if (at < 0 && this.greenlets === 'framed' && (this.parked.has(frame) || !generator)) {
      this.switchTo(thread, ts, frame);
      at = thread.depth - 1;
    }
    if (at < 0) {
      if (thread.depth === 0 && thread.unknownBase && this.greenlets === 'no') {
        this.pushUnknown(thread, frame);
        at = 0;
      } else {
        this.leaveUnentered(thread, ts, line, frame, generator, symbol);
        return;
      }
    }
    this.charge(thread, ts);
    this.unwindTo(thread, ts, at + 1);
    let node = thread.nodes[at];
    const whole = thread.symbols[at] !== -1;
    if (!whole) node = this.name(thread, at, this.functions.at(symbol, line));
    const fn = this.nodes.fn[node];
    if (generator) this.suspended.add(frame, fn);
    const duration = ts - thread.starts[at];
    const hidden = thread.hidden[at] === 1;
    thread.depth = at;
    if (!hidden) {
      this.nodes.active[node] = 0;
      if (whole) this.nodes.addDuration(node, duration);
      else this.nodes.total[node] += duration;
      if (at === 0 && !whole && this.greenlets === 'no' && !this.shares(thread)) {
        thread.orphan = node;
        thread.orphanStart = thread.starts[at];
      }
      this.show(thread, true, ts, line, whole ? fn : this.functions.at(symbol, line), at, whole ? duration : -1, false);
    }
  }

  /** A return without entry, above a stack that is known: throw() or close() of a generator, or the entry was lost. */
  private leaveUnentered(
    thread: ThreadStack,
    ts: number,
    line: number,
    frame: number,
    generator: boolean,
    symbol: number,
  ): void {
    const fn = this.functions.at(symbol, line);
    const start = thread.last;
    if (generator) {
      this.corrections.thrownEntries++;
      this.suspended.add(frame, fn);
    } else this.corrections.missingEntries++;
    this.push(thread, fn, symbol, frame, start, this.greenlets === 'framed');
    const at = thread.depth - 1;
    this.show(thread, false, ts, line, fn, at, -1, true);
    this.charge(thread, ts);
    thread.depth = at;
    if (thread.hidden[at] === 1) return;
    const node = thread.nodes[at];
    this.nodes.active[node] = 0;
    this.nodes.addDuration(node, ts - start);
    this.show(thread, true, ts, line, fn, at, ts - start, false);
  }

  /**
   * Makes a frame that is not on the thread's stack the top of one: of the greenlet that waits with it on top, or of one
   * that is not known, which was there before the attach, or was left while events were lost.
   */
  private switchTo(thread: ThreadStack, ts: number, frame: number): void {
    const start = thread.depth === 0 ? thread.last : ts;
    this.charge(thread, ts);
    if (this.parked.resume(thread, frame)) return;
    this.parked.park(thread);
    if (this.nodes.find(thread.root, NodeFunction.unknown) >= 0) thread.unknownShared = true;
    const fn = this.suspended.find(frame);
    this.push(thread, NodeFunction.unknown, -1, fn >= 0 ? 0 : frame, start);
    if (fn < 0) return;
    this.corrections.thrownEntries++;
    this.push(thread, fn, this.functions.symbolOf(fn), frame, start);
    this.show(thread, false, ts, this.functions.info(fn).line, fn, 1, -1, true);
  }

  /** Ends the calls of a greenlet that is not waited for any longer. */
  private giveUp(parked: Parked): void {
    const { stack } = parked;
    // Without a frame on top there is nothing to find it by again.
    if (stack.frames[stack.depth - 1] !== 0) this.corrections.greenletsGivenUp++;
    this.end(parked);
  }

  private end({ thread, stack, since }: Parked): void {
    for (let at = stack.depth - 1; at >= 0; at--) this.close(stack, at, since);
    if (stack.symbols[0] === -1) thread.unknownShared = true;
  }

  private close(stack: CallStack, at: number, ts: number): void {
    if (stack.hidden[at] === 0) this.nodes.total[stack.nodes[at]] += ts - stack.starts[at];
  }

  /** A return where it is not known on which stack the call stands: of the last one entered of that frame or name. */
  private leaveBlind(thread: ThreadStack, ts: number, line: number, frame: number, symbol: number): void {
    const at = frame !== 0 ? thread.indexOfFrame(frame) : thread.indexOfSymbol(symbol);
    this.functions.left(symbol, line);
    this.charge(thread, ts);
    if (at < 0 || thread.symbols[at] === -1) {
      if (thread.unknownBase) this.corrections.beforeAttach++;
      else this.corrections.missingEntries++;
      this.show(thread, true, ts, line, this.functions.at(symbol, line), 1, -1, false);
      return;
    }
    const node = thread.nodes[at];
    const duration = ts - thread.starts[at];
    if (thread.hidden[at] === 0) {
      this.nodes.addDuration(node, duration);
      this.show(thread, true, ts, line, this.nodes.fn[node], 1, duration, false);
    }
    thread.remove(at, 1);
  }

  /** Calls of which it is not known on which stack they stand are told apart by nothing but their order. */
  private pushBlind(thread: ThreadStack, fn: number, symbol: number, frame: number, start: number): void {
    if (thread.depth >= MAX_OPEN) {
      const half = MAX_OPEN / 2;
      for (let at = 0; at < half; at++) this.close(thread, at, start);
      this.corrections.missingReturns += half;
      thread.remove(0, half);
    }
    const node = this.child(thread, this.unknownOf(thread), fn);
    this.nodes.calls[node]++;
    thread.push(node, symbol, frame, start, false);
  }

  private unknownOf(thread: ThreadStack): number {
    return this.child(thread, thread.root, NodeFunction.unknown);
  }

  private isShim(symbol: number): boolean {
    if (symbol === this.shimSymbol) return true;
    const names = this.functions.names;
    if (names.name(symbol) !== SHIM || names.file(symbol) !== SHIM) return false;
    this.shimSymbol = symbol;
    return true;
  }

  private show(
    thread: ThreadStack,
    isReturn: boolean,
    ts: number,
    line: number,
    fn: number,
    depth: number,
    duration: number,
    inferred: boolean,
  ): void {
    const delta = ts - thread.lastShown;
    thread.lastShown = ts;
    if (depth - below(thread) < this.maxDepth)
      this.sink?.call(isReturn, ts, thread.tid, line, fn, depth, duration, delta, inferred);
  }

  /** Gives the time since the thread's last event to the frame on top. */
  private charge(thread: ThreadStack, ts: number): void {
    const top = thread.depth - 1;
    if (top >= 0) {
      const ns = ts - thread.last;
      this.nodes.self[thread.nodes[top]] += ns;
      thread.own[top] += ns;
      if (this.greenlets === 'blind') this.nodes.total[this.unknownOf(thread)] += ns;
    }
    thread.last = ts;
  }

  private push(
    thread: ThreadStack,
    fn: number,
    symbol: number,
    frame: number,
    start: number,
    belowUnknown = false,
  ): void {
    if (this.greenlets === 'blind') {
      this.pushBlind(thread, fn, symbol, frame, start);
      return;
    }
    const top = thread.depth - 1;
    const parent = belowUnknown ? this.unknownOf(thread) : top >= 0 ? thread.nodes[top] : thread.root;
    if (thread.depth - below(thread) >= this.maxDepth) {
      thread.push(parent, symbol, frame, start, true);
      return;
    }
    const node = this.child(thread, parent, fn);
    if (fn !== NodeFunction.unknown) this.nodes.calls[node]++;
    this.nodes.active[node] = 1;
    thread.push(node, symbol, frame, start, false);
  }

  private child(thread: ThreadStack, parent: number, fn: number): number {
    const found = this.nodes.find(parent, fn);
    if (found >= 0) return found;
    // The folded node of a thread is made while there is room for it, and takes all that comes after.
    if (this.nodes.full || this.nodes.fn[parent] === NodeFunction.folded) {
      this.corrections.foldedCalls++;
      const folded = this.nodes.find(thread.root, NodeFunction.folded);
      return folded >= 0 ? folded : this.nodes.add(thread.root, NodeFunction.folded);
    }
    return this.nodes.add(parent, fn);
  }

  /** Puts `?` at the bottom of an empty stack: a frame that was there at the attach, or that was returned to since. */
  private pushUnknown(thread: ThreadStack, frame: number): void {
    // What has returned to it was called by it, so it has been there at least as long.
    this.push(thread, NodeFunction.unknown, -1, frame, thread.orphan >= 0 ? thread.orphanStart : thread.last);
    if (thread.orphan >= 0) {
      const unknown = thread.nodes[0];
      this.adopt(thread, thread.orphan, unknown);
      thread.orphan = -1;
    }
  }

  /** Moves a node below another, into one of the same function if that has one. */
  private adopt(thread: ThreadStack, node: number, parent: number): void {
    const twin = this.nodes.find(parent, this.nodes.fn[node]);
    if (twin < 0) this.nodes.move(node, parent);
    else this.nodes.merge(node, twin, (from, into) => thread.replaceNode(from, into));
  }

  private shares(thread: ThreadStack): boolean {
    return thread.root === this.threads.sharedRoot;
  }

  /** A frame that stood as `?` has returned, and so told its name. */
  private name(thread: ThreadStack, at: number, fn: number): number {
    if (at === 0 && (thread.unknownBase || this.greenlets === 'framed')) this.corrections.beforeAttach++;
    const node = thread.nodes[at];
    // Where threads share a root, or greenlets a thread, the same `?` may stand for frames of others.
    const shared = this.shares(thread) || thread.unknownShared;
    if (this.nodes.fn[node] !== NodeFunction.unknown || shared) return node;
    const twin = this.nodes.find(this.nodes.parent[node], fn);
    if (twin < 0) {
      this.nodes.rename(node, fn);
      return node;
    }
    this.nodes.merge(node, twin, (from, into) => thread.replaceNode(from, into));
    return twin;
  }

  /** Ends activations whose return was not seen, down to a stack of this depth. */
  private unwindTo(thread: ThreadStack, ts: number, depth: number): void {
    while (thread.depth > depth) {
      const at = --thread.depth;
      this.corrections.missingReturns++;
      if (thread.hidden[at] === 1) continue;
      const node = thread.nodes[at];
      this.nodes.active[node] = 0;
      if (thread.frames[at] === 0 && at > 0 && thread.symbols[at] !== -1) {
        // Without frames a generator's creation looks like a call that never returns: its time is the caller's.
        this.nodes.self[node] -= thread.own[at];
        this.nodes.self[thread.nodes[at - 1]] += thread.own[at];
        thread.own[at - 1] += thread.own[at];
        this.nodes.calls[node]--;
      } else this.nodes.total[node] += ts - thread.starts[at];
    }
  }
}

/** Frames at the bottom of the stack that were entered before the attach: a limit on depth counts from above them. */
function below(thread: ThreadStack): number {
  return thread.depth > 0 && thread.symbols[0] === -1 ? 1 : 0;
}
