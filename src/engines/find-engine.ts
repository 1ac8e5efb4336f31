import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inNestedPidNamespace } from '../target/namespaces.js';
import { ENGINE_IDS, type EngineFacts, type EngineId, type HostFacts, type PassedOver } from './engine.js';
import { environmentFor, SYSTEM_FOLDERS } from './root-environment.js';
import { isRoot, weakPlace } from './root-only.js';

/** A `-V` that has not answered by then counts as an engine without a version, not as a missing one. */
const versionTimeoutMs = 5_000;

/** A program that runs as who we are. */
export async function findProgram(name: string, searchPath = process.env.PATH ?? ''): Promise<string | null> {
  for await (const file of programs(name, searchPath)) return file;
  return null;
}

export interface Found {
  readonly path: string | null;
  /** The first that came before it but is not run as root. */
  readonly passedOver?: PassedOver;
}

/** A program that runs as root: the first that nobody else can change or replace. */
export async function findForRoot(name: string, searchPath?: string): Promise<Found> {
  return firstFor(true, programs(name, searchPath ?? process.env.PATH ?? ''));
}

async function firstFor(asRoot: boolean, files: AsyncGenerator<string>): Promise<Found> {
  let passedOver: PassedOver | undefined;
  for await (const file of files) {
    const place = asRoot ? weakPlace(file) : null;
    if (place === null) return passedOver === undefined ? { path: file } : { path: file, passedOver };
    passedOver ??= { file, place };
  }
  return passedOver === undefined ? { path: null } : { path: null, passedOver };
}

async function* programs(name: string, searchPath: string): AsyncGenerator<string> {
  for (const folder of [...searchPath.split(path.delimiter), ...SYSTEM_FOLDERS]) {
    if (!path.isAbsolute(folder)) continue; // never from the current folder
    const file = path.join(folder, name);
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) yield file;
    } catch {
      // not here
    }
  }
}

/** `D 2.0.7` or `Sun D 1.13` from dtrace, `version 5.6/0.196` from stap, `bpftrace v0.17.0`; '' where none stands there. */
export function versionIn(output: string): string {
  return /(?:\bD |\bversion |\bbpftrace v)(\d+(?:\.\d+)*)/.exec(output)?.[1] ?? '';
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}

function familyIn(osRelease: string): HostFacts['family'] {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => match[1].split(/\s+/));
  if (ids.some((id) => id === 'debian' || id === 'ubuntu')) return 'debian';
  return ids.some((id) => ['fedora', 'rhel', 'centos'].includes(id)) ? 'fedora' : 'other';
}

/** Looked up once: nothing here changes while pytrace starts. */
export async function readHost(asRoot = isRoot()): Promise<HostFacts> {
  const release = os.release();
  const tools = await Promise.all(
    ['gcc', 'make'].map(async (tool) => {
      const found = await firstFor(asRoot, programs(tool, process.env.PATH ?? ''));
      return found.path === null ? [tool] : [];
    }),
  );
  return {
    platform: process.platform,
    release,
    family: familyIn(await readFile('/etc/os-release', 'utf8').catch(() => '')),
    kernelHeaders: await exists(`/lib/modules/${release}/build`),
    missingTools: tools.flat(),
    nestedPids: inNestedPidNamespace(),
  };
}

/** `asRoot`: to be run as root, also through sudo. Its version it tells us as who we are. */
export async function findEngine(
  id: EngineId,
  host: HostFacts,
  timeoutMs = versionTimeoutMs,
  asRoot = isRoot(),
): Promise<EngineFacts> {
  const searchPath = process.env.PATH ?? '';
  const found = await firstFor(asRoot, id === 'dtrace' ? dtraces(searchPath) : programs(id, searchPath));
  if (found.path === null) return { id, host, ...found, version: '' };
  const { runBriefly } = await import('./child.js');
  const { output } = await runBriefly(found.path, ['-V'], timeoutMs, environmentFor(isRoot()));
  return { id, host, ...found, version: versionIn(output) };
}

/**
 * SystemTap ships a program of the same name in /usr/bin, a Python script that writes header files for its probes; the
 * tracer stands in an sbin folder, which ordinary users have not on PATH.
 */
async function* dtraces(searchPath: string): AsyncGenerator<string> {
  for await (const file of programs('dtrace', searchPath)) {
    const head = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, 4096).toString('latin1');
    if (!(head.startsWith('#!') && /python/.test(head.split('\n', 1)[0]))) yield file;
  }
}

/** All engines, each as it is run: `asRoot` tells whether as root. */
export async function findEngines(
  asRoot: boolean | ((id: EngineId) => boolean) = isRoot(),
): Promise<readonly EngineFacts[]> {
  const is = (id: EngineId): boolean => (typeof asRoot === 'boolean' ? asRoot : asRoot(id));
  const host = await readHost(is('stap'));
  return Promise.all(ENGINE_IDS.map((id) => findEngine(id, host, versionTimeoutMs, is(id))));
}
