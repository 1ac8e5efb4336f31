import type { CallsModel } from '../models/callsmodel.js';
import { percent, shareOf, span, thousands, timeOrDash } from '../text/amounts.js';
import { frameName, place, threadRoots } from '../models/frames.js';
import type { Pieces } from './pieces.js';

const MAX_INDENT = 60;

/** The whole tree as plain text, a line a node, threads one after another; `title` says what was traced. */
export function* treeText(model: CallsModel, title: string): Pieces {
  const { picture } = model;
  const { nodes, functions } = picture;
  const since = model.since === 'the start of the recording' ? model.since : `the ${model.since}`;
  yield `# ${title}\n`;
  yield `# SELF% and TOTAL% are of each thread's time since ${since}; a * marks what is on the stack at this moment\n`;
  if (model.minDurationNs > 0) {
    yield `# calls shorter than ${timeOrDash(model.minDurationNs)} are not told of: their time is their caller's own\n`;
  }
  yield `  ${'CALLS'.padStart(13)} ${'SELF'.padStart(8)} ${'TOTAL'.padStart(8)}  SELF% TOTAL%  CALL TREE\n`;
  const roots = threadRoots(model);
  for (const { root, tid, name, wall } of roots) {
    yield `# thread ${tid} ${name}, watched for ${span(wall)}\n`;
    for (let node = nodes.next(root, root); node >= 0; node = nodes.next(node, root)) {
      const self = picture.self(node);
      const total = picture.total(node);
      const calls = nodes.calls[node];
      const running = picture.running(node);
      if (calls === 0 && self === 0 && total === 0 && !running && nodes.firstChild[node] < 0) continue;
      const called = frameName(functions, nodes.fn[node]);
      const depth = nodes.depth[node] - 1;
      const indent = depth <= MAX_INDENT ? '  '.repeat(depth) : `${'  '.repeat(MAX_INDENT)}[${depth}] `;
      const times = `${timeOrDash(self).padStart(8)} ${timeOrDash(total).padStart(8)}`;
      const shares = `${share(self, wall)} ${share(total, wall)}`;
      const where = place(called);
      const counted = `${running ? '*' : ' '} ${thousands(calls).padStart(13)} ${times} ${shares}`;
      yield `${counted}  ${indent}${called.name}${where === '' ? '' : `  ${where}`}\n`;
    }
  }
  if (roots.length === 0) yield `# ${model.notice || 'no calls seen'}\n`;
}

function share(part: number, whole: number): string {
  return `${percent(shareOf(part, whole))}%`.padStart(6);
}
