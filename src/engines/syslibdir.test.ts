import { existsSync, mkdirSync, mkdtempSync, readlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findBpfObject, makeSyslibdir, userSyslibdir } from './syslibdir.js';

it('links to the bpf_dlib.o of the installed dtrace, and is removed twice without harm', () => {
  const prefix = mkdtempSync(path.join(os.tmpdir(), 'pytrace-test-'));
  const library = path.join(prefix, 'lib/x86_64-linux-gnu/dtrace');
  mkdirSync(library, { recursive: true });
  expect(findBpfObject([prefix])).toBeNull();
  writeFileSync(path.join(library, 'bpf_dlib.o'), '');
  const folder = makeSyslibdir(path.join(prefix, 'sbin/dtrace'))!;
  expect(readlinkSync(path.join(folder.path, 'bpf_dlib.o'))).toBe(path.join(library, 'bpf_dlib.o'));
  folder.remove();
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

it('honours what the user has set', () => {
  expect(userSyslibdir({ DTRACE_OPT_SYSLIBDIR: '/my' })).toBe('/my');
  expect(userSyslibdir({ DTRACE_OPT_SYSLIBDIR: '' })).toBeUndefined();
});
