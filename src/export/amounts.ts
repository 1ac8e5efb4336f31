const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g;

/** `1,849,536`; rounds to whole numbers. */
export function thousands(count: number): string {
  return Math.round(count).toString().replace(THOUSANDS, ',');
}

/** ns in three digits and a unit: `850ns`, `61.0µs`, `1.90ms`, `36.3s`; '-' where there is none. */
export function shortTime(ns: number): string {
  if (!(ns > 0)) return '-';
  if (ns < 999.5) return `${Math.round(ns)}ns`;
  if (ns < 999_500) return `${threeDigits(ns / 1e3)}µs`;
  if (ns < 999_500_000) return `${threeDigits(ns / 1e6)}ms`;
  return ns < 999.5e9 ? `${threeDigits(ns / 1e9)}s` : `${thousands(ns / 1e9)}s`;
}

/** ns as people say it: `0.4s`, `12s`, `3m12s`, `2h05m`. */
export function span(ns: number): string {
  if (ns < 9.95e9) return `${(Math.max(0, ns) / 1e9).toFixed(1)}s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}

/** A share of a whole as `31.4%`; never above 100. */
export function percent(part: number, whole: number): string {
  return `${(whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)) : 0).toFixed(1)}%`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}
