import type { CallsModel } from './callsmodel.js';
import type { FunctionTable } from './functions.js';
import { NodeFunction } from './nodes.js';

/** A root of the tree: one thread, or all those that came too late for one of their own. */
export interface ThreadRoot {
  readonly root: number;
  /** Of the first thread below this root. */
  readonly tid: number;
  readonly name: string;
  /** ns that the threads of this root were watched for, summed: what shares are of. */
  readonly wall: number;
}

/** A frame as exports name it. */
export interface FrameName {
  readonly name: string;
  /** '' where there is none. */
  readonly file: string;
  /** -1 where there is none. */
  readonly line: number;
}

type Threaded = Pick<CallsModel, 'picture' | 'threadNames'>;

/** The roots in the order in which their threads were first seen. */
export function threadRoots(model: Threaded): ThreadRoot[] {
  const roots = new Map<number, ThreadRoot>();
  for (const { root, tid, wall } of model.picture.threads) {
    const known = roots.get(root);
    roots.set(
      root,
      known === undefined
        ? { root, tid, name: threadName(model, tid), wall }
        : { ...known, name: '(more threads)', wall: known.wall + wall },
    );
  }
  return [...roots.values()];
}

export function threadName(model: Pick<CallsModel, 'threadNames'>, tid: number): string {
  return model.threadNames.get(tid) || `thread ${tid}`;
}

/** What stands for a node's function; names are fit for a terminal. */
export function frameName(functions: FunctionTable, fn: number): FrameName {
  if (fn === NodeFunction.unknown) return { name: '?', file: '', line: -1 };
  if (fn < 0) return { name: '(calls without room)', file: '', line: -1 };
  const { symbol, line } = functions.info(fn);
  return { name: functions.names.shownName(symbol), file: functions.names.shownFile(symbol), line };
}

/** `file:line`, or as much of it as is known. */
export function place(frame: FrameName): string {
  return frame.line > 0 ? `${frame.file}:${frame.line}` : frame.file;
}
