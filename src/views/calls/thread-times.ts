import type { TreePicture } from '../../models/treepicture.js';

/** ns for which the threads below each root have been watched, by root; roots in the order of their threads. */
export function wallByRoot(picture: TreePicture): Map<number, number> {
  const walls = new Map<number, number>();
  // Threads that come late share one root: its shares are of their summed time, so that none exceeds 100 %.
  for (const { root, wall } of picture.threads) walls.set(root, (walls.get(root) ?? 0) + wall);
  return walls;
}

export function rootOf(picture: TreePicture, node: number): number {
  const { parent } = picture.nodes;
  while (parent[node] >= 0) node = parent[node]!;
  return node;
}

/** Innermost running node of a root's threads, -1 if none runs. */
export function runningTop(picture: TreePicture, root: number): number {
  for (const thread of picture.threads) if (thread.root === root && thread.top >= 0) return thread.top;
  return -1;
}

/** Frames on the stacks now whose names are not known yet. */
export function unknownFrames(picture: TreePicture, unknown: number): number {
  const { nodes } = picture;
  let sum = 0;
  for (const { top } of picture.threads) {
    for (let node = top; node >= 0; node = nodes.parent[node]!) if (nodes.fn[node] === unknown) sum++;
  }
  return sum;
}
