import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inNestedPidNamespace } from '../target/namespaces.js';
import { ENGINE_IDS, type EngineFacts, type EngineId, type HostFacts } from './engine.js';

/** A `-V` that has not answered by then counts as an engine without a version, not as a missing one. */
const versionTimeoutMs = 5_000;
/** Ordinary users' PATH lacks these, and dtrace is installed there. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

export async function findProgram(name: string, searchPath = process.env.PATH ?? ''): Promise<string | null> {
  for await (const file of programs(name, searchPath)) return file;
  return null;
}

async function* programs(name: string, searchPath: string): AsyncGenerator<string> {
  for (const folder of [...searchPath.split(path.delimiter), ...systemFolders]) {
    if (!path.isAbsolute(folder)) continue; // a tracer that may run as root is not taken from the current folder
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
export async function readHost(): Promise<HostFacts> {
  const release = os.release();
  const tools = await Promise.all(
    ['gcc', 'make'].map(async (tool) => ((await findProgram(tool)) === null ? [tool] : [])),
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

export async function findEngine(id: EngineId, host: HostFacts, timeoutMs = versionTimeoutMs): Promise<EngineFacts> {
  const file = id === 'dtrace' ? await findDtrace() : await findProgram(id);
  if (file === null) return { id, host, path: null, version: '' };
  const { runBriefly } = await import('./child.js');
  const { output } = await runBriefly(file, ['-V'], timeoutMs);
  return { id, host, path: file, version: versionIn(output) };
}

/**
 * SystemTap ships a program of the same name in /usr/bin, a Python script that writes header files for its probes; the
 * tracer stands in an sbin folder, which ordinary users have not on PATH.
 */
async function findDtrace(searchPath = process.env.PATH ?? ''): Promise<string | null> {
  for await (const file of programs('dtrace', searchPath)) {
    const head = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, 4096).toString('latin1');
    if (!(head.startsWith('#!') && /python/.test(head.split('\n', 1)[0]))) return file;
  }
  return null;
}

/** All engines. */
export async function findEngines(): Promise<readonly EngineFacts[]> {
  const host = await readHost();
  return Promise.all(ENGINE_IDS.map((id) => findEngine(id, host)));
}
