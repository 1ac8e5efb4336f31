/** Integers of the longest row. */
const WIDTH = 6;
/** Rows that one snapshot may have. */
export const MAX_ROWS = 1 << 18;

/** The rows of one snapshot, kept until it is whole: they are sums, so that one can be used twice without harm. */
export class Snapshot {
  count = 0;
  /** When it began, ns since the header; -1 = none has. */
  at = -1;
  kinds = new Uint8Array(1024);
  fields = new Float64Array(1024 * WIDTH);
  /** Rows that found no room. */
  noRoom = 0;

  begin(at: number): void {
    this.at = at;
    this.count = 0;
  }

  row(kind: number, fields: Float64Array): void {
    if (this.count === MAX_ROWS) {
      this.noRoom++;
      return;
    }
    if (this.count === this.kinds.length) {
      const kinds = new Uint8Array(this.count * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
      const wider = new Float64Array(this.count * 2 * WIDTH);
      wider.set(this.fields);
      this.fields = wider;
    }
    const start = this.count * WIDTH;
    for (let i = 0; i < WIDTH; i++) this.fields[start + i] = fields[i];
    this.kinds[this.count++] = kind;
  }

  /** Where the fields of a row begin. */
  start(row: number): number {
    return row * WIDTH;
  }
}
