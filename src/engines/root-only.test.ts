import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isRoot, weakPlace, type Look } from './root-only.js';

interface Entry {
  readonly uid?: number;
  /** Permission bits. */
  readonly mode?: number;
  readonly link?: string;
  readonly file?: boolean;
}

const DIRECTORY = 0o040000;
const REGULAR = 0o100000;
const LINK = 0o120000;

function tree(entries: Readonly<Record<string, Entry>>): Look {
  return (path) => {
    const entry = entries[path];
    if (entry === undefined) throw new Error('ENOENT');
    const { uid = 0, mode = 0o755, link = null, file = false } = entry;
    const type = link !== null ? LINK : file ? REGULAR : DIRECTORY;
    return { stats: { uid, mode: type | mode }, link };
  };
}

const system = { '/': {}, '/usr': {}, '/usr/sbin': {}, '/usr/sbin/dtrace': { file: true } };
const weak = (entries: Readonly<Record<string, Entry>>, path = '/usr/sbin/dtrace'): string | null =>
  weakPlace(path, tree({ ...system, ...entries }));

describe('a program that runs as root', () => {
  it('is taken from where nobody else can change anything', () => {
    expect(weak({})).toBeNull();
    expect(weak({}, '/usr/sbin')).toBeNull();
    expect(weak({ '/sbin': { link: 'usr/sbin' } }, '/sbin/dtrace')).toBeNull();
  });

  it.each<[string, Record<string, Entry>, string]>([
    ['it belongs to a user', { '/usr/sbin/dtrace': { file: true, uid: 1000 } }, '/usr/sbin/dtrace'],
    ['others can write it', { '/usr/sbin/dtrace': { file: true, mode: 0o757 } }, '/usr/sbin/dtrace'],
    ['a group can write it', { '/usr/sbin/dtrace': { file: true, mode: 0o775 } }, '/usr/sbin/dtrace'],
    ['its folder is a user’s', { '/usr/sbin': { uid: 1000 } }, '/usr/sbin'],
    ['a group can write its folder, as staff may in /usr/local', { '/usr/sbin': { mode: 0o2775 } }, '/usr/sbin'],
    ['anyone can make files beside it', { '/usr/sbin': { mode: 0o1777 } }, '/usr/sbin'],
    ['a folder above is a user’s', { '/usr': { uid: 1000 } }, '/usr'],
    ['a folder above is open', { '/usr': { mode: 0o777 } }, '/usr'],
    ['the root folder is open', { '/': { mode: 0o777 } }, '/'],
    ['it is not there', { '/usr/sbin/dtrace': undefined as unknown as Entry }, '/usr/sbin/dtrace'],
  ])('is not, where %s', (_why, entries, place) => {
    expect(weak(entries)).toBe(place);
  });

  it('is judged by the whole way through links', () => {
    const home = { '/home': {}, '/home/u': { uid: 1000 }, '/home/u/dtrace': { link: '/usr/sbin/dtrace', uid: 1000 } };
    expect(weak(home, '/home/u/dtrace')).toBe('/home/u');
    const out = { '/usr/sbin/dtrace': { link: '../../home/u/real' }, '/home/u/real': { file: true } };
    expect(weak({ ...home, ...out })).toBe('/home/u');
    expect(weak({ '/usr/sbin/dtrace': { link: 'real' }, '/usr/sbin/real': { file: true } })).toBeNull();
    expect(weak({ '/usr/sbin/dtrace': { link: 'dtrace' } })).toBe('/usr/sbin/dtrace');
  });

  it('may lie in a folder of root’s below a sticky one, but in no other', () => {
    const tmp = { '/tmp': { mode: 0o1777 }, '/tmp/x': {}, '/tmp/x/dtrace': { file: true } };
    expect(weak(tmp, '/tmp/x/dtrace')).toBeNull();
    expect(weak({ ...tmp, '/tmp/x': { uid: 1000 } }, '/tmp/x/dtrace')).toBe('/tmp/x');
    expect(weak({ ...tmp, '/tmp/x': { link: '/usr/sbin' } }, '/tmp/x/dtrace')).toBe('/tmp');
    expect(weak({ ...tmp, '/tmp/dtrace': { file: true } }, '/tmp/dtrace')).toBe('/tmp');
    expect(weak({ ...tmp, '/tmp': { mode: 0o777 } }, '/tmp/x/dtrace')).toBe('/tmp');
    expect(weak({ ...tmp, '/tmp': { mode: 0o1777, uid: 1000 } }, '/tmp/x/dtrace')).toBe('/tmp');
    // As /nix/store is.
    expect(weak({ ...tmp, '/tmp': { mode: 0o1775 } }, '/tmp/x/dtrace')).toBeNull();
    expect(weak(tmp, '/tmp')).toBe('/tmp');
    expect(weak(tmp, '/tmp/.')).toBe('/tmp');
  });

  it('is refused whatever part of its way one other than root can write', () => {
    const parts = ['/a', '/a/b', '/a/b/c', '/a/b/c/d'];
    const entry = fc.record({ uid: fc.constantFrom(0, 0, 1000), mode: fc.constantFrom(0o755, 0o711, 0o775, 0o757) });
    fc.assert(
      fc.property(fc.tuple(entry, entry, entry, entry), (entries) => {
        const made = Object.fromEntries(parts.map((part, at) => [part, { ...entries[at], file: at === 3 }]));
        const first = parts.find((_, at) => entries[at].uid !== 0 || (entries[at].mode & 0o22) !== 0);
        expect(weak(made, '/a/b/c/d')).toBe(first ?? null);
      }),
    );
  });
});

describe.skipIf(!isRoot())('with real folders (only root can give them away)', () => {
  const top = mkdtempSync(join(tmpdir(), 'pytrace-weak-'));
  afterAll(() => rmSync(top, { recursive: true, force: true }));
  chmodSync(top, 0o755);
  const bin = join(top, 'bin');
  const file = join(bin, 'dtrace');
  mkdirSync(bin);
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });

  it('sees who has them', () => {
    expect(weakPlace(file)).toBeNull();
    chownSync(bin, 12345, 0);
    expect(weakPlace(file)).toBe(bin);
    chownSync(bin, 0, 0);
    chmodSync(bin, 0o1777);
    expect(weakPlace(file)).toBe(bin);
    chmodSync(bin, 0o755);
    symlinkSync(file, join(top, 'link'));
    expect(weakPlace(join(top, 'link'))).toBeNull();
    chmodSync(file, 0o775);
    expect(weakPlace(join(top, 'link'))).toBe(file);
    chmodSync(file, 0o755);
    chownSync(top, 12345, 0);
    expect(weakPlace(file)).toBe(top);
    chownSync(top, 0, 0);
  });
});
