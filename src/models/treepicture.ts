import type { CallTree } from './calltree.js';
import type { Corrections } from './corrections.js';
import type { FunctionTable } from './functions.js';
import type { Nodes } from './nodes.js';

/** One thread as a picture shows it. */
export interface PicturedThread {
  readonly tid: number;
  readonly root: number;
  /** ns for which it has been watched: what percentages of this thread are of. */
  readonly wall: number;
  /** Innermost running node, -1 where no Python function runs. */
  readonly top: number;
}

/**
 * The call tree at one moment, with what the running calls have used so far added in. Cheap to make of a live tree: it
 * reads that tree's arrays, and holds only as long as no more events come; `frozen` makes one that lasts.
 */
export class TreePicture {
  readonly threads: readonly PicturedThread[];
  readonly corrections: Corrections;
  private readonly openSelf = new Map<number, number>();
  private readonly openTotal = new Map<number, number>();

  private constructor(
    readonly nodes: Nodes,
    readonly functions: FunctionTable,
    tree: CallTree,
    readonly now: number,
    private readonly rates: Float32Array,
  ) {
    const threads: PicturedThread[] = tree.threads.retired.map((thread) => ({ ...thread, top: -1 }));
    for (const thread of tree.threads.stacks.values()) {
      const end = Math.max(now, thread.last);
      let top = -1;
      for (let i = 0; i < thread.depth; i++) {
        if (thread.hidden[i]) continue;
        const node = thread.nodes[i];
        this.openTotal.set(node, (this.openTotal.get(node) ?? 0) + end - thread.starts[i]);
        top = node;
      }
      if (top >= 0) this.openSelf.set(top, (this.openSelf.get(top) ?? 0) + end - thread.last);
      threads.push({ tid: thread.tid, root: thread.root, wall: end - thread.since, top });
    }
    // Of a greenlet that waits the time stands still since it was left.
    for (const { stack, since } of tree.parked.all()) {
      for (let i = 0; i < stack.depth; i++) {
        const node = stack.nodes[i];
        if (!stack.hidden[i]) this.openTotal.set(node, (this.openTotal.get(node) ?? 0) + since - stack.starts[i]);
      }
    }
    const { sharedRoot, attachedAt } = tree.threads;
    if (sharedRoot >= 0 && !threads.some((thread) => thread.root === sharedRoot)) {
      threads.push({ tid: 0, root: sharedRoot, wall: now - attachedAt, top: -1 });
    }
    this.threads = threads;
    this.corrections = { ...tree.corrections };
  }

  static of(tree: CallTree, now: number, rates: Float32Array): TreePicture {
    return new TreePicture(tree.nodes, tree.functions, tree, now, rates);
  }

  static frozen(tree: CallTree, now: number, rates: Float32Array): TreePicture {
    return new TreePicture(tree.nodes.clone(), tree.functions, tree, now, rates.slice());
  }

  /** ns in the node's own code so far. */
  self(node: number): number {
    return this.nodes.self[node] + (this.openSelf.get(node) ?? 0);
  }

  /** ns of the node's activations so far, callees included. */
  total(node: number): number {
    return this.nodes.total[node] + (this.openTotal.get(node) ?? 0);
  }

  /** Calls a second, over the last whole second. */
  rate(node: number): number {
    return this.rates[node] ?? 0;
  }

  /** On a stack right now. */
  running(node: number): boolean {
    return this.openTotal.has(node);
  }
}
