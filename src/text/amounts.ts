const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g;

/** `1,849,536`, however long; rounds to whole numbers. */
export function thousands(value: number): string {
  return Math.round(value).toString().replace(THOUSANDS, ',');
}

/** A count in at most 9 columns: `1,849,536`, then `18.4M`, `2.31G`. */
export function count(value: number): string {
  const whole = Math.round(value);
  if (whole < 10_000_000) return thousands(whole);
  return whole < 999_500_000
    ? `${digits(whole / 1e6)}M`
    : whole < 999.5e9
      ? `${digits(whole / 1e9)}G`
      : `${digits(whole / 1e12)}T`;
}

/** Calls a second in at most 7 columns: `0.4`, `602`, `9,633`, `123k`. */
export function rate(value: number): string {
  if (value === 0) return '0';
  if (value < 9.95) return value.toFixed(1);
  if (value < 99_999.5) return count(value);
  return value < 999_500 ? `${Math.round(value / 1e3)}k` : `${digits(value / 1e6)}M`;
}

/** ns in at most 6 columns: `850ns`, `61.0µs`, `1.90ms`, `36.3s`, `12m05s`, `3h12m`. */
export function time(ns: number, ascii = false): string {
  if (!(ns > 0)) return '0';
  if (ns < 999.5) return `${Math.max(1, Math.round(ns))}ns`;
  if (ns < 999_500) return `${digits(ns / 1e3)}${ascii ? 'us' : 'µs'}`;
  if (ns < 999_500_000) return `${digits(ns / 1e6)}ms`;
  if (ns < 99.95e9) return `${digits(ns / 1e9)}s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  const hours = Math.floor(seconds / 3600);
  return hours < 100 ? `${hours}h${two(Math.floor((seconds % 3600) / 60))}m` : `${hours}h`;
}

/** The same where nothing was measured: `-`. */
export function timeOrDash(ns: number): string {
  return ns > 0 ? time(ns) : '-';
}

/** A share (0 to 1) in hundredths: `31.4`, at most `100.0`; what is less than 0.05 but not nothing is `<0.1`. */
export function percent(share: number): string {
  if (!(share > 0)) return '0.0';
  return share < 0.0005 ? '<0.1' : (Math.min(1, share) * 100).toFixed(1);
}

/** The part of a whole as a share: 0 where there is no whole. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** A length of time as people say it: `0.4s`, `12s`, `3m12s`, `2h05m`. */
export function span(ns: number): string {
  if (ns < 9.95e9) return `${(Math.max(0, ns) / 1e9).toFixed(1)}s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}

function digits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}
