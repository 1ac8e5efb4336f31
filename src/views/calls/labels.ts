import { plain } from '../../text/plain.js';
import type { CallsModel } from '../../models/callsmodel.js';
import { frameName, place, threadName as nameOfThread } from '../../models/frames.js';
import type { FunctionTable } from '../../models/functions.js';
import { NodeFunction } from '../../models/nodes.js';

/** Name of a node's function, fit for a terminal. Threads have theirs from the model. */
export function functionName(functions: FunctionTable, fn: number, ascii = false): string {
  return plain(frameName(functions, fn).name, ascii);
}

/** `file:line`, as much of it as is known; `line` is the probe's where it is another than the first of the function. */
export function functionPlace(functions: FunctionTable, fn: number, ascii = false, line?: number): string {
  if (fn === NodeFunction.unknown) return 'entered before the attach';
  if (fn < 0) return 'the tree is full';
  const frame = frameName(functions, fn);
  return plain(place(line === undefined ? frame : { ...frame, line }), ascii);
}

export function nodeName(model: CallsModel, node: number, ascii = false): string {
  const { picture } = model;
  const fn = picture.nodes.fn[node];
  if (fn !== NodeFunction.thread) return functionName(picture.functions, fn, ascii);
  const threads = picture.threads.filter((thread) => thread.root === node);
  return threads.length === 1 ? threadName(model, threads[0].tid, ascii) : `(${threads.length} more threads)`;
}

export function threadName(model: CallsModel, tid: number, ascii = false): string {
  return plain(nameOfThread(model, tid), ascii);
}
