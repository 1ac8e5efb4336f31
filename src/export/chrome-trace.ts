import type { CallsModel } from '../models/callsmodel.js';
import type { FlowEvent, FlowRing } from '../models/flowring.js';
import { frameName, threadName } from '../models/frames.js';
import { jsonText } from './json-stream.js';
import { inTurns, type Pieces } from './pieces.js';

export interface ChromeTraceOptions {
  readonly pid: number;
  /** What the process is called in the viewer. */
  readonly process: string;
}

interface Open {
  readonly fn: number;
  readonly depth: number;
}

/** What a thread's stack did: a begin, an end, or a whole call. Times in ns. */
interface Step {
  readonly phase: 'B' | 'E' | 'X';
  readonly fn: number;
  readonly tid: number;
  readonly ts: number;
  readonly duration: number;
}

/**
 * The flow's events as a Chrome trace (Perfetto, chrome://tracing, speedscope), in order of time: begin and end events that
 * nest in each thread. A call that began before the oldest event begins with it, one that has not ended ends with the
 * newest. The flow holds 65,536 events at the most, so that sorting them needs no file.
 */
export function* chromeTrace(model: CallsModel, { pid, process }: ChromeTraceOptions): Pieces {
  const { flow } = model;
  const names = new Map<number, string>();
  const nameOf = (fn: number): string => {
    let name = names.get(fn);
    if (name === undefined) names.set(fn, (name = nameFields(model, fn)));
    return name;
  };
  yield `{"traceEvents":[\n${meta('process_name', pid, pid, process)}`;
  const steps: Step[] = [];
  // Only returns are told of where short calls are left out: whole calls, which the viewer nests by their times.
  const all = model.minDurationNs > 0 ? wholeCalls(flow) : nest(flow, yield* begunBefore(flow));
  for (const step of inTurns(all)) {
    if (step === undefined) yield '';
    else steps.push(step);
  }
  for (const tid of new Set(steps.map((step) => step.tid)))
    yield `,\n${meta('thread_name', pid, tid, threadName(model, tid))}`;
  for (const { phase, fn, tid, ts, duration } of inOrder(steps)) {
    const lasted = phase === 'X' ? `,"dur":${micros(duration)}` : '';
    yield `,\n{"ph":"${phase}",${nameOf(fn)},"cat":"py","pid":${pid},"tid":${tid},"ts":${micros(ts)}${lasted}}`;
  }
  yield '\n],"displayTimeUnit":"ns"}\n';
}

function meta(what: string, pid: number, tid: number, name: string): string {
  return `{"ph":"M","name":"${what}","pid":${pid},"tid":${tid},"ts":0,"args":{"name":${jsonText(name)}}}`;
}

/** Threads are put in order of time apart from each other at a loss. Steps of one time stay in their order. */
function inOrder(steps: Step[]): Step[] {
  for (let at = 1; at < steps.length; at++)
    if (steps[at].ts < steps[at - 1].ts) return steps.sort((a, b) => a.ts - b.ts || b.duration - a.duration);
  return steps;
}

function* wholeCalls(flow: FlowRing): Generator<Step> {
  for (let sequence = flow.first; sequence < flow.next; sequence++) {
    const { fn, tid, ts, duration } = flow.get(sequence);
    // A call whose begin was not seen has no length.
    if (duration >= 0) yield { phase: 'X', fn, tid, ts: ts - duration, duration };
  }
}

/** Per thread: the calls that the flow shows only the end of, outermost first. */
function* begunBefore(flow: FlowRing): Generator<string, Map<number, Open[]>> {
  const unseen = new Map<number, Map<number, number>>();
  const orphan = ({ tid, depth, fn }: FlowEvent): void => {
    let depths = unseen.get(tid);
    if (depths === undefined) unseen.set(tid, (depths = new Map<number, number>()));
    if (!depths.has(depth)) depths.set(depth, fn);
  };
  for (const step of inTurns(nest(flow, new Map(), orphan))) if (step === undefined) yield '';
  const stacks = new Map<number, Open[]>();
  for (const [tid, depths] of unseen) {
    const stack = [...depths].map(([depth, fn]) => ({ fn, depth }));
    stacks.set(
      tid,
      stack.sort((a, b) => a.depth - b.depth),
    );
  }
  return stacks;
}

/**
 * Walks the flow with the stacks given, and tells of every begin and end, properly nested in each thread; `orphan` hears of
 * ends without begin.
 */
function* nest(
  flow: FlowRing,
  stacks: Map<number, Open[]>,
  orphan: (event: FlowEvent) => void = () => undefined,
): Generator<Step> {
  if (flow.next === flow.first) return;
  const start = flow.get(flow.first).ts;
  let newest = start;
  const begin = (fn: number, tid: number, ts: number): Step => ({ phase: 'B', fn, tid, ts, duration: 0 });
  const end = ({ fn }: Open, tid: number, ts: number): Step => ({ phase: 'E', fn, tid, ts, duration: 0 });
  for (const [tid, stack] of stacks) for (const { fn } of stack) yield begin(fn, tid, start);
  for (let sequence = flow.first; sequence < flow.next; sequence++) {
    const event = flow.get(sequence);
    const { tid, depth, fn, isReturn } = event;
    // Threads are put in order of time apart from each other at a loss: an end must not stand before its begin.
    const ts = Math.max(event.ts, start);
    newest = Math.max(newest, ts);
    let stack = stacks.get(tid);
    if (stack === undefined) stacks.set(tid, (stack = []));
    while (stack.length > 0 && stack.at(-1)!.depth > depth) yield end(stack.pop()!, tid, ts);
    const same = stack.length > 0 && stack.at(-1)!.depth === depth;
    if (same) yield end(stack.pop()!, tid, ts);
    else if (isReturn) orphan(event);
    if (!isReturn) {
      stack.push({ fn, depth });
      yield begin(fn, tid, ts);
    }
  }
  for (const [tid, stack] of stacks) while (stack.length > 0) yield end(stack.pop()!, tid, newest);
}

/** The same on begin and end, and nothing of one call alone: viewers tell functions apart by these fields. */
function nameFields(model: CallsModel, fn: number): string {
  const { name, file, line } = frameName(model.functions, fn);
  return `"name":${jsonText(name)},"args":{"file":${jsonText(file)},"line":${line}}`;
}

function micros(ns: number): number {
  return ns / 1e3;
}
