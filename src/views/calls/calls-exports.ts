import { chromeTrace } from '../../export/chrome-trace.js';
import { csv } from '../../export/csv.js';
import { folded } from '../../export/folded.js';
import { speedscope } from '../../export/speedscope.js';
import { treeText } from '../../export/tree-text.js';
import type { CallsModel } from '../../models/callsmodel.js';

interface CallsExport {
  /** For file names, with its dot. */
  readonly extension: string;
  /** One clause for a list of choices. */
  readonly about: string;
  readonly text: (model: CallsModel, subject: Traced) => string;
}

/** What was traced. */
interface Traced {
  readonly pid: number;
  /** `calls of 4242 (python3.15)`. */
  readonly title: string;
}

export const CALLS_EXPORTS: readonly CallsExport[] = [
  {
    extension: '.speedscope.json',
    about: 'speedscope.app: the tree, weighted with self time',
    text: (model, { title }) => speedscope(model, title),
  },
  {
    extension: '.collapsedstack.txt',
    about: 'folded stacks for flame graphs: self time in µs',
    text: (model) => folded(model),
  },
  {
    extension: '.trace.json',
    about: 'Perfetto or chrome://tracing: the last events of the flow',
    text: (model, { pid, title }) => chromeTrace(model, { pid, process: title }),
  },
  { extension: '.csv', about: 'a table: a row for each node of the tree', text: (model) => csv(model) },
  {
    extension: '.txt',
    about: 'the tree as plain text',
    text: (model, { title }) => treeText(model, title),
  },
];
