import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeFunction, Nodes } from './nodes.js';

/** Every node stands once among its parent's children, and is found there by its function. */
function checkWhole(nodes: Nodes, root: number): void {
  const seen = new Set<number>();
  nodes.walk(root, (node) => {
    expect(seen.has(node)).toBe(false);
    seen.add(node);
    if (node === root) return;
    expect(nodes.find(nodes.parent[node], nodes.fn[node])).toBe(node);
    expect(nodes.depth[node]).toBe(nodes.depth[nodes.parent[node]] + 1);
  });
}

describe('merging', () => {
  it('for hours leaves a tree that is whole, and uses its nodes again', () => {
    const nodes = new Nodes();
    const root = nodes.add(-1, NodeFunction.thread);
    const named = nodes.add(root, 7);
    for (let round = 0; round < 20_000; round++) {
      const unknown = nodes.add(root, NodeFunction.unknown);
      const below = nodes.add(unknown, round % 5);
      nodes.add(below, NodeFunction.unknown);
      nodes.calls[below]++;
      nodes.merge(unknown, named, () => undefined);
      expect(nodes.find(root, NodeFunction.unknown)).toBe(-1);
    }
    checkWhole(nodes, root);
    expect(nodes.count).toBeLessThan(20);
    const calls = [0, 1, 2, 3, 4].map((fn) => nodes.calls[nodes.find(named, fn)]);
    expect(calls).toEqual([4000, 4000, 4000, 4000, 4000]);
  });

  it('leaves nothing of a node in the root that takes its place', () => {
    const nodes = new Nodes();
    const root = nodes.add(-1, NodeFunction.thread);
    const named = nodes.add(nodes.add(root, 7), 8);
    const other = nodes.add(nodes.add(root, 9), 8);
    nodes.merge(other, named, () => undefined);
    const later = nodes.add(-1, NodeFunction.thread);
    expect(later).toBe(other);
    expect(nodes.depth[later]).toBe(0);
    expect(nodes.depth[nodes.add(later, 7)]).toBe(1);
    checkWhole(nodes, later);
  });

  it('and moving and renaming in any order keep it whole', () => {
    const step = fc.record({ what: fc.nat(3), at: fc.nat(999), fn: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const nodes = new Nodes();
        const root = nodes.add(-1, NodeFunction.thread);
        const children = (node: number): number[] => {
          const list: number[] = [];
          for (let child = nodes.firstChild[node]; child >= 0; child = nodes.nextSibling[child]) list.push(child);
          return list;
        };
        const all = (): number[] => {
          const list: number[] = [];
          nodes.walk(root, (node) => list.push(node));
          return list;
        };
        // So many that the index is made anew many times.
        for (let round = 0; round < 5; round++) {
          for (const { what, at, fn } of steps) {
            const nodesNow = all();
            const node = nodesNow[at % nodesNow.length];
            const free = nodes.find(node, fn) < 0;
            if (what === 0 && free) nodes.add(node, fn);
            const [first, second] = children(node);
            if (what === 1 && first !== undefined && free) nodes.rename(first, fn);
            if (what === 2 && second !== undefined) nodes.merge(first, second, () => undefined);
            if (what === 3 && second !== undefined && nodes.find(first, nodes.fn[second]) < 0)
              nodes.move(second, first);
          }
          checkWhole(nodes, root);
        }
      }),
      { numRuns: 60 },
    );
  });
});
