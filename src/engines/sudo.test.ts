import { expect, it } from 'vitest';
import { isRoot, rightsObjection, sudoFailure, withSudo } from './sudo.js';

it('tells what sudo says from what the engine says', () => {
  expect(sudoFailure('sudo: a password is required')).toMatch(/a rule for dtrace alone is not enough/);
  expect(sudoFailure('sudo: unable to resolve host vm: Name or service not known')).toBeNull();
  expect(sudoFailure('sudo: /bin/sh: command not found')).toBe('sudo refused: /bin/sh: command not found.');
  expect(sudoFailure('dtrace: sudo: x')).toBeNull();
});

it('goes through sudo only where we are not root', () => {
  const args = isRoot() ? ['-c', 'x'] : ['-n', '--', '/bin/sh', '-c', 'x'];
  expect(withSudo('/bin/sh', ['-c', 'x'])).toEqual({ file: isRoot() ? '/bin/sh' : 'sudo', args });
  expect(rightsObjection('dtrace', true)).toBeNull();
  expect(rightsObjection('dtrace', false) === null).toBe(isRoot());
});
