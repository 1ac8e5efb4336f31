import { CallStack } from './callstack.js';

/** The stack on which a thread runs as the events tell it, and where its time goes right now. */
export class ThreadStack extends CallStack {
  /** Time of the last event: what comes after belongs to the frame on top. */
  last: number;
  /** Time of the last event that was shown in the flow. */
  lastShown: number;
  /** Frames that were entered before the attach may still stand below what is known. */
  unknownBase: boolean;
  /** The node that returned last to an unknown caller: it belongs below that caller once that one is known. */
  orphan = -1;
  /** Since when that one is known to have run. */
  orphanStart = 0;
  /** The `?` of this thread stands for frames of several greenlets: it cannot get the name of one. */
  unknownShared = false;

  constructor(
    readonly tid: number,
    /** Node of the thread in the tree. */
    readonly root: number,
    /** Since when this thread is watched, ns; later by each pause. */
    public since: number,
    unknownBase: boolean,
  ) {
    super();
    this.last = since;
    this.lastShown = since;
    this.unknownBase = unknownBase;
  }

  /** For so many ns nothing was traced. */
  pause(ns: number): void {
    this.since += ns;
    this.last += ns;
    this.lastShown = this.last;
    this.orphan = -1;
  }

  /** A node has become part of another one. */
  replaceNode(from: number, into: number): void {
    for (let i = 0; i < this.depth; i++) if (this.nodes[i] === from) this.nodes[i] = into;
    if (this.orphan === from) this.orphan = into;
  }
}
