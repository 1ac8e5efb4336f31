import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makePrivateFolder } from './private-folder.js';
import { findBpfObject, userSyslibdir } from './syslibdir.js';

it('links to the bpf_dlib.o of the installed dtrace, and is removed twice without harm', () => {
  const prefix = mkdtempSync(path.join(os.tmpdir(), 'pytrace-test-'));
  const library = path.join(prefix, 'lib/x86_64-linux-gnu/dtrace');
  mkdirSync(library, { recursive: true });
  expect(findBpfObject([prefix])).toBeNull();
  writeFileSync(path.join(library, 'bpf_dlib.o'), '');
  const folder = makePrivateFolder(path.join(prefix, 'sbin/dtrace'), process.pid)!;
  expect(readlinkSync(path.join(folder.library!, 'bpf_dlib.o'))).toBe(path.join(library, 'bpf_dlib.o'));
  folder.remove();
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

it('shows dtrace the target without its memory, so that it takes no hold of it by ptrace', () => {
  const folder = makePrivateFolder('/nowhere/dtrace', process.pid)!;
  const shown = path.join(folder.procfs, String(process.pid));
  expect(readFileSync(path.join(shown, 'maps'), 'utf8')).toContain('node');
  expect(existsSync(path.join(shown, 'mem'))).toBe(false);
  expect(lstatSync(path.join(folder.procfs, 'self')).isSymbolicLink()).toBe(true);
  expect(existsSync(path.join(folder.procfs, '1'))).toBe(false);
  folder.remove();
  // What the links lead to is not touched.
  expect(existsSync(`/proc/${process.pid}/maps`)).toBe(true);
});

it('honours what the user has set', () => {
  expect(userSyslibdir({ DTRACE_OPT_SYSLIBDIR: '/my' })).toBe('/my');
  expect(userSyslibdir({ DTRACE_OPT_SYSLIBDIR: '' })).toBeUndefined();
});
