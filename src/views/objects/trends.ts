/** How a count of living instances goes on. */
export type Trend = 'rising' | 'steady' | 'churn' | 'falling' | 'unknown';

/** Low and high water are compared over stretches of so long, ns. */
const STRETCH = 10e9;
/** A trend is told from so long on, ns. */
export const TREND_NS = 60e9;

/**
 * Which classes' living instances rise or fall, by the water marks of stretches of ten seconds: a class rises while in
 * each stretch the fewest that lived were more than in the one before, so that what the collector frees now and then
 * does not hide a leak, and one burst is none. Times are ns of watched time.
 */
export class Trends {
  private low = new Float64Array(0);
  private high = new Float64Array(0);
  private lastLow = new Float64Array(0);
  private lastHigh = new Float64Array(0);
  private risingSince = new Float64Array(0);
  private fallingSince = new Float64Array(0);
  private rows = 0;
  private began = -1;
  private stretchBegan = 0;

  /** What all rows stand at. */
  see(now: number, created: Float64Array, destroyed: Float64Array, rows: number): void {
    if (this.began < 0) this.began = this.stretchBegan = now;
    this.grow(rows, now);
    const over = now - this.stretchBegan >= STRETCH * 0.97;
    for (let row = 0; row < rows; row++) {
      const alive = created[row] - destroyed[row];
      if (alive < this.low[row]) this.low[row] = alive;
      if (alive > this.high[row]) this.high[row] = alive;
      if (over) this.close(row, alive);
    }
    if (over) this.stretchBegan = now;
  }

  /** What was before says nothing of what comes. */
  restart(): void {
    this.rows = 0;
    this.began = -1;
  }

  /** One row becomes part of another: its trend is seen from here on. */
  merge(into: number, now: number): void {
    if (into < this.rows) this.begin(into, now);
  }

  /** For how long the row has been rising; 0 where it is not. */
  rising(row: number, now: number): number {
    return row < this.rows && this.began >= 0 ? now - this.risingSince[row] : 0;
  }

  falling(row: number, now: number): number {
    return row < this.rows && this.began >= 0 ? now - this.fallingSince[row] : 0;
  }

  /** For how long there has been anything to tell from. */
  seen(now: number): number {
    return this.began < 0 ? 0 : now - this.began;
  }

  clone(): Trends {
    const copy = new Trends();
    copy.rows = this.rows;
    copy.began = this.began;
    copy.stretchBegan = this.stretchBegan;
    copy.risingSince = this.risingSince.slice();
    copy.fallingSince = this.fallingSince.slice();
    return copy;
  }

  private close(row: number, alive: number): void {
    const { low, high, lastLow, lastHigh } = this;
    // A stretch that breaks a trend may be the first of the next one.
    if (!(low[row] > lastLow[row])) this.risingSince[row] = this.stretchBegan;
    if (!(high[row] < lastHigh[row])) this.fallingSince[row] = this.stretchBegan;
    lastLow[row] = low[row];
    lastHigh[row] = high[row];
    low[row] = high[row] = alive;
  }

  private begin(row: number, now: number): void {
    this.low[row] = this.lastLow[row] = Infinity;
    this.high[row] = this.lastHigh[row] = -Infinity;
    this.risingSince[row] = this.fallingSince[row] = now;
  }

  private grow(rows: number, now: number): void {
    if (rows > this.low.length) {
      const length = Math.ceil(rows * 1.25);
      this.low = longer(this.low, length);
      this.high = longer(this.high, length);
      this.lastLow = longer(this.lastLow, length);
      this.lastHigh = longer(this.lastHigh, length);
      this.risingSince = longer(this.risingSince, length);
      this.fallingSince = longer(this.fallingSince, length);
    }
    for (let row = this.rows; row < rows; row++) this.begin(row, now);
    this.rows = Math.max(this.rows, rows);
  }
}

function longer(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(length);
  wider.set(old);
  return wider;
}
