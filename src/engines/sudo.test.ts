import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { isRoot } from './root-only.js';
import { findSudo, rightsObjection, sudoFailure, withSudo } from './sudo.js';

// A folder of a user's, with a sudo of their own.
const folder = mkdtempSync(join(tmpdir(), 'pytrace-sudo-'));
writeFileSync(join(folder, 'sudo'), '#!/bin/sh\n');
chmodSync(join(folder, 'sudo'), 0o755);
if (isRoot()) chownSync(folder, 12345, 12345);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('tells what sudo says from what the engine says', () => {
  expect(sudoFailure('sudo: a password is required')).toMatch(/a rule for dtrace alone is not enough/);
  expect(sudoFailure('sudo: unable to resolve host vm: Name or service not known')).toBeNull();
  expect(sudoFailure('sudo: /bin/sh: command not found')).toBe('sudo refused: /bin/sh: command not found.');
  expect(sudoFailure('dtrace: sudo: x')).toBeNull();
});

it('goes through sudo only where we are not root, and never through one that a user can change', async () => {
  const args = ['-n', '--', '/bin/sh', '-c', 'x'];
  expect(withSudo('/usr/bin/sudo', '/bin/sh', ['-c', 'x'])).toEqual({ file: '/usr/bin/sudo', args });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`);
  const root = vi.spyOn(process, 'geteuid').mockReturnValue(0);
  expect(await findSudo()).toBeNull();
  root.mockReturnValue(12345);
  const found = await findSudo().catch((error: Error) => error.message);
  expect(found).toMatch(
    /^\/(?:usr\/)?bin\/sudo$|^--sudo needs sudo, but \S+\/sudo is not run as root, as others than root can change \S+; run pytrace as root\.$/,
  );
  root.mockRestore();
  expect(rightsObjection('dtrace', true)).toBeNull();
  expect(rightsObjection('dtrace', false) === null).toBe(isRoot());
});
