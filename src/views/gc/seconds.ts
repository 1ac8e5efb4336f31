import { bucketOf, HISTOGRAM_BUCKETS } from '../../models/nodes.js';
import { PLACES, ALL } from './generations.js';

/** So many seconds are kept: what a heat map can show. */
export const KEPT_SECONDS = 256;

/** Each of the last seconds: its worst pause and its pauses by power of two, by place. */
export class Seconds {
  private readonly second = new Float64Array(KEPT_SECONDS).fill(-1);
  private readonly worst = new Float64Array(KEPT_SECONDS * PLACES);
  private readonly counts = new Uint32Array(KEPT_SECONDS * PLACES * HISTOGRAM_BUCKETS);

  add(ts: number, place: number, pause: number): void {
    const second = Math.floor(ts / 1e9);
    const slot = this.slotFor(second);
    if (slot < 0) return;
    for (const each of [place, ALL]) {
      const at = slot * PLACES + each;
      if (pause > this.worst[at]) this.worst[at] = pause;
      this.counts[at * HISTOGRAM_BUCKETS + bucketOf(pause)]++;
    }
  }

  /** ns; 0 where there was no collection in that second. */
  worstIn(second: number, place: number): number {
    const slot = slotOf(second);
    return this.second[slot] === second ? this.worst[slot * PLACES + place] : 0;
  }

  countIn(second: number, place: number, octave: number): number {
    const slot = slotOf(second);
    return this.second[slot] === second ? this.counts[(slot * PLACES + place) * HISTOGRAM_BUCKETS + octave] : 0;
  }

  /** A copy that stays as it is. */
  clone(): Seconds {
    const copy = new Seconds();
    copy.second.set(this.second);
    copy.worst.set(this.worst);
    copy.counts.set(this.counts);
    return copy;
  }

  /** Emptied for a younger second; -1 for one that is too old to be kept. */
  private slotFor(second: number): number {
    const slot = slotOf(second);
    if (this.second[slot] > second) return -1;
    if (this.second[slot] < second) {
      this.second[slot] = second;
      this.worst.fill(0, slot * PLACES, (slot + 1) * PLACES);
      const width = PLACES * HISTOGRAM_BUCKETS;
      this.counts.fill(0, slot * width, (slot + 1) * width);
    }
    return slot;
  }
}

function slotOf(second: number): number {
  return ((second % KEPT_SECONDS) + KEPT_SECONDS) % KEPT_SECONDS;
}
