import { describe, expect, it } from 'vitest';
import { fakeTarget } from '../../../test/fakes/request.js';
import { ObjectsStream, opened } from '../../../test/fakes/objects-stream.js';
import type { Proven } from '../../target/type-names.js';
import { LookUp } from './look-up.js';
import type { ObjectsSession } from './objects-session.js';
import { unsureParts, type AllocatorFacts } from './unsure.js';
import { BY_NAME } from './attach-places.js';

const target = fakeTarget({ exe: '/nowhere/python' });
const proven = (dict: number, name: string, module: string): Proven => ({
  ...{ dict, name },
  type: { module, qualname: name, nativeBase: 'object' },
});
const looking = (session: ObjectsSession, types: ReadonlyMap<number, Proven>): LookUp =>
  new LookUp(session, { look: (at) => types.get(at) ?? null, close: () => undefined }, () => null);

describe('looking up', () => {
  it('names a class that is proven to be the one that was seen, once', () => {
    const { session } = opened(
      new ObjectsStream()
        .line('t\t7\t70\tC')
        .line('t\t8\t80\tE')
        .arm()
        .snapshot(1, [
          [7, 1, 0],
          [8, 1, 0],
        ]),
    );
    const types = new Map([
      [7, proven(70, 'C', 'a\tb')],
      // Another class has its address by now.
      [8, proven(81, 'E', 'm')],
    ]);
    const look = looking(session, types);
    const lines = look.lines(target).filter((line) => line.startsWith('Y'));
    expect(lines).toEqual(['Y\t7\ta\\011b\tC\tobject']);
    session.insert(lines);
    types.set(8, proven(80, 'F', 'm'));
    expect(look.lines(target)).toEqual([]);
    types.set(8, proven(80, 'E', 'm'));
    expect(look.lines(target)).toEqual(['Y\t8\tm\tE\tobject']);
  });

  it('takes a name that the script has cut', () => {
    const long = 'x'.repeat(100);
    const { session } = opened(new ObjectsStream().line(`t\t7\t70\t${long.slice(0, 63)}`).arm());
    const look = looking(session, new Map([[7, proven(70, long, 'm')]]));
    expect(look.lines(target).at(-1)).toBe(`Y\t7\tm\t${long}\tobject`);
  });

  it('gives up a class that is not proven, at the end at once', () => {
    const stream = new ObjectsStream()
      .line('t\t7\t70\tC')
      .arm()
      .snapshot(1, [[7, 1, 0]]);
    const { session } = opened(stream);
    const look = looking(session, new Map());
    const told: string[][] = [];
    for (let times = 0; times < 8; times++) {
      told.push(look.lines(target).filter((line) => /^[Yz]/.test(line)));
      session.insert(told[times]);
    }
    expect(told).toEqual([[], [], [], ['z\t7'], [], [], [], []]);
    expect(session.table.names.map(({ shown }) => shown)).toEqual(['(gone) 1 class']);
    session.push(
      stream
        .line('t\t9\t90\tC')
        .snapshot(2, [[9, 1, 0]])
        .end(3)
        .take(),
    );
    session.end();
    expect(look.lines(target)).toEqual(['z\t9']);
  });

  it('ends a class whose end was lost once another is proven to be there', () => {
    const { session } = opened(
      new ObjectsStream()
        .line('t\t7\t70\tC')
        .arm()
        .snapshot(1, [[7, 1, 0]])
        .named(7, 'm', 'C'),
    );
    const look = looking(session, new Map([[7, proven(71, 'Other', 'm')]]));
    const told: string[] = [];
    for (let times = 0; times < 8; times++) {
      const lines = look.lines(target).filter((line) => /^[Yz]/.test(line));
      session.insert(lines);
      told.push(...lines);
    }
    expect(told).toEqual(['z\t7']);
    session.push(
      new ObjectsStream()
        .snapshot(2, [[7, 5, 0]])
        .lines.slice(1)
        .reduce((all, line) => Buffer.concat([all, Buffer.from(`${line}\n`)]), Buffer.alloc(0)),
    );
    const { table } = session;
    expect(table.names.map(({ qualname }, row) => [qualname, table.created[row]])).toEqual([
      ['C', 1],
      ['(gone)', 4],
    ]);
  });

  it('reads the lines of new places', () => {
    const { session } = opened(
      new ObjectsStream().arm().snapshot(1, [[7, 2, 0]], ['W\t7\t900\t4\t2', 'W\t7\t901\t4\t1']),
    );
    const code = {
      name: 'f',
      qualname: 'C.f',
      file: '/x.py',
      firstLine: 3,
      flags: 0,
      line: () => 5,
      holds: (at: number) => at < 9,
    };
    const names = { look: () => null, close: () => undefined };
    const look = new LookUp(session, names, () => ({
      get: (at) => (at === 900 ? code : null),
      close: () => undefined,
    }));
    expect(look.lines(target).filter((line) => /^[Nn]/.test(line))).toEqual(['N\t900\t3\tC.f\t/x.py', 'n\t900\t4\t5']);
    expect(look.lines(target)).toEqual([]);
  });

  it('gives a place no name of a function that has no such instruction', () => {
    const { session } = opened(new ObjectsStream().arm().snapshot(1, [[7, 2, 0]], ['W\t7\t900\t40\t2']));
    const code = {
      name: 'f',
      qualname: 'C.f',
      file: '/x.py',
      firstLine: 3,
      flags: 0,
      line: () => 5,
      holds: () => false,
    };
    const look = new LookUp(session, { look: () => null, close: () => undefined }, () => ({
      get: () => code,
      close: () => undefined,
    }));
    expect(look.lines(target).filter((line) => /^[Nn]/.test(line))).toEqual([]);
  });

  it('lets a place keep its name when another function takes the address, and says so', () => {
    const { session } = opened(
      new ObjectsStream().arm().snapshot(1, [[7, 3, 0]], ['W\t7\t900\t4\t2', 'W\t7\t900\t6\t1']),
    );
    session.insert(['N\t900\t3\tf\t/x.py', 'n\t900\t4\t5']);
    expect(session.partialReason).toBeUndefined();
    session.insert(['N\t900\t30\tg\t/y.py', 'n\t900\t6\t33']);
    const { table } = session;
    const row = table.names.length - 1;
    expect(table.sites.of(row).map(({ place }) => place)).toEqual([
      { function: 'f', at: '/x.py:5' },
      { function: 'g', at: '/y.py:33' },
    ]);
    expect(session.partialReason).toMatch(/creation sites may be of the wrong one/);
  });
});

