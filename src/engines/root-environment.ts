import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isRoot, weakPlace } from './root-only.js';

/** What a program that runs as root is given of the user's surroundings: nothing but what stands in this file. */

/** Ordinary users' PATH lacks the first and the third, and dtrace is installed there. */
export const SYSTEM_FOLDERS: readonly string[] = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** Of a PATH, the folders in which a program for root is looked for: absolute ones that only root can change, in order. */
export function rootFolders(searchPath: string): string[] {
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...new Set(folders)].filter((folder) => weakPlace(folder) === null);
}

/** PATH for root: the system's folders, then what else of the user's PATH only root can change (NixOS has nothing else). */
export function rootPath(searchPath = process.env.PATH ?? ''): string {
  const folders = rootFolders([...SYSTEM_FOLDERS, searchPath].join(path.delimiter));
  return folders.length === 0 ? '/usr/bin:/bin' : folders.join(path.delimiter);
}

/**
 * The whole environment of whatever runs as root, but for what an engine's command adds. Messages are matched in English.
 * HOME is root's own: SystemTap keeps the modules there that root loads.
 */
export function rootEnvironment(): Readonly<Record<string, string>> {
  return { PATH: rootPath(), HOME: rootHome(), LC_ALL: 'C' };
}

/** For a program that pytrace starts, as root or as who we are. */
export function environmentFor(asRoot: boolean): NodeJS.ProcessEnv {
  return asRoot ? { ...rootEnvironment() } : process.env;
}

/** sudo's own conversation with its user: a language, a terminal, and the agent that may vouch for them. */
export function askingEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const asked = ['TERM', 'LANG', 'LC_ALL', 'LC_MESSAGES', 'SSH_AUTH_SOCK'].flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const { PATH, HOME } = rootEnvironment();
  return { PATH, HOME, ...Object.fromEntries(asked) };
}

function rootHome(): string {
  try {
    const home = /^[^:\n]*:[^:\n]*:0:[^:\n]*:[^:\n]*:(\/[^:\n]*):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1];
    if (home !== undefined) return home;
  } catch {
    // a minimal container
  }
  return '/root';
}

/**
 * A folder for what a tracer is to read; the guard removes only folders whose name begins so. For root it does not stay
 * where a user, whose TMPDIR sudo may have kept, could put another in its place. Throws where none can be made.
 */
export function makeTracerFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pytrace-'));
  if (!isRoot() || weakPlace(folder) === null) return folder;
  rmdirSync(folder);
  return mkdtempSync('/tmp/pytrace-');
}
