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
    if (table.has(row))
      told[table.names[row].shown.replace(/^\(gone\).*/, '(gone)')] = [table.created[row], table.destroyed[row]];
  return told;
}

function plus(one: [number, number] = [0, 0], other: [number, number] = [0, 0]): [number, number] {
  return [one[0] + other[0], one[1] + other[1]];
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
        const named = new Set<number>();
        // What had no name at a pause gets none any more.
        const nameless = new Map<number, [number, number]>();
        let second = 1;
        const rows = (): [number, number, number][] => [...kernel].map(([type, both]) => [1000 + type, ...both]);
        for (const { type, made, ended, what } of steps) {
          const now = kernel.get(type) ?? [0, 0];
          nameless.set(type, plus(nameless.get(type), [made, ended]));
          const settle = (of: number, name: string): void => {
            truth.set(name, plus(truth.get(name), nameless.get(of)));
            nameless.delete(of);
          };
          kernel.set(type, [now[0] + made, now[1] + ended]);
          if (what === 'half') stream.line(`S\t1`).line(`O\t${1000 + type}\t9999999\t9999999`);
          if (what === 'name') {
            stream.named(1000 + type, 'm', nameOf(type).slice(2));
            named.add(type);
          }
          for (const of of named) settle(of, nameOf(of));
          if (what === 'pause') {
            for (const of of [...nameless.keys()]) settle(of, '(gone)');
            named.clear();
            stream.snapshot(second++, rows()).end(second++);
            stream.line('H\t1\t1\t1\tobjects-alloc\tstap').arm(second++);
            kernel.clear();
          } else if (what === '') stream.snapshot(second++, rows());
        }
        stream.snapshot(second++, rows());
        for (const [type, both] of nameless) truth.set(nameOf(type), plus(truth.get(nameOf(type)), both));
        for (let type = 0; type < 5; type++) stream.named(1000 + type, 'm', nameOf(type).slice(2));
        const session = sessionOf(stream);
        const told = counts(session);
        for (const [name, both] of truth) expect(told[name] ?? [0, 0], name).toEqual(both);
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

  it('are split where a class ends, whatever the order in which snapshots come, and its address is given to another', () => {
    const step = fc.record({
      address: fc.constantFrom(16, 32, 48),
      made: fc.integer({ min: 1, max: 50 }),
      ended: fc.nat(50),
      what: fc.constantFrom('', 'dies', 'dies', 'named', 'unproven', 'late'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stream = new ObjectsStream().arm();
        const kernel = new Map<number, [number, number]>();
        const living = new Map<number, { id: number; name: string; counts: [number, number] }>();
        const truth = new Map<string, [number, number]>();
        const rows = (): [number, number, number][] => [...kernel].map(([address, both]) => [address, ...both]);
        const settle = (address: number): void => {
          const { name, counts: own } = living.get(address)!;
          truth.set(name, plus(truth.get(name), own));
        };
        const refused = new Set<number>();
        let next = 0;
        let second = 1;
        let classes = 0;
        for (const { address, made, ended, what } of steps) {
          if (!living.has(address)) {
            stream.line(`t\t${address}\t${++next}\tD${next}`);
            living.set(address, { id: next, name: '(gone)', counts: [0, 0] });
          }
          const one = living.get(address)!;
          one.counts = plus(one.counts, [made, ended]);
          kernel.set(address, plus(kernel.get(address), [made, ended]));
          if (what === 'named' && one.name === '(gone)' && !refused.has(one.id)) {
            stream.named(address, 'm', `D${next}x${address}`);
            one.name = `m.D${next}x${address}`;
          } else if (what === 'unproven' && one.name === '(gone)') {
            stream.line(`z\t${address}`);
            refused.add(one.id);
          } else if (what === 'dies' || what === 'late') {
            const cut = kernel.get(address)!;
            settle(address);
            living.delete(address);
            if (one.name === '(gone)') classes++;
            if (what === 'late') {
              // A snapshot that was read after its end, and after the next class's begin, comes before both.
              living.set(address, { id: next + 1, name: '(gone)', counts: [1, 0] });
              kernel.set(address, plus(cut, [1, 0]));
              stream.snapshot(second++, rows());
            }
            stream.line(`q\t${address}\t${cut.join('\t')}`);
            if (what === 'late') stream.line(`t\t${address}\t${++next}\tD${next}`);
            // And one that is older than it.
            else stream.snapshot(second++, [[address, Math.max(0, cut[0] - 1), cut[1]]]);
          } else stream.snapshot(second++, rows());
        }
        stream.snapshot(second++, rows());
        for (const address of living.keys()) settle(address);
        const session = sessionOf(stream);
        const told = counts(session);
        // What has no name yet at the end.
        for (const [name, both] of Object.entries(told)) {
          if (!name.startsWith('type at')) continue;
          told['(gone)'] = plus(told['(gone)'], both);
        }
        for (const [name, both] of truth) expect(told[name] ?? [0, 0], name).toEqual(both);
        expect(session.table.folded).toBeGreaterThanOrEqual(classes);
        expect(session.scanner.malformed).toBe(0);
      }),
    );
  });

  it('of classes that were gone before they had a name stand together, and the counts are partial', () => {
    const stream = new ObjectsStream().arm();
    for (let i = 0; i < 3; i++) stream.line(`t\t16\t1\tD${i}`).line(`q\t16\t${2 * (i + 1)}\t${2 * i}`);
    const session = sessionOf(
      stream
        .line('t\t16\t9\tP')
        .snapshot(1, [[16, 16, 4]])
        .named(16, 'm', 'P'),
    );
    const { table } = session;
    expect(table.names.filter((_, row) => table.has(row)).map(({ shown, gone }) => [shown, gone])).toEqual([
      ['(gone) 3 classes', 3],
      ['m.P', undefined],
    ]);
    expect(counts(session)).toEqual({ '(gone)': [6, 4], 'm.P': [10, 0] });
    expect([session.quality, session.partialReason]).toEqual([
      'partial',
      'classes that were gone before their names could be proven are counted together as (gone)',
    ]);
  });

  it('of classes without end need no more rows than live at a time', () => {
    const stream = new ObjectsStream().arm();
    for (let i = 0; i < 500; i++)
      stream
        .line(`t\t16\t1\tD${i}`)
        .snapshot(i + 1, [[16, i + 1, i]])
        .line(`q\t16\t${i + 1}\t${i + 1}`);
    const session = sessionOf(stream);
    expect([session.table.count, session.table.folded, counts(session)]).toEqual([2, 500, { '(gone)': [500, 500] }]);
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
