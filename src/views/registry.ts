import { callsTrace } from './calls/calls-trace.js';
import { gcTrace } from './gc/gc-trace.js';
import { topTrace } from './top/top-trace.js';
import { objectsTrace } from './objects/objects-trace.js';
import type { TraceView } from './trace-view.js';

/** All views, in the order of their tabs. Commands, tabs, help, man page and completions follow from this list. */
export const VIEWS: readonly TraceView[] = [topTrace, callsTrace, gcTrace, objectsTrace];

/** Loads what is needed to open any of them. */
export async function loadViews(): Promise<void> {
  await Promise.all(VIEWS.map((view) => view.load()));
}

export function viewById(id: string): TraceView | undefined {
  return VIEWS.find((view) => view.id === id);
}

/** The view that reads the streams of a script. */
export function viewOfScript(script: string): TraceView | undefined {
  return VIEWS.find((view) => view.scripts.includes(script));
}
