import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeDebugFolder } from './debug-folder.js';

it('holds the one file, under a name that the guard may remove, and goes', () => {
  const folder = makeDebugFolder({ path: '.build-id/ab/cd.debug', bytes: Uint8Array.of(1, 2) })!;
  expect(path.basename(folder.path)).toMatch(/^pytrace-/);
  expect([...readFileSync(path.join(folder.path, '.build-id/ab/cd.debug'))]).toEqual([1, 2]);
  folder.remove();
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});
