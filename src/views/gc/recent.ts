import { ALL, PLACES } from './generations.js';
import { Pauses } from './pauses.js';

const CAPACITY = 1 << 17;
/** Collections of several processors come out of order by at most this, ns. */
const DISORDER = 2e9;

/** The last collections as numbers, so that any window of time can be summed up. */
export class Recent {
  private readonly ts: Float64Array;
  private readonly pause: Float64Array;
  private readonly collected: Float64Array;
  private readonly place: Uint8Array;
  private next = 0;

  constructor(private readonly capacity = CAPACITY) {
    this.ts = new Float64Array(capacity);
    this.pause = new Float64Array(capacity);
    this.collected = new Float64Array(capacity);
    this.place = new Uint8Array(capacity);
  }

  add(ts: number, place: number, pause: number, collected: number): void {
    const slot = this.next++ % this.capacity;
    this.ts[slot] = ts;
    this.pause[slot] = pause;
    this.collected[slot] = collected;
    this.place[slot] = place;
  }

  /** Until when there are collections that found no room any more; -Infinity where all are here. */
  get forgotten(): number {
    return this.next > this.capacity ? this.ts[this.next % this.capacity] : -Infinity;
  }

  /** By place, all together last. */
  since(from: number): Pauses[] {
    const sums = Array.from({ length: PLACES }, () => new Pauses(this.capacity));
    for (let at = this.next - 1; at >= Math.max(0, this.next - this.capacity); at--) {
      const slot = at % this.capacity;
      if (this.ts[slot] < from - DISORDER) break;
      if (this.ts[slot] < from) continue;
      sums[this.place[slot]].add(this.pause[slot], this.collected[slot]);
      sums[ALL].add(this.pause[slot], this.collected[slot]);
    }
    return sums;
  }

  /** A copy that stays as it is. */
  clone(): Recent {
    const copy = new Recent(this.capacity);
    copy.ts.set(this.ts);
    copy.pause.set(this.pause);
    copy.collected.set(this.collected);
    copy.place.set(this.place);
    copy.next = this.next;
    return copy;
  }
}
