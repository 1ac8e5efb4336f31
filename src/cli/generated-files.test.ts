import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { completion } from './completion.js';
import { manPage } from './man-page.js';
import { buildProgram } from './program.js';

const root = join(import.meta.dirname, '..', '..');

// They lie in the repository so that packages ship them; UPDATE_GOLDEN=1 writes them anew.
const FILES: readonly (readonly [file: string, make: () => string])[] = [
  ['man/pytrace.1', () => manPage(buildProgram())],
  ...['bash', 'zsh', 'fish'].map(
    (shell) => [`completions/pytrace.${shell}`, () => completion(shell, buildProgram())] as const,
  ),
];

test.each(FILES)('%s is what the command line says today', (file, make) => {
  const path = join(root, file);
  const fresh = make();
  if (process.env['UPDATE_GOLDEN']) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, fresh);
  }
  expect(readFileSync(path, 'utf8'), `${file} is stale: UPDATE_GOLDEN=1 npx vitest run ${import.meta.filename}`).toBe(
    fresh,
  );
});
