import { percent } from '../../text/amounts.js';

/** What times are, wherever they are shown: probes cannot tell waiting from running. */
export const WALL_TIME = 'wall time: includes waiting';

/** A share in hundredths, also above 100: of several threads at once, or of a wait that began before. */
export function share(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (value <= 1) return percent(value);
  const hundredths = value * 100;
  return hundredths < 999.95 ? hundredths.toFixed(1) : hundredths < 99_999 ? hundredths.toFixed(0) : '>99999';
}
