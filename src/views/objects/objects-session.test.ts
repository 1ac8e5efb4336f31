import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectsStream } from '../../../test/fakes/objects-stream.js';
import { ObjectsSession } from './objects-session.js';

function sessionOf(stream: ObjectsStream): ObjectsSession {
  const session = new ObjectsSession();
  session.push(stream.take());
  return session;
}

/** Class -> [created, destroyed]; those without any left out. */
function counts({ table }: ObjectsSession): Record<string, [number, number]> {
  const told: Record<string, [number, number]> = {};
  for (let row = 0; row < table.count; row++)
    if (table.has(row)) told[table.names[row].shown] = [table.created[row], table.destroyed[row]];
  return told;
}

describe('the sums of a stream', () => {
  it('are those of the program, whatever the snapshots, pauses and names', () => {
    const step = fc.record({
      type: fc.nat(4),
      made: fc.nat(50),
      ended: fc.nat(50),
      what: fc.constantFrom('', '', '', 'pause', 'half', 'name'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stream = new ObjectsStream().arm();
        const truth = new Map<string, [number, number]>();
        const kernel = new Map<number, [number, number]>();
        // Types 3 and 4 are of one class.
        const nameOf = (type: number): string => (type === 4 ? 'm.C3' : `m.C${type}`);
        let second = 1;
        const rows = (): [number, number, number][] => [...kernel].map(([type, both]) => [1000 + type, ...both]);
        for (const { type, made, ended, what } of steps) {
          const all = truth.get(nameOf(type)) ?? [0, 0];
          const now = kernel.get(type) ?? [0, 0];
          truth.set(nameOf(type), [all[0] + made, all[1] + ended]);
          kernel.set(type, [now[0] + made, now[1] + ended]);
          if (what === 'half') stream.line(`S\t1`).line(`O\t${1000 + type}\t9999999\t9999999`);
          if (what === 'name') stream.named(1000 + type, 'm', nameOf(type).slice(2));
          if (what === 'pause') {
            stream.snapshot(second++, rows()).end(second++);
            stream.line('H\t1\t1\t1\tobjects-alloc\tstap').arm(second++);
            kernel.clear();
          } else if (what === '') stream.snapshot(second++, rows());
        }
        stream.snapshot(second++, rows());
        for (let type = 0; type < 5; type++) stream.named(1000 + type, 'm', nameOf(type).slice(2));
        const session = sessionOf(stream);
        const told = counts(session);
        for (const [name, both] of truth) expect(told[name], name).toEqual(both);
        const sum = [...truth.values()].reduce((total, [made, ended]) => total + made + ended, 0);
        expect(session.accepted).toBe(sum);
        expect([session.scanner.malformed, session.lost]).toEqual([0, 0]);
      }),
    );
  });

  it('go on under a new name where another class has taken an address', () => {
    const stream = new ObjectsStream()
      .arm()
      .snapshot(1, [[7, 10, 4]])
      .named(7, 'a', 'Old');
    stream
      .snapshot(2, [[7, 11, 11]])
      .named(7, 'b', 'New')
      .snapshot(3, [[7, 15, 12]]);
    expect(counts(sessionOf(stream))).toEqual({ 'a.Old': [11, 11], 'b.New': [4, 1] });
  });

  it('are the same whatever the chunks', () => {
    const bytes = new ObjectsStream()
      .arm()
      .snapshot(1, [
        [7, 10, 4],
        [8, 1, 0],
      ])
      .named(7, 'a', 'B')
      .take();
    const session = new ObjectsSession();
    for (const byte of bytes) session.push(Uint8Array.of(byte));
    expect(counts(session)).toEqual({ 'a.B': [10, 4], 'type at 0x8': [1, 0] });
  });

  it('are by name and file where instance probes tell them, with the time of destroying', () => {
    const stream = new ObjectsStream('objects', 'dtrace').arm();
    stream.snapshot(1, [], ['I\t5\t2\tNode\t/x/tree.py', 'J\t40\t3\tNode', 'J\t41\t1\tNode', 'j\t5000\t1300\tNode']);
    stream.snapshot(2, [], ['I\t6\t6\tNode\t/x/tree.py', 'J\t40\t4\tNode', 'J\t41\t1\tNode', 'j\t6100\t1300\tNode']);
    const session = sessionOf(stream);
    expect(counts(session)).toEqual({ Node: [6, 6] });
    expect(session.source).toBe('usdt');
    const lasted = session.destroying.get('Node')!;
    expect([lasted.count, lasted.sum, lasted.max, lasted.octave(10)]).toEqual([5, 6100, 1300, 5]);
    expect([lasted.quantile(0.5), lasted.quantile(1)]).toEqual([1280, 1300]);
  });
});

describe('a baseline', () => {
  it('is where counts begin, and totals stay', () => {
    const session = sessionOf(new ObjectsStream().arm().snapshot(1, [[7, 10, 4]]));
    session.rebase('baseline');
    expect([session.table.baseCreated[0], session.table.peak[0], session.table.created[0]]).toEqual([10, 6, 10]);
  });
});

it('says why counts are partial', () => {
  const session = sessionOf(new ObjectsStream().arm());
  expect([session.quality, session.partialReason, session.source]).toEqual(['exact', undefined, 'allocations']);
  session.insert(['y\tcreated\tnot understood', 'y\tdestroyed\tnot seen']);
  expect([session.quality, session.partialReason]).toEqual(['partial', 'not understood; not seen']);
});

it('keeps the lines that make instances', () => {
  const stream = new ObjectsStream()
    .arm()
    .snapshot(1, [[7, 10, 0]], ['W\t7\t900\t4\t6', 'W\t7\t900\t8\t3', 'W\t7\t0\t-1\t1']);
  const session = sessionOf(stream);
  expect([...session.newPlaces].map(([code, instrs]) => [code, [...instrs]])).toEqual([[900, [4, 8]]]);
  session.insert(['N\t900\t12\tload\t/srv/shop/cart.py', 'n\t900\t4\t14', 'n\t900\t8\t14']);
  expect(session.table.sites.of(0)).toEqual([
    { place: { function: 'load', at: 'shop/cart.py:14' }, count: 9 },
    { place: { function: '', at: '' }, count: 1 },
  ]);
});
