import type { CallsModel } from '../../models/callsmodel.js';
import type { FunctionTable } from '../../models/functions.js';
import { NodeFunction } from '../../models/nodes.js';

/** What stands for a frame whose name is not known yet. */
export const UNKNOWN_NAME = '?';
const FOLDED_NAME = '(calls without room)';

/** Name of a node's function, fit for a terminal. Threads have theirs from the model. */
export function functionName(functions: FunctionTable, fn: number, ascii = false): string {
  if (fn === NodeFunction.unknown) return UNKNOWN_NAME;
  if (fn < 0) return FOLDED_NAME;
  return plain(functions.names.shownName(functions.symbolOf(fn)), ascii);
}

/** `file:line`, as much of it as is known; `line` is the probe's where it is another than the first of the function. */
export function functionPlace(functions: FunctionTable, fn: number, ascii = false, line?: number): string {
  if (fn === NodeFunction.unknown) return 'entered before the attach';
  if (fn < 0) return 'the tree is full';
  const info = functions.info(fn);
  const file = plain(functions.names.shownFile(info.symbol), ascii);
  const at = line ?? info.line;
  return at > 0 ? `${file}:${at}` : file;
}

export function nodeName(model: CallsModel, node: number, ascii = false): string {
  const { picture } = model;
  const fn = picture.nodes.fn[node];
  if (fn !== NodeFunction.thread) return functionName(picture.functions, fn, ascii);
  const threads = picture.threads.filter((thread) => thread.root === node);
  return threads.length === 1 ? threadName(model, threads[0].tid, ascii) : `(${threads.length} more threads)`;
}

export function threadName(model: CallsModel, tid: number, ascii = false): string {
  return plain(model.threadNames.get(tid) || `thread ${tid}`, ascii);
}

/** Where only ASCII can be shown, every other character of a name becomes an escape. */
export function plain(text: string, ascii: boolean): string {
  if (!ascii) return text;
  return text.replace(/[^\x20-\x7e]/gu, (char) => {
    const code = char.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