describe('what cannot be the whole truth', () => {
  const facts = (changes: Partial<AllocatorFacts>): AllocatorFacts => ({
    ...{ clone: { kind: 'none needed' }, deletions: 'all', debugFile: null, places: BY_NAME },
    ...changes,
  });
  const debugFile = { path: 'x', bytes: new Uint8Array() };
  const found = (named: boolean) => ({ clone: { kind: 'found', address: 1, named } as const });
  const parts = (of: AllocatorFacts, engine: string): string[] => [...unsureParts(of, engine).keys()];

  it('depends on the build and the engine', () => {
    expect(parts(facts({}), 'dtrace')).toEqual([]);
    expect(parts(facts(found(true)), 'dtrace')).toEqual([]);
    expect(parts(facts({ ...found(false), debugFile }), 'stap')).toEqual([]);
    expect(parts(facts({ ...found(false), debugFile }), 'dtrace')).toEqual(['created']);
    expect(parts(facts(found(false)), 'stap')).toEqual(['created']);
    expect(parts(facts({ deletions: 'most' }), 'stap')).toEqual(['destroyed']);
    expect(parts(facts({ clone: { kind: 'not understood', reason: 'x' }, deletions: 'unknown' }), 'stap')).toEqual([
      'created',
      'destroyed',
    ]);
  });
});
