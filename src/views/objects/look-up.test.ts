import { describe, expect, it } from 'vitest';
import { fakeTarget } from '../../../test/fakes/request.js';
import { ObjectsStream, opened } from '../../../test/fakes/objects-stream.js';
import type { TypeName } from '../../target/type-names.js';
import { LookUp } from './look-up.js';
import { unsureParts, type AllocatorFacts } from './unsure.js';
import { BY_NAME } from './attach-places.js';

const target = fakeTarget({ exe: '/nowhere/python' });
const type = (module: string | null, qualname: string): TypeName => ({ module, qualname, nativeBase: 'object' });

describe('looking up', () => {
  it('tells each class once, and again when another has taken its place', () => {
    const { session } = opened(
      new ObjectsStream().arm().snapshot(1, [
        [7, 1, 0],
        [8, 1, 0],
      ]),
    );
    const types = new Map([[7, type('a\tb', 'C')]]);
    const look = new LookUp(session, { get: (at) => types.get(at) ?? null, close: () => undefined }, () => null);
    expect(look.lines(target).filter((line) => line.startsWith('Y'))).toEqual(['Y\t7\ta\\011b\tC\tobject']);
    expect(look.lines(target)).toEqual([]);
    types.set(7, type(null, 'D')).set(8, type('m', 'E'));
    expect(look.lines(target).sort()).toEqual(['Y\t7\t\tD\tobject', 'Y\t8\tm\tE\tobject']);
  });

  it('gives up a class that has gone, until its place is used again', () => {
    const { session } = opened(new ObjectsStream().arm().snapshot(1, [[7, 1, 0]]));
    let asked = 0;
    const look = new LookUp(session, { get: () => (asked++, null), close: () => undefined }, () => null);
    for (let times = 0; times < 20; times++)
      expect(look.lines(target).filter((line) => line.startsWith('Y'))).toEqual([]);
    expect(asked).toBeLessThan(40);
  });

  it('reads the lines of new places', () => {
    const { session } = opened(
      new ObjectsStream().arm().snapshot(1, [[7, 2, 0]], ['W\t7\t900\t4\t2', 'W\t7\t901\t4\t1']),
    );
    const code = { name: 'f', qualname: 'C.f', file: '/x.py', firstLine: 3, flags: 0, line: () => 5 };
    const names = { get: () => null, close: () => undefined };
    const look = new LookUp(session, names, () => ({
      get: (at) => (at === 900 ? code : null),
      close: () => undefined,
    }));
    expect(look.lines(target).filter((line) => /^[Nn]/.test(line))).toEqual(['N\t900\t3\tC.f\t/x.py', 'n\t900\t4\t5']);
    expect(look.lines(target)).toEqual([]);
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
