import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A mounted tree of control groups, as /proc/self/mountinfo tells. */
interface CgroupMount {
  readonly version: 1 | 2;
  /** The group that stands at `point`. */
  readonly root: string;
  readonly point: string;
}

type Read = (path: string) => string | null;

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Whether the control group of a process is frozen, by either version's freezer; false where it cannot be read. */
export function isFrozen(pid: number, read: Read = readOrNull): boolean {
  const groups = read(`/proc/${pid}/cgroup`);
  if (groups === null) return false;
  return freezersOf(read('/proc/self/mountinfo') ?? '').some((mount) => {
    const group = groupOf(groups, mount.version);
    if (group === null) return false;
    const folder = path.join(mount.point, below(mount.root, group));
    return mount.version === 2
      ? /^frozen 1$/m.test(read(path.join(folder, 'cgroup.events')) ?? '')
      : read(path.join(folder, 'freezer.state'))?.trim() === 'FROZEN';
  });
}

function freezersOf(mountinfo: string): CgroupMount[] {
  const found: CgroupMount[] = [];
  for (const line of mountinfo.split('\n')) {
    const match = /^\d+ \d+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/.exec(line);
    if (match === null) continue;
    const [, root, point, type, options] = match;
    if (type === 'cgroup' && !options.split(',').includes('freezer')) continue;
    found.push({ version: type === 'cgroup' ? 1 : 2, root, point });
  }
  return found;
}

/** `0::/a` in version 2, `6:freezer:/a` in version 1. */
function groupOf(groups: string, version: 1 | 2): string | null {
  for (const line of groups.split('\n')) {
    const [, id, controllers, group] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    if (version === 2 ? id === '0' && controllers === '' : controllers.split(',').includes('freezer')) return group;
  }
  return null;
}

/** A mount may show a part of the tree only. */
function below(root: string, group: string): string {
  if (root === '/') return group;
  return group === root || group.startsWith(`${root}/`) ? group.slice(root.length) : group;
}
