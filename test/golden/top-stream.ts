import { escapeField } from '../../src/wire/escape.js';
import { START, WALL } from './traced.js';

/** What a call cost, for the sums of a snapshot. Times in ns. */
interface Called {
  calls: number;
  self: number;
  total: number;
  returned: number;
  max: number;
}

/** A program for tests whose sums are printed as the scripts of `top` print them. */
export class TopStream {
  /** ns since the start. */
  now = 0;
  private lines: string[] = [];
  private readonly keys = new Map<string, number>();
  private readonly functions = new Map<number, Called>();
  private readonly edges = new Map<string, { calls: number; total: number }>();
  private readonly buckets = new Map<string, number>();
  private readonly threads = new Map<string, { calls: number; self: number }>();

  constructor(
    private readonly counts = false,
    start = 0,
    /** SystemTap tells threads apart, dtrace does not. */
    private readonly byThread = true,
  ) {
    this.now = start;
    this.line(`H\t1\t${this.ts}\t${WALL + BigInt(start)}\ttop\tdtrace`, `A\t${this.ts}`);
  }

  /** Names a function; gives the address of its code object. */
  fn(name: string, file: string, line: number): number {
    const identity = `${name}\t${file}\t${line}`;
    let key = this.keys.get(identity);
    if (key === undefined) {
      this.keys.set(identity, (key = 0x7f12_3400_0000 + this.keys.size * 0x140));
      this.line(`N\t${key}\t${line}\t${escapeField(name)}\t${escapeField(file)}`);
    }
    return key;
  }

  /**
   * `times` calls of `key` by `caller` that each took `total` ns, `self` of them its own. `inner`: within another call of
   * `key`, so that the sums of total times leave it out.
   */
  call(tid: number, caller: number, key: number, total: number, self = total, times = 1, inner = false): this {
    const sums = of(this.functions, key, () => ({ calls: 0, self: 0, total: 0, returned: 0, max: 0 }));
    const outer = inner ? 0 : total * times;
    sums.calls += times;
    sums.self += self * times;
    sums.total += outer;
    sums.returned += times;
    sums.max = Math.max(sums.max, total);
    const edge = of(this.edges, `${caller}\t${key}`, () => ({ calls: 0, total: 0 }));
    edge.calls += times;
    edge.total += outer;
    const octave = Math.floor(Math.log2(total));
    const bucket = octave * 4 + (octave > 1 ? Math.floor(total / 2 ** (octave - 2)) & 3 : octave === 1 ? (total & 1) << 1 : 0);
    this.buckets.set(`${key}\t${bucket}`, (this.buckets.get(`${key}\t${bucket}`) ?? 0) + times);
    const thread = of(this.threads, `${tid}\t${key}`, () => ({ calls: 0, self: 0 }));
    thread.calls += times;
    thread.self += self * times;
    return this;
  }

  /** The sums as they stand, `ns` later. */
  snapshot(ns = 1e9): this {
    this.now += ns;
    this.line(`S\t${this.ts}`);
    for (const [key, { calls, self, total, returned, max }] of this.functions)
      this.line(`F\t${key}\t${calls}\t${this.counts ? '0\t0\t0\t0' : [self, total, returned, max].join('\t')}`);
    if (!this.counts) {
      for (const [edge, { calls, total }] of this.edges) this.line(`K\t${edge}\t${calls}\t${total}`);
      for (const [bucket, calls] of this.buckets) this.line(`B\t${bucket}\t${calls}`);
      if (this.byThread) for (const [thread, { calls, self }] of this.threads) this.line(`U\t${thread}\t${self}\t${calls}`);
    }
    return this.line(`s\t${this.ts}`);
  }

  line(...lines: string[]): this {
    this.lines.push(...lines);
    return this;
  }

  end(): this {
    return this.line(`Z\t${this.ts}\t0`);
  }

  /** What has been printed since the last time. */
  take(): Buffer {
    const bytes = Buffer.from(`${this.lines.join('\n')}\n`, 'latin1');
    this.lines = [];
    return bytes;
  }

  private get ts(): bigint {
    return START + BigInt(Math.round(this.now));
  }
}

function of<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
