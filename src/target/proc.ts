import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What /proc/PID/stat says of a process. */
export interface ProcessStat {
  /** At most 15 bytes, chosen by the process: may hold spaces, parentheses and newlines. */
  readonly comm: string;
  /** `R`, `S`, `D`, `T` stopped, `t` traced, `Z` zombie, `X` dead, ... */
  readonly state: string;
  readonly parent: number;
  /** User and system time, in clock ticks (100 a second). */
  readonly cpuTicks: number;
  readonly threads: number;
  /** In clock ticks since boot. */
  readonly startTime: number;
}

export interface ProcessStatus {
  /** The effective user. */
  readonly uid: number;
  /** The process that this id belongs to: another number where the id is that of a mere thread. */
  readonly processId: number;
  /** 0 for kernel threads and zombies. */
  readonly rssBytes: number;
  readonly threads: number;
  /** The thread that holds it by ptrace; 0 where none does. */
  readonly tracer: number;
  /** Its ids from the PID namespace of this /proc down to its own: one where both are the same. */
  readonly namespaceIds: readonly number[];
}

/** What a header shows of a running process. */
export interface ProcessUsage {
  readonly rssBytes: number;
  readonly cpuTicks: number;
  readonly threads: number;
}

/** USER_HZ: fixed at 100 on every architecture that CPython has probes for; sysconf(_SC_CLK_TCK) needs C. */
export const CLOCK_TICKS_PER_SECOND = 100;

/** One file that a process has mapped, from the lines of /proc/PID/maps that name it. */
export interface MappedFile {
  readonly path: string;
  readonly deleted: boolean;
  /** Start and end of the mapping of the file's first byte, or of its lowest mapping where that is not mapped. */
  readonly start: number;
  readonly end: number;
  /** File offset of that mapping. */
  readonly offset: number;
}

/** Parses /proc/PID/stat; null where it is not one. */
export function parseStat(text: string): ProcessStat | null {
  // comm may itself hold `) S 1 (`: its end is the LAST parenthesis, as all that follows is numbers.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const field = (n: number): number => Number(fields[n - 3]);
  const stat: ProcessStat = {
    comm: text.slice(open + 1, close),
    state: fields[0] ?? '',
    parent: field(4),
    cpuTicks: field(14) + field(15),
    threads: field(20),
    startTime: field(22),
  };
  return Number.isFinite(stat.startTime) ? stat : null;
}

/** Parses /proc/PID/status; null where it is not one. The kernel escapes newlines in its Name line. */
export function parseStatus(text: string): ProcessStatus | null {
  const value = (key: string): string[] | undefined =>
    new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(text)?.[1]?.split(/\s+/);
  const uids = value('Uid');
  const processId = value('Tgid');
  if (uids === undefined || processId === undefined) return null;
  return {
    uid: Number(uids[1]),
    processId: Number(processId[0]),
    rssBytes: Number(value('VmRSS')?.[0] ?? 0) * 1024,
    threads: Number(value('Threads')?.[0] ?? 0),
    tracer: Number(value('TracerPid')?.[0] ?? 0),
    namespaceIds: (value('NSpid') ?? processId).map(Number),
  };
}

/** Parses /proc/PID/maps into one entry a mapped file, in order of address. */
export function parseMaps(text: string): MappedFile[] {
  const files = new Map<string, MappedFile>();
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ \d+ +(\/[^]*)$/.exec(line);
    if (match === null) continue;
    const [, start, end, offset, rawPath] = match as unknown as [string, string, string, string, string];
    const known = files.get(rawPath);
    if (known !== undefined && known.offset <= parseInt(offset, 16)) continue;
    const { path, deleted } = splitDeleted(unescapeNewlines(rawPath));
    files.set(rawPath, {
      path,
      deleted,
      start: parseInt(start, 16),
      end: parseInt(end, 16),
      offset: parseInt(offset, 16),
    });
  }
  return [...files.values()].sort((a, b) => a.start - b.start);
}

/** The kernel marks a path whose file has been unlinked; a living file may have that very name, which is rare. */
export function splitDeleted(path: string): { path: string; deleted: boolean } {
  const mark = ' (deleted)';
  return path.endsWith(mark) ? { path: path.slice(0, -mark.length), deleted: true } : { path, deleted: false };
}

function unescapeNewlines(path: string): string {
  return path.replaceAll('\\012', '\n');
}

/** null where the process is gone (or hidden). */
export function readStat(pid: number): ProcessStat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

export function readStatus(pid: number): ProcessStatus | null {
  const text = readOrNull(`/proc/${pid}/status`);
  return text === null ? null : parseStatus(text);
}

/** argv; empty for kernel threads and zombies. What a process writes over its argv (setproctitle) is what is given. */
export function readCommand(pid: number): string[] {
  const text = readOrNull(`/proc/${pid}/cmdline`) ?? '';
  if (text === '') return [];
  return text.replace(/\0+$/, '').split('\0');
}

/** Throws EACCES where this user may not look into the process, ENOENT/ESRCH where it is gone. */
export function readMaps(pid: number): MappedFile[] {
  return parseMaps(readFileSync(`/proc/${pid}/maps`, 'utf8'));
}

/** Whether an address of a process is mapped for writing; null where its maps may not be read. */
export function isWritable(pid: number, address: number): boolean | null {
  const text = readOrNull(`/proc/${pid}/maps`);
  if (text === null) return null;
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) .(.)/.exec(line);
    if (match === null) continue;
    if (address >= parseInt(match[1], 16) && address < parseInt(match[2], 16)) return match[3] === 'w';
  }
  return false;
}

/** Throws as readMaps does; ENOENT for kernel threads too. */
export function readExe(pid: number): { path: string; deleted: boolean } {
  return splitDeleted(readlinkSync(`/proc/${pid}/exe`));
}

/** Identity of the mount namespace, as `mnt:[4026531841]`; null where it may not be read. */
export function readMountNamespace(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}

/** The root directory of a process, as a path from ours where there is one; undefined where it may not be read. */
export function readRoot(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/root`);
  } catch {
    return undefined;
  }
}

/** Resident memory, CPU time and threads; null where the process is gone. Two small reads: fit to be polled. */
export function readUsage(pid: number): ProcessUsage | null {
  const stat = readStat(pid);
  const status = readStatus(pid);
  if (stat === null || status === null) return null;
  return { rssBytes: status.rssBytes, cpuTicks: stat.cpuTicks, threads: stat.threads };
}

/** Ids of a process's threads; empty where it is gone. */
export function readThreadIds(pid: number): number[] {
  return numericNames(`/proc/${pid}/task`);
}

/** Name of one thread; null where it is gone. */
export function readThreadName(pid: number, tid: number): string | null {
  // The kernel adds one newline; the name may hold others.
  return readOrNull(`/proc/${pid}/task/${tid}/comm`)?.replace(/\n$/, '') ?? null;
}

/** Ids of all processes that this user can see. */
export function readProcessIds(): number[] {
  return numericNames('/proc');
}

function numericNames(directory: string): number[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
