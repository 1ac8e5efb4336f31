import type { CallsModel } from '../models/callsmodel.js';
import { frameName, place, threadRoots } from '../models/frames.js';
import { thousands } from '../text/amounts.js';
import { CutStacks, type CutStack } from './cut-stacks.js';
import type { Pieces } from './pieces.js';

/**
 * Folded stacks, as flame graph programs read them: `thread;frame;frame N`, root first, N the self time in whole µs.
 * Stacks of less than half a µs are left out, as the format knows no fractions. A line has at most `maxDepth` frames, the
 * thread and one that stands for the middle of a deeper stack included; stacks that look the same then are one line.
 */
export function* folded(model: CallsModel, maxDepth: number): Pieces {
  const { picture } = model;
  const { nodes, functions } = picture;
  const names = new Map<number, string>();
  const nameOf = (fn: number): string => {
    let name = names.get(fn);
    if (name === undefined) {
      const called = frameName(functions, fn);
      name = frame(called.file === '' ? called.name : `${called.name} (${place(called)})`);
      names.set(fn, name);
    }
    return name;
  };
  for (const { root, name } of threadRoots(model)) {
    const cut = new CutStacks(nodes, root, maxDepth);
    const path: string[] = [frame(name)];
    for (let node = nodes.next(root, root); node >= 0; node = nodes.next(node, root)) {
      const self = picture.self(node);
      if (cut.add(node, self)) {
        yield '';
        continue;
      }
      path.length = nodes.depth[node];
      path.push(nameOf(nodes.fn[node]));
      yield line(path, self);
    }
    for (const stack of cut.stacks()) {
      const inner = [...stack.inner].map((node) => nameOf(nodes.fn[node]));
      const outer = stack.outer.map((node) => nameOf(nodes.fn[node]));
      yield line([path[0], ...outer, leftOut(stack), ...inner], stack.self);
    }
  }
}

function line(path: readonly string[], self: number): string {
  const micros = Math.round(self / 1e3);
  return micros > 0 ? `${path.join(';')} ${micros}\n` : '';
}

/** What stands for the middle of stacks: `(1,204 frames left out)`, or `(3 to 1,204 …)` where they differ in that alone. */
function leftOut({ least, most }: CutStack): string {
  const number = least === most ? thousands(least) : `${thousands(least)} to ${thousands(most)}`;
  return `(${number} ${most === 1 ? 'frame' : 'frames'} left out)`;
}

/** A semicolon would end the frame. */
function frame(text: string): string {
  return text.replaceAll(';', ':');
}
