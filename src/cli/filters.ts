import type { Filter, TraceOptions, TraceView } from '../views/trace-view.js';
import { ExitCode, UserError } from '../target/user-error.js';
import { listed } from './listed.js';

const OPTION: Record<Filter, string> = {
  thread: '--thread',
  file: '--file',
  function: '--function',
  minDuration: '--min-duration',
  depth: '--depth',
};

/** The filters that are asked for and that a view applies, as options; '' where there are none. */
export function filterWords(view: TraceView, options: TraceOptions): string {
  return listed(
    given(options)
      .filter((name) => view.filters.includes(name))
      .map((name) => OPTION[name]),
  );
}

/** A filter that a view would pass over is refused: its numbers would be taken for filtered ones. Throws UserError. */
export function refuseFilters(view: TraceView, options: TraceOptions): void {
  const [name] = without(view.filters, options);
  if (name === undefined) return;
  const takes = listed(view.filters.map((each) => OPTION[each]));
  throw new UserError(
    `${OPTION[name]}: ${view.id} cannot filter by it; leave it out, or filter with ${takes}.`,
    ExitCode.usage,
  );
}

/** What a view that was switched to passes over, in one sentence; '' where it applies all. */
export function passedOver(view: TraceView, options: TraceOptions): string {
  const names = without(view.filters, options).map((name) => OPTION[name]);
  return names.length === 0 ? '' : `${view.title} cannot filter by ${listed(names)}: it counts all.`;
}

/** Sums cannot be taken apart again: what was not asked for when it was recorded is refused. Throws UserError. */
export function refuseReplayFilters(view: TraceView, options: TraceOptions): void {
  const [name] = without(view.replayFilters, options);
  if (name === undefined) return;
  throw new UserError(
    `${OPTION[name]}: a recording of ${view.id} holds sums that cannot be taken apart by it; give it when recording.`,
    ExitCode.usage,
  );
}

function given(options: TraceOptions): Filter[] {
  return (Object.keys(OPTION) as Filter[]).filter((name) => options[name] !== 0 && options[name] !== '');
}

function without(applied: readonly Filter[], options: TraceOptions): Filter[] {
  return given(options).filter((name) => !applied.includes(name));
}
