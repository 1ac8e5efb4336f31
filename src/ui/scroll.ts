/** Where a list of `count` rows stands in a window of `height`, so that row `at` is in sight and nothing is wasted. */
export function scrolledTo(at: number, top: number, count: number, height: number): number {
  const last = Math.max(0, count - height);
  if (at < top) return Math.max(0, Math.min(at, last));
  if (at >= top + height) return Math.max(0, Math.min(at - height + 1, last));
  return Math.max(0, Math.min(top, last));
}

/** The rows of a list in a window: exactly `height` of them, and the last says how many more there are below. */
export function windowed(
  lines: readonly string[],
  top: number,
  height: number,
  blank: string,
  more: (hidden: number) => string,
): string[] {
  const shown = lines.slice(top, top + height);
  const below = lines.length - top - height;
  if (below > 0 && height > 1) shown[height - 1] = more(below + 1);
  while (shown.length < height) shown.push(blank);
  return shown;
}
