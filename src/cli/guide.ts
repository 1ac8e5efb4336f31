import type { TraceView } from '../views/trace-view.js';
import type { Options } from './options.js';

/** How the screens are led through, beyond what the command line says. */
export interface Guide {
  /** What each view is traced and shown with. */
  options(view: TraceView): Options;
  /** What is worth finding in a view, in one line: said when it is first looked at. */
  tip(view: TraceView): string | undefined;
  /** What may be good to know while the trace starts. */
  readonly hint: string;
}

/** Nobody leads: options of a view's own are those of the view that was asked for. */
export function noGuide(first: TraceView, options: Options): Guide {
  return {
    options: (view) => (view === first ? options : { ...options, own: {} }),
    tip: () => undefined,
    hint: '',
  };
}
