import type { CallsModel } from '../models/callsmodel.js';
import type { FlowRing } from '../models/flowring.js';
import { frameName, threadName } from '../models/frames.js';
import { jsonText } from './json-stream.js';

export interface ChromeTraceOptions {
  readonly pid: number;
  /** What the process is called in the viewer. */
  readonly process: string;
}

interface Open {
  readonly fn: number;
  readonly depth: number;
}

/** What a thread's stack did: `tid`, function and ts of each begin (isEnd false) and end, properly nested. */
type Nested = (isEnd: boolean, fn: number, tid: number, ts: number) => void;

/**
 * The flow's events as a Chrome trace (Perfetto, chrome://tracing, speedscope): begin and end events that nest in each
 * thread. A call that began before the oldest event begins with it, one that has not ended ends with the newest.
 */
export function chromeTrace(model: CallsModel, { pid, process }: ChromeTraceOptions): string {
  const { flow } = model;
  const out = [
    `{"ph":"M","name":"process_name","pid":${pid},"tid":${pid},"ts":0,"args":{"name":${jsonText(process)}}}`,
  ];
  const named = new Set<number>();
  const names: string[] = [];
  const nameOf = (fn: number): string => (names[fn] ??= nameFields(model, fn));
  const thread = (tid: number): void => {
    if (named.has(tid)) return;
    named.add(tid);
    const name = jsonText(threadName(model, tid));
    out.push(`{"ph":"M","name":"thread_name","pid":${pid},"tid":${tid},"ts":0,"args":{"name":${name}}}`);
  };
  if (model.minDurationNs > 0) {
    // Only returns are told of, callees first: whole calls, which the viewer nests by their times.
    for (let sequence = flow.first; sequence < flow.next; sequence++) {
      const { fn, tid, ts, duration } = flow.get(sequence);
      thread(tid);
      const start = `"ts":${micros(ts - duration)},"dur":${micros(duration)}`;
      out.push(`{"ph":"X",${nameOf(fn)},"cat":"py","pid":${pid},"tid":${tid},${start}}`);
    }
  } else {
    const stacks = begunBefore(flow);
    nest(flow, stacks, (isEnd, fn, tid, ts) => {
      thread(tid);
      out.push(`{"ph":"${isEnd ? 'E' : 'B'}",${nameOf(fn)},"cat":"py","pid":${pid},"tid":${tid},"ts":${micros(ts)}}`);
    });
  }
  return `{"traceEvents":[\n${out.join(',\n')}\n],"displayTimeUnit":"ns"}\n`;
}

/** Per thread: the calls that the flow shows only the end of, outermost first. */
function begunBefore(flow: FlowRing): Map<number, Open[]> {
  const unseen = new Map<number, Map<number, number>>();
  nest(
    flow,
    new Map(),
    () => undefined,
    ({ tid, depth, fn }) => {
      let depths = unseen.get(tid);
      if (depths === undefined) unseen.set(tid, (depths = new Map<number, number>()));
      if (!depths.has(depth)) depths.set(depth, fn);
    },
  );
  const stacks = new Map<number, Open[]>();
  for (const [tid, depths] of unseen) {
    stacks.set(
      tid,
      [...depths].map(([depth, fn]) => ({ fn, depth })).sort((a, b) => a.depth - b.depth),
    );
  }
  return stacks;
}

/** Walks the flow with the stacks given, and tells of every begin and end; `orphan` hears of ends without begin. */
function nest(
  flow: FlowRing,
  stacks: Map<number, Open[]>,
  tell: Nested,
  orphan: (event: { tid: number; depth: number; fn: number }) => void = () => undefined,
): void {
  if (flow.next === flow.first) return;
  const start = flow.get(flow.first).ts;
  let end = start;
  for (const [tid, stack] of stacks) for (const { fn } of stack) tell(false, fn, tid, start);
  for (let sequence = flow.first; sequence < flow.next; sequence++) {
    const event = flow.get(sequence);
    const { tid, depth, fn, isReturn } = event;
    // Threads are put in order of time apart from each other at a loss: an end must not stand before its begin.
    const ts = Math.max(event.ts, start);
    end = Math.max(end, ts);
    let stack = stacks.get(tid);
    if (stack === undefined) stacks.set(tid, (stack = []));
    while (stack.length > 0 && stack.at(-1)!.depth > depth) tell(true, stack.pop()!.fn, tid, ts);
    const same = stack.length > 0 && stack.at(-1)!.depth === depth;
    if (same) tell(true, stack.pop()!.fn, tid, ts);
    else if (isReturn) orphan(event);
    if (!isReturn) {
      stack.push({ fn, depth });
      tell(false, fn, tid, ts);
    }
  }
  for (const [tid, stack] of stacks) while (stack.length > 0) tell(true, stack.pop()!.fn, tid, end);
}

/** The same on begin and end, and nothing of one call alone: viewers tell functions apart by these fields. */
function nameFields(model: CallsModel, fn: number): string {
  const { name, file, line } = frameName(model.functions, fn);
  return `"name":${jsonText(name)},"args":{"file":${jsonText(file)},"line":${line}}`;
}

function micros(ns: number): number {
  return ns / 1e3;
}
