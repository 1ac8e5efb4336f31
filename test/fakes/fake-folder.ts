import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Map<string, string>();
// Not where a test has TMPDIR point to for its own time.
const place = tmpdir();
process.on('exit', () => {
  for (const folder of made.values()) rmSync(folder, { recursive: true, force: true });
});

/**
 * A folder for PATH with the fake tracers of one behaviour (a folder beside this file), removed when the tests end. Where
 * tests run as root it is root's alone, whoever has the checkout, and needs no node on PATH: else they would not be taken.
 */
export function fakeFolder(behaviour: string): string {
  const source = join(import.meta.dirname, behaviour);
  if (!existsSync(source)) return source;
  let folder = made.get(behaviour);
  if (folder !== undefined) return folder;
  folder = mkdtempSync(join(place, 'pytrace-fakes-'));
  made.set(behaviour, folder);
  for (const engine of readdirSync(source)) {
    const words = [process.execPath, join(import.meta.dirname, 'fake-engine.mjs'), behaviour, engine];
    const file = join(folder, engine);
    writeFileSync(file, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}
