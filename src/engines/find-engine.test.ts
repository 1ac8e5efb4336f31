import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { fakeFolder } from '../../test/fakes/fake-folder.js';
import { fakeHost, fakeRequest, has } from '../../test/fakes/request.js';
import { bpftrace } from './bpftrace.js';
import { chooseEngine } from './choose.js';
import { dtrace } from './dtrace.js';
import { findEngine, findForRoot, findProgram, versionIn } from './find-engine.js';
import { isRoot } from './root-only.js';
import { stap } from './stap.js';

const fakes = path.resolve(import.meta.dirname, '../../test/fakes');
const searchPath = process.env.PATH;
afterEach(() => {
  process.env.PATH = searchPath;
});

/** A behaviour's folder, put first on PATH. */
function first(behaviour: string): string {
  const folder = fakeFolder(behaviour);
  process.env.PATH = `${folder}:${searchPath}`;
  return folder;
}

describe('findEngine', () => {
  it('finds path and version', async () => {
    const folder = first('good');
    expect(await findEngine('dtrace', fakeHost())).toMatchObject({ path: `${folder}/dtrace`, version: '2.0.7' });
    expect(await findEngine('stap', fakeHost())).toMatchObject({ path: `${folder}/stap`, version: '5.6' });
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

describe('a tracer that a user can change', () => {
  const theirs = mkdtempSync(path.join(os.tmpdir(), 'pytrace-theirs-'));
  cpSync(fakeFolder('good'), theirs, { recursive: true });
  if (isRoot()) chownSync(theirs, 12345, 12345);
  const file = path.join(theirs, 'dtrace');
  afterAll(() => rmSync(theirs, { recursive: true, force: true }));

  it('is the user’s own business where it does not run as root', async () => {
    process.env.PATH = `${theirs}:${searchPath}`;
    expect(await findEngine('stap', fakeHost(), 5_000, false)).toEqual({
      ...{ id: 'stap', host: fakeHost(), path: path.join(theirs, 'stap'), version: '5.6' },
    });
  });

  it.skipIf(has('dtrace'))('is not run as root, and the sentence says why', async () => {
    process.env.PATH = theirs;
    const facts = await findEngine('dtrace', fakeHost(), 5_000, true);
    expect(facts).toMatchObject({ path: null, version: '', passedOver: { file } });
    expect(dtrace.objection(facts, fakeRequest())).toBe(
      `dtrace cannot be run as root from ${file}, as others than root can change ${facts.passedOver!.place}; install package dtrace (Debian 13, Ubuntu 25.04 or later).`,
    );
    for (const engine of [stap, bpftrace])
      expect(engine.objection({ ...facts, id: engine.id }, fakeRequest())).toMatch(
        /cannot be run as root from .*; install/,
      );
  });

  it.skipIf(!isRoot())('is passed over for the next on PATH, and that is said', async () => {
    const folder = fakeFolder('good');
    process.env.PATH = `${theirs}:${folder}:${searchPath}`;
    const facts = await findEngine('dtrace', fakeHost(), 5_000, true);
    expect(facts).toMatchObject({ path: path.join(folder, 'dtrace'), passedOver: { file, place: theirs } });
    expect(await findForRoot('dtrace')).toMatchObject({ path: path.join(folder, 'dtrace') });
    expect(chooseEngine('dtrace', [facts], fakeRequest()).sentences[1]).toBe(
      `${file} is not run as root, as others than root can change ${theirs}.`,
    );
  });
});

it('looks in the sbin folders too, and never in a relative one', async () => {
  expect(await findProgram('sh', '')).toBe('/usr/bin/sh');
  expect(await findProgram('request.ts', path.relative(process.cwd(), fakes))).toBeNull();
});

it('reads versions', () => {
  expect(versionIn('dtrace: Sun D 1.13')).toBe('1.13');
  expect(versionIn('Systemtap translator/driver (version 5.6/0.196, Debian version 5.6-1)')).toBe('5.6');
  expect(versionIn('what?')).toBe('');
});
