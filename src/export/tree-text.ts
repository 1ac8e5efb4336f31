import type { CallsModel } from '../models/callsmodel.js';
import { percent, shareOf, span, thousands, timeOrDash } from '../text/amounts.js';
import { frameName, place, threadRoots } from '../models/frames.js';

const MAX_INDENT = 60;

/** The whole tree as plain text, a line a node, threads one after another; `title` says what was traced. */
export function treeText(model: CallsModel, title: string): string {
  const { picture } = model;
  const { nodes, functions } = picture;
  const since = model.since === 'the start of the recording' ? model.since : `the ${model.since}`;
  let out = `# ${title}\n`;
  out += `# SELF% and TOTAL% are of each thread's time since ${since}; a * marks what is on the stack at this moment\n`;
  if (model.minDurationNs > 0) {
    out += `# calls shorter than ${timeOrDash(model.minDurationNs)} are not told of: their time is their caller's own\n`;
  }
  out += `  ${'CALLS'.padStart(13)} ${'SELF'.padStart(8)} ${'TOTAL'.padStart(8)}  SELF% TOTAL%  CALL TREE\n`;
  const roots = threadRoots(model);
  for (const { root, tid, name, wall } of roots) {
    out += `# thread ${tid} ${name}, watched for ${span(wall)}\n`;
    nodes.walk(root, (node) => {
      const self = picture.self(node);
      const total = picture.total(node);
      const calls = nodes.calls[node];
      const running = picture.running(node);
      if (node === root || (calls === 0 && self === 0 && total === 0 && !running && nodes.firstChild[node] < 0)) return;
      const called = frameName(functions, nodes.fn[node]);
      const depth = nodes.depth[node] - 1;
      const indent = depth <= MAX_INDENT ? '  '.repeat(depth) : `${'  '.repeat(MAX_INDENT)}[${depth}] `;
      const times = `${timeOrDash(self).padStart(8)} ${timeOrDash(total).padStart(8)}`;
      const shares = `${share(self, wall)} ${share(total, wall)}`;
      const where = place(called);
      out += `${running ? '*' : ' '} ${thousands(calls).padStart(13)} ${times} ${shares}  ${indent}${called.name}`;
      out += where === '' ? '\n' : `  ${where}\n`;
    });
  }
  if (roots.length === 0) out += `# ${model.notice || 'no calls seen'}\n`;
  return out;
}

function share(part: number, whole: number): string {
  return `${percent(shareOf(part, whole))}%`.padStart(6);
}
