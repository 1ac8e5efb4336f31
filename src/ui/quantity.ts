/** Numbers of the header, short and of a bounded width: `38.2k`, `212M`, `00:03:12`. */
const STEPS = ['', 'k', 'M', 'G', 'T', 'P'];

function stepped(value: number, base: number): string {
  if (!(value >= 0 && value < Infinity)) return '?';
  let step = 0;
  let rest = value;
  // 999.6 would round to 1000 and be one column too wide.
  while (rest >= 999.5 && step < STEPS.length - 1) {
    rest /= base;
    step++;
  }
  const digits = step > 0 && rest < 99.95 ? rest.toFixed(1) : String(Math.round(rest));
  return `${digits}${STEPS[step]}`;
}

export function shortCount(value: number): string {
  return stepped(value, 1000);
}

export function shortBytes(value: number): string {
  return stepped(value, 1024);
}

/** `00:03:12`; brief: `3:12`, `1:03:12`. */
export function elapsed(ms: number, brief = false): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (!brief) return `${two(hours)}:${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A share in percent with one digit, and no more columns than that needs. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1%';
  return `${value >= 99.95 ? Math.round(value) : value.toFixed(1)}%`;
}
