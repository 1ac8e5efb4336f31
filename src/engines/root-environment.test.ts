import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { libraryObjection } from './not-for-root.js';
import { askingEnvironment, environmentFor, makeTracerFolder, rootEnvironment, rootPath } from './root-environment.js';
import { isRoot } from './root-only.js';

const top = mkdtempSync(path.join(tmpdir(), 'pytrace-environment-'));
chmodSync(top, 0o755);
const mine = path.join(top, 'roots');
const theirs = path.join(top, 'theirs');
mkdirSync(mine);
mkdirSync(theirs);
if (isRoot()) chownSync(theirs, 12345, 12345);
afterAll(() => rmSync(top, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** What would have root run a user's code, name a folder of theirs, or change what is printed. */
const HOSTILE = [
  'LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'PERL5LIB', 'PERL5OPT',
  'NODE_OPTIONS', 'BASH_ENV', 'ENV', 'IFS', 'PS4', 'SHELLOPTS', 'BASH_FUNC_kill%%', 'SYSTEMTAP_DIR', 'SYSTEMTAP_STAPRUN',
  'SYSTEMTAP_TAPSET', 'DEBUGINFOD_URLS', 'DTRACE_OPT_SYSLIBDIR', 'DTRACE_OPT_DESTRUCTIVE', 'BPFTRACE_VMLINUX', 'BPFTRACE_BTF',
  'TMPDIR', 'XDG_DATA_DIRS', 'GCC_EXEC_PREFIX', 'COMPILER_PATH', 'MAKEFLAGS', 'MAKEFILES', 'LANGUAGE', 'NLSPATH', 'USER', 'SUDO_USER',
]; // prettier-ignore

it('gives root a short list, whatever ours has', () => {
  for (const name of HOSTILE) vi.stubEnv(name, theirs);
  for (const name of ['HOME', 'LANG', 'LC_ALL', 'TERM']) vi.stubEnv(name, theirs);
  const given = environmentFor(true);
  expect(given).toEqual(rootEnvironment());
  expect(Object.keys(given).sort()).toEqual(['HOME', 'LC_ALL', 'PATH']);
  expect(given.LC_ALL).toBe('C');
  expect(JSON.stringify(given)).not.toContain(theirs);
  expect(environmentFor(false)).toBe(process.env);
});

it('asks for a password in the user’s language, with no more than that', () => {
  const env = {
    LD_PRELOAD: '/x',
    HOME: '/home/u',
    PATH: '/home/u/bin',
    LANG: 'de_DE.UTF-8',
    TERM: 'xterm',
    EDITOR: 'vi',
  };
  const { PATH, HOME } = rootEnvironment();
  expect(askingEnvironment(env)).toEqual({ PATH, HOME, LANG: 'de_DE.UTF-8', TERM: 'xterm' });
});

it('has the system’s folders first on PATH, then what else of the user’s only root can change', () => {
  const folders = rootPath(`${theirs}:relative::${mine}:${mine}:/nowhere:/usr/bin`).split(':');
  expect(folders.indexOf('/usr/bin')).toBeLessThan(4);
  expect(folders.every((folder) => path.isAbsolute(folder))).toBe(true);
  expect(folders).not.toContain(theirs);
  expect(folders).not.toContain('/nowhere');
  expect(folders.filter((folder) => folder === mine)).toHaveLength(isRoot() ? 1 : 0);
  expect(new Set(folders).size).toBe(folders.length);
});

it('lets dtrace compile no library that a user can change', () => {
  expect(libraryObjection(undefined)).toBeNull();
  expect(libraryObjection('/usr/bin')).toBeNull();
  const sentence = libraryObjection(theirs);
  expect(sentence).toMatch(
    /^DTRACE_OPT_SYSLIBDIR names a library .* can change \S+; unset it, or give that to root alone\.$/,
  );
});

it.skipIf(!isRoot())('makes no folder where a user could put another in its place (only root need care)', () => {
  vi.stubEnv('TMPDIR', theirs);
  const folder = makeTracerFolder();
  rmSync(folder, { recursive: true });
  expect(path.dirname(folder)).toBe('/tmp');
  vi.stubEnv('TMPDIR', mine);
  const other = makeTracerFolder();
  expect(path.dirname(other)).toBe(mine);
});
