import type { CallsModel } from '../models/callsmodel.js';
import { frameName, place, threadRoots } from '../models/frames.js';

/**
 * Folded stacks, as flame graph programs read them: `thread;frame;frame N`, root first, N the self time in whole µs.
 * Stacks of less than half a µs are left out, as the format knows no fractions.
 */
export function folded(model: CallsModel): string {
  const { picture } = model;
  const { nodes, functions } = picture;
  let out = '';
  for (const { root, name } of threadRoots(model)) {
    const path: string[] = [frame(name)];
    nodes.walk(root, (node) => {
      const depth = nodes.depth[node];
      if (depth === 0) return;
      path.length = depth;
      const called = frameName(functions, nodes.fn[node]);
      path.push(frame(called.file === '' ? called.name : `${called.name} (${place(called)})`));
      const micros = Math.round(picture.self(node) / 1e3);
      if (micros > 0) out += `${path.join(';')} ${micros}\n`;
    });
  }
  return out;
}

/** A semicolon would end the frame. */
function frame(text: string): string {
  return text.replaceAll(';', ':');
}
