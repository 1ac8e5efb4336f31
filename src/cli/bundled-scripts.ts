import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { EngineId } from '../engines/engine.js';
import { scriptPath } from '../engines/script-path.js';

/** One script that pytrace hands to a tracer as it stands. */
export interface BundledScript {
  readonly name: string;
  readonly engine: EngineId;
  readonly path: string;
  /** What it shows, in its own first words. */
  readonly summary: string;
}

const FOLDERS = [
  { engine: 'dtrace', folder: 'scripts-d', suffix: '.d' },
  { engine: 'stap', folder: 'scripts-stp', suffix: '.stp' },
  { engine: 'bpftrace', folder: 'scripts-bt', suffix: '.bt' },
] as const;

/** All of them, by name, and dtrace's first. The folders are the registry: a script that lies there is listed. */
export function bundledScripts(): BundledScript[] {
  const found = FOLDERS.flatMap(({ engine, folder, suffix }) =>
    names(path.dirname(scriptPath(folder, 'any', suffix)), suffix).map((name) => {
      const file = scriptPath(folder, name, suffix);
      return { name, engine, path: file, summary: summaryOf(readFileSync(file, 'utf8')) };
    }),
  );
  return found.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

function names(folder: string, suffix: string): string[] {
  try {
    return readdirSync(folder).flatMap((file) => (file.endsWith(suffix) ? [file.slice(0, -suffix.length)] : []));
  } catch {
    return [];
  }
}

/** Behind the file's name in the comment at the head: ` * calls.d - every call and return`. */
export function summaryOf(text: string): string {
  const line = /^[ \t]*(?:\*|#|\/\/)[ \t]*\S+\.(?:d|stp|bt) - (.+)$/m.exec(text.slice(0, 4096));
  return line?.[1]?.trim().replace(/\.$/, '') ?? '';
}
