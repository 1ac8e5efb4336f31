import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeHost } from '../../test/fakes/request.js';
import { findEngine, findProgram, versionIn } from './find-engine.js';

const fakes = path.resolve(import.meta.dirname, '../../test/fakes');
const searchPath = process.env.PATH;
afterEach(() => {
  process.env.PATH = searchPath;
});

const first = (behaviour: string): string => (process.env.PATH = `${fakes}/${behaviour}:${searchPath}`);

describe('findEngine', () => {
  it('finds path and version', async () => {
    first('good');
    expect(await findEngine('dtrace', fakeHost())).toMatchObject({ path: `${fakes}/good/dtrace`, version: '2.0.7' });
    expect(await findEngine('stap', fakeHost())).toMatchObject({ path: `${fakes}/good/stap`, version: '5.6' });
  });

  it('does not hang with an engine that does not answer, nor with one that never ends its answer', async () => {
    for (const behaviour of ['hung-version', 'lying-version']) {
      first(behaviour);
      const before = performance.now();
      expect(await findEngine('dtrace', fakeHost(), 300)).toMatchObject({ version: '' });
      expect(performance.now() - before).toBeLessThan(2_000);
    }
  });
});

it('looks in the sbin folders too, and never in a relative one', async () => {
  expect(await findProgram('sh', '')).toBe('/bin/sh'.replace('/bin', '/usr/bin'));
  expect(await findProgram('request.ts', path.relative(process.cwd(), fakes))).toBeNull();
});

it('reads versions', () => {
  expect(versionIn('dtrace: Sun D 1.13')).toBe('1.13');
  expect(versionIn('Systemtap translator/driver (version 5.6/0.196, Debian version 5.6-1)')).toBe('5.6');
  expect(versionIn('what?')).toBe('');
});
