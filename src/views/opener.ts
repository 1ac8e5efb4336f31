import type { OpenView, TraceView, ViewContext } from './trace-view.js';

/** What shows and prints a view, loaded on demand: scores of modules, for which `--help` and the doctor need not wait. */
export function opener(load: () => Promise<(context: ViewContext) => OpenView>): Pick<TraceView, 'load' | 'open'> {
  let open: ((context: ViewContext) => OpenView) | undefined;
  return {
    async load() {
      open ??= await load();
    },
    open(context) {
      if (open === undefined) throw new Error('a view is loaded before it is opened');
      return open(context);
    },
  };
}
