import { chromeTrace } from '../../export/chrome-trace.js';
import { csv } from '../../export/csv.js';
import { folded } from '../../export/folded.js';
import type { Pieces } from '../../export/pieces.js';
import { speedscope } from '../../export/speedscope.js';
import { treeText } from '../../export/tree-text.js';
import type { CallsModel } from '../../models/callsmodel.js';

interface CallsExport {
  /** For file names, with its dot. */
  readonly extension: string;
  /** One clause for a list of choices. */
  readonly about: string;
  readonly pieces: (model: CallsModel, subject: Traced) => Pieces;
}

/** What was traced. */
interface Traced {
  readonly pid: number;
  /** `calls of 4242 (python3.15)`. */
  readonly title: string;
  /** Frames of a folded stack at the most. */
  readonly maxDepth: number;
}

export const CALLS_EXPORTS: readonly CallsExport[] = [
  {
    extension: '.speedscope.json',
    about: 'speedscope.app: the tree, weighted with self time',
    pieces: (model, { title }) => speedscope(model, title),
  },
  {
    extension: '.collapsedstack.txt',
    about: 'folded stacks for flame graphs: self time in µs',
    pieces: (model, { maxDepth }) => folded(model, maxDepth),
  },
  {
    extension: '.trace.json',
    about: 'Perfetto or chrome://tracing: the last events of the flow',
    pieces: (model, { pid, title }) => chromeTrace(model, { pid, process: title }),
  },
  { extension: '.csv', about: 'a table: a row for each node of the tree', pieces: (model) => csv(model) },
  {
    extension: '.txt',
    about: 'the tree as plain text',
    pieces: (model, { title }) => treeText(model, title),
  },
];
