import { escapeField } from '../../src/wire/escape.js';
import type { ViewContext } from '../../src/views/trace-view.js';
import { objectsTrace } from '../../src/views/objects/objects-trace.js';
import type { ObjectsSession } from '../../src/views/objects/objects-session.js';

await objectsTrace.load();

/** The clock at a stream's beginning, ns: more than a double holds. */
export const BASE = 9_007_199_254_740_993_000n;

/** Writes what objects-alloc and objects print, for tests. */
export class ObjectsStream {
  readonly lines: string[] = [];

  constructor(
    readonly script: 'objects' | 'objects-alloc' = 'objects-alloc',
    engine = 'stap',
  ) {
    this.lines.push(`H\t1\t${BASE}\t1793445600000000000\t${script}\t${engine}`);
  }

  private at(seconds: number): bigint {
    return BASE + BigInt(Math.round(seconds * 1e9));
  }

  arm(seconds = 0): this {
    this.lines.push(`A\t${this.at(seconds)}`);
    return this;
  }

  /** Class -> what its type has: `[address, created, destroyed]`. */
  snapshot(
    seconds: number,
    rows: readonly (readonly [number, number, number])[],
    further: readonly string[] = [],
  ): this {
    this.lines.push(`S\t${this.at(seconds)}`);
    for (const row of rows) this.lines.push(`O\t${row.join('\t')}`);
    this.lines.push(...further, `s\t${this.at(seconds)}`);
    return this;
  }

  named(address: number, module: string, qualname: string, base = 'object'): this {
    this.lines.push(`Y\t${address}\t${escapeField(module)}\t${escapeField(qualname)}\t${base}`);
    return this;
  }

  end(seconds: number): this {
    this.lines.push(`Z\t${this.at(seconds)}\t0`);
    return this;
  }

  line(text: string): this {
    this.lines.push(text);
    return this;
  }

  /** The stream so far as bytes; what follows begins anew. */
  take(): Uint8Array {
    const bytes = Buffer.from(`${this.lines.join('\n')}\n`, 'latin1');
    this.lines.length = 0;
    return bytes;
  }
}

/** The view, opened on a stream. */
export function opened(stream: ObjectsStream, context: Partial<ViewContext> = {}) {
  const view = objectsTrace.open({
    options: { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own: {} },
    ...{ pid: 4242, python: '3.15.2', since: 'attach' as const, marks: [] },
    now: () => view.session.newest,
    revision: () => view.session.accepted,
    notice: () => 'Nothing has come yet.',
    ...context,
  });
  view.session.push(stream.take());
  return view as typeof view & { readonly session: ObjectsSession };
}
