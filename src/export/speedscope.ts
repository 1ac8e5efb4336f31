import type { CallsModel } from '../models/callsmodel.js';
import { frameName, threadRoots } from '../models/frames.js';
import type { FunctionTable } from '../models/functions.js';
import { jsonText } from './json-stream.js';
import type { Pieces } from './pieces.js';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/**
 * The tree as a speedscope file: a profile a thread. Each node is opened and closed once, the clock between being the ns of
 * its own time: a frame that many stacks begin with is written once, and not with each of them.
 */
export function* speedscope(model: CallsModel, title: string): Pieces {
  const { picture } = model;
  const { nodes } = picture;
  const frameOf = new Map<number, number>();
  const indexOf = (fn: number): number => {
    let index = frameOf.get(fn);
    if (index === undefined) frameOf.set(fn, (index = frameOf.size));
    return index;
  };
  yield `{"$schema":"${SCHEMA}","name":${jsonText(title)},"exporter":"pytrace","profiles":[`;
  let between = '';
  for (const { root, name } of threadRoots(model)) {
    yield `${between}{"type":"evented","name":${jsonText(name)},"unit":"nanoseconds","startValue":0,"events":[`;
    between = ',\n';
    const open: number[] = [];
    let at = 0;
    let first = true;
    const event = (type: 'O' | 'C', frame: number): string => {
      const text = `${first ? '' : ','}\n{"type":"${type}","frame":${frame},"at":${at}}`;
      first = false;
      return text;
    };
    for (let node = nodes.next(root, root); node >= 0; node = nodes.next(node, root)) {
      while (open.length >= nodes.depth[node]) yield event('C', open.pop()!);
      const self = Math.max(0, Math.round(picture.self(node)));
      if (self === 0 && nodes.firstChild[node] < 0) continue;
      const frame = indexOf(nodes.fn[node]);
      open.push(frame);
      yield event('O', frame);
      at += self;
    }
    while (open.length > 0) yield event('C', open.pop()!);
    yield `],"endValue":${at}}`;
  }
  yield '],"shared":{"frames":[';
  between = '\n';
  for (const fn of frameOf.keys()) {
    yield `${between}${frameText(picture.functions, fn)}`;
    between = ',\n';
  }
  yield ']}}\n';
}

function frameText(functions: FunctionTable, fn: number): string {
  const { name, file, line } = frameName(functions, fn);
  const where = file === '' ? '' : `,"file":${jsonText(file)}${line > 0 ? `,"line":${line}` : ''}`;
  return `{"name":${jsonText(name)}${where}}`;
}
