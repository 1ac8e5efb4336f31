/** Values that each function's spark has. */
export const SPARK = 30;

/** What each function gained in each of the last slots of time (a second, or an interval that is longer). */
export class Sparks {
  private values = new Float32Array(64 * SPARK);
  private last = new Int32Array(64).fill(-1);
  private slot = -1;
  /** ns that each slot tells of: more or less than a slot is long where snapshots come late. */
  private times = new Float64Array(SPARK);
  /** How many slots the snapshot at hand tells of. */
  private steps = 1;
  /** What of a gain each of them has. */
  private part = 1;
  private first = 0;
  /** Where slots are counted from. */
  private anchor = { at: 0, slot: 0 };

  constructor(readonly slotNs: number) {}

  /** Snapshots come from here on in even steps; ns. */
  begin(at: number): void {
    this.anchor = { at, slot: this.slot };
  }

  /** The time from a moment to another follows; ns. */
  advance(from: number, to: number): void {
    const { anchor, slotNs, times } = this;
    const before = this.slot;
    this.slot = Math.max(before, anchor.slot + Math.max(1, Math.round((to - anchor.at) / slotNs)));
    const steps = this.slot - before;
    this.steps = Math.max(1, Math.min(SPARK, steps));
    if (steps > 0) for (let slot = this.slot - this.steps + 1; slot <= this.slot; slot++) times[slot % SPARK] = 0;
    const each = Math.max(0, to - from) / Math.max(1, steps);
    for (let slot = this.slot - this.steps + 1; slot <= this.slot; slot++) if (slot >= 0) times[slot % SPARK] += each;
    this.part = 1 / Math.max(1, steps);
  }

  add(fn: number, gain: number): void {
    if (fn >= this.last.length) {
      const length = Math.max(fn + 1, this.last.length * 2);
      const last = new Int32Array(length).fill(-1);
      last.set(this.last);
      this.last = last;
      const values = new Float32Array(length * SPARK);
      values.set(this.values);
      this.values = values;
    }
    const from = Math.max(this.last[fn] + 1, this.slot - SPARK + 1);
    for (let slot = from; slot <= this.slot; slot++) this.values[fn * SPARK + (slot % SPARK)] = 0;
    this.last[fn] = this.slot;
    for (let slot = this.slot - this.steps + 1; slot <= this.slot; slot++)
      if (slot >= 0) this.values[fn * SPARK + (slot % SPARK)] += gain * this.part;
  }

  /** The last values, oldest first; NaN for the time before all. */
  of(fn: number): number[] {
    const last = this.last[fn] ?? -1;
    return Array.from({ length: SPARK }, (_, at) => {
      const slot = this.slot - SPARK + 1 + at;
      if (slot < this.first) return NaN;
      const time = this.times[slot % SPARK];
      if (slot > last || slot <= last - SPARK || time === 0) return 0;
      return (this.values[fn * SPARK + (slot % SPARK)] * this.slotNs) / time;
    });
  }

  reset(): void {
    this.first = this.slot + 1;
  }

  clone(): Sparks {
    const copy = new Sparks(this.slotNs);
    copy.values = this.values.slice();
    copy.last = this.last.slice();
    copy.slot = this.slot;
    copy.times = this.times.slice();
    copy.first = this.first;
    copy.anchor = this.anchor;
    return copy;
  }
}
