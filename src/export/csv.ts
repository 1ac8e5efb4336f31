import type { CallsModel } from '../models/callsmodel.js';
import { frameName, threadRoots } from '../models/frames.js';
import type { Pieces } from './pieces.js';

const COLUMNS =
  'tid,thread,node,parent,depth,function,file,line,running,calls,calls_per_s,self_ns,total_ns,' +
  'self_share,total_share,p50_ns,p99_ns,max_ns';

/** The tree as a table, a row a node, parents first; shares (0 to 1) are of the thread's time since the trace began. */
export function* csv(model: CallsModel): Pieces {
  const { picture } = model;
  const { nodes, functions } = picture;
  yield `${COLUMNS}\r\n`;
  for (const { root, tid, name, wall } of threadRoots(model)) {
    for (let node = nodes.next(root, root); node >= 0; node = nodes.next(node, root)) {
      const called = frameName(functions, nodes.fn[node]);
      const self = picture.self(node);
      const total = picture.total(node);
      const parent = nodes.parent[node];
      const row = [
        tid,
        csvText(name),
        node,
        parent === root ? '' : parent,
        nodes.depth[node],
        csvText(called.name),
        csvText(called.file),
        called.line > 0 ? called.line : '',
        picture.running(node) ? 1 : 0,
        nodes.calls[node],
        picture.rate(node).toFixed(1),
        Math.round(self),
        Math.round(total),
        share(self, wall),
        share(total, wall),
        nodes.quantile(node, 0.5),
        nodes.quantile(node, 0.99),
        nodes.max[node],
      ];
      yield `${row.join(',')}\r\n`;
    }
  }
}

/** A spreadsheet runs what begins like a formula, and the names are the traced program's: a quote in front stops that. */
export function csvText(text: string): string {
  const harmless = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

function share(part: number, whole: number): string {
  return (whole > 0 ? Math.min(1, part / whole) : 0).toFixed(6);
}
