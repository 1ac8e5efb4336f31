import type { CallsModel } from '../models/callsmodel.js';
import { frameName, threadRoots } from '../models/frames.js';
import { jsonText } from './json-stream.js';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/** The tree as a speedscope file: a profile a thread, each stack weighted with the ns of its innermost frame's own time. */
export function speedscope(model: CallsModel, title: string): string {
  const { picture } = model;
  const { nodes, functions } = picture;
  const frames: string[] = [];
  const frameOf = new Map<number, number>();
  const indexOf = (fn: number): number => {
    const known = frameOf.get(fn);
    if (known !== undefined) return known;
    const { name, file, line } = frameName(functions, fn);
    const where = file === '' ? '' : `,"file":${jsonText(file)}${line > 0 ? `,"line":${line}` : ''}`;
    frameOf.set(fn, frames.length);
    frames.push(`{"name":${jsonText(name)}${where}}`);
    return frames.length - 1;
  };
  const profiles = threadRoots(model).map(({ root, name }) => {
    const path: number[] = [];
    const samples: string[] = [];
    const weights: number[] = [];
    let sum = 0;
    nodes.walk(root, (node) => {
      const depth = nodes.depth[node];
      if (depth === 0) return;
      path.length = depth - 1;
      path.push(indexOf(nodes.fn[node]));
      const self = Math.round(picture.self(node));
      if (self <= 0) return;
      samples.push(`[${path.join(',')}]`);
      weights.push(self);
      sum += self;
    });
    return (
      `{"type":"sampled","name":${jsonText(name)},"unit":"nanoseconds","startValue":0,"endValue":${sum},` +
      `"samples":[${samples.join(',')}],"weights":[${weights.join(',')}]}`
    );
  });
  return (
    `{"$schema":"${SCHEMA}","name":${jsonText(title)},"exporter":"pytrace",` +
    `"shared":{"frames":[${frames.join(',')}]},"profiles":[${profiles.join(',')}]}\n`
  );
}
