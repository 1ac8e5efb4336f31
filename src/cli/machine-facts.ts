import { readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import { runBriefly } from '../engines/child.js';
import type { EngineFacts } from '../engines/engine.js';
import { findEngines, findForRoot } from '../engines/find-engine.js';
import { isAlive } from '../engines/left-behind.js';
import { rootEnvironment } from '../engines/root-environment.js';
import { isRoot } from '../engines/root-only.js';
import { inNestedPidNamespace } from '../target/namespaces.js';
import { deadEvents, idleModules, parseMounts, type Mount } from './kernel-lists.js';

/** A file of the kernel's: its text; or that it is not there; or that this user may not read it. */
export type KernelFile = { readonly text: string } | 'absent' | 'forbidden';

/** What was found out about the machine, before anything is judged. */
export interface MachineFacts {
  readonly node: string;
  readonly platform: NodeJS.Platform;
  readonly release: string;
  readonly arch: string;
  readonly root: boolean;
  /** Root, but only inside a user namespace: root over its own processes, not over the kernel. */
  readonly userNamespace: boolean;
  /** Bits of CapEff; null where /proc does not tell. */
  readonly capabilities: bigint | null;
  readonly sudo: string | null;
  /** Which of SystemTap's groups exist here, and which of them we are in. */
  readonly stapGroups: { readonly existing: readonly string[]; readonly ours: readonly string[] };
  readonly mounts: readonly Mount[];
  /** File systems that the kernel knows. */
  readonly fileSystems: ReadonlySet<string>;
  /** The kernel's way to uprobes by perf_event_open, which dtrace and bpftrace use. */
  readonly uprobeEventSource: boolean;
  /** The kernel raises a USDT semaphore with the probe and lets it fall with it (since 4.20). */
  readonly refCounts: boolean;
  readonly uprobeEvents: KernelFile;
  readonly btf: boolean;
  readonly bpf: boolean;
  readonly lockdown: KernelFile;
  /** /proc/modules: 'absent' where the kernel can load none. */
  readonly modules: KernelFile;
  readonly modulesDisabled: boolean;
  readonly onlySignedModules: boolean;
  readonly engines: readonly EngineFacts[];
  readonly library: DtraceLibrary;
  /**
   * Groups/names of uprobe events of dtraces that no longer run, null where that cannot be told; and SystemTap's modules
   * that nobody uses.
   */
  readonly left: { readonly events: readonly string[] | null; readonly modules: readonly string[] };
  readonly terminal: TerminalFacts;
}

/** Whether dtrace's own library compiles on this kernel, as far as it was tried. */
export type DtraceLibrary =
  { readonly state: 'works' | 'untried' } | { readonly state: 'fails'; readonly said: string };

export interface TerminalFacts {
  readonly screen: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const LIBRARY_MS = 20_000;
const UPROBE_EVENTS = ['/sys/kernel/tracing/uprobe_events', '/sys/kernel/debug/tracing/uprobe_events'];

export function readKernelFile(path: string): KernelFile {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'absent';
  }
}

const textOf = (file: KernelFile): string => (typeof file === 'string' ? '' : file.text);

/**
 * Looks; changes nothing. `dtrace -e` compiles its library and ends before it enables anything; that takes seconds
 * where it is not cached, so it may be left out.
 */
export async function readMachine(withLibrary = true): Promise<MachineFacts> {
  const root = isRoot();
  const groups = stapGroups(textOf(readKernelFile('/etc/group')), process.getgroups?.() ?? []);
  // As they would be run here: through sudo, unless groups are enough.
  const engines = await findEngines((id) => root || id !== 'stap' || !stapWithoutRoot(groups));
  const uprobeEvents = firstReadable(UPROBE_EVENTS);
  const modules = readKernelFile('/proc/modules');
  const status = textOf(readKernelFile('/proc/self/status'));
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return {
    node: process.versions.node,
    platform: process.platform,
    release: os.release(),
    arch: os.machine(),
    root,
    userNamespace: userNamespace(textOf(readKernelFile('/proc/self/uid_map'))),
    capabilities: capabilities === undefined ? null : BigInt(`0x${capabilities}`),
    sudo: root ? null : (await findForRoot('sudo')).path,
    stapGroups: groups,
    mounts: parseMounts(textOf(readKernelFile('/proc/self/mounts'))),
    fileSystems: new Set(textOf(readKernelFile('/proc/filesystems')).split(/\s+/)),
    uprobeEventSource: names('/sys/bus/event_source/devices').includes('uprobe'),
    refCounts: names('/sys/bus/event_source/devices/uprobe/format').includes('ref_ctr_offset'),
    uprobeEvents,
    btf: names('/sys/kernel/btf').includes('vmlinux'),
    bpf: readKernelFile('/proc/sys/kernel/unprivileged_bpf_disabled') !== 'absent',
    lockdown: readKernelFile('/sys/kernel/security/lockdown'),
    modules,
    modulesDisabled: textOf(readKernelFile('/proc/sys/kernel/modules_disabled')).trim() === '1',
    onlySignedModules: textOf(readKernelFile('/sys/module/module/parameters/sig_enforce')).trim() === 'Y',
    engines,
    library: withLibrary ? await tryLibrary(engines, root) : { state: 'untried' },
    left: {
      // They bear the kernel's own ids: in a PID namespace every one would seem dead.
      events: inNestedPidNamespace() ? null : deadEvents(textOf(uprobeEvents), isAlive),
      modules: idleModules(textOf(modules)),
    },
    terminal: {
      screen: process.stdout.isTTY === true && process.stdin.isTTY === true,
      columns: process.stdout.columns ?? 0,
      rows: process.stdout.rows ?? 0,
      env: process.env,
    },
  };
}

async function tryLibrary(engines: readonly EngineFacts[], root: boolean): Promise<DtraceLibrary> {
  const dtrace = engines.find(({ id }) => id === 'dtrace');
  if (!root || dtrace?.path == null || process.platform !== 'linux') return { state: 'untried' };
  const run = await runBriefly(dtrace.path, ['-q', '-e', '-n', 'BEGIN'], LIBRARY_MS, rootEnvironment());
  if (run.timedOut) return { state: 'untried' };
  return run.exitCode === 0 ? { state: 'works' } : { state: 'fails', said: run.output.trim().slice(0, 500) };
}

function firstReadable(paths: readonly string[]): KernelFile {
  let best: KernelFile = 'absent';
  for (const path of paths) {
    const file = readKernelFile(path);
    if (typeof file !== 'string') return file;
    if (file === 'forbidden') best = file;
  }
  return best;
}

/** The first namespace maps all users onto themselves. */
function userNamespace(map: string): boolean {
  return map !== '' && !/^\s*0\s+0\s+4294967295\s*$/.test(map);
}

/** What SystemTap's own documentation asks for to compile and load a module without root. */
export function stapWithoutRoot({ ours }: MachineFacts['stapGroups']): boolean {
  return ours.includes('stapdev') && ours.includes('stapusr');
}

function stapGroups(groups: string, ours: readonly number[]): MachineFacts['stapGroups'] {
  const found = [...groups.matchAll(/^(stapusr|stapsys|stapdev):[^:]*:(\d+):/gm)].map(
    ([, name, id]) => [name, Number(id)] as const,
  );
  return {
    existing: found.map(([name]) => name),
    ours: found.filter(([, id]) => ours.includes(id)).map(([name]) => name),
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
