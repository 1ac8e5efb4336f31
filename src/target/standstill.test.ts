import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { isFrozen } from './cgroup-freezer.js';
import { readStat } from './proc.js';
import { FREE, readStanding, standingCause, standingLabel, standingWords, type Standing } from './standstill.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function inState(pid: number, state: RegExp): Promise<void> {
  while (!state.test(readStat(pid)?.state ?? '')) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(process.platform !== 'linux')('a process', () => {
  test('is seen to be stopped by a signal, and to go on', async () => {
    const child = spawn('sleep', ['60']);
    children.push(child);
    await inState(child.pid!, /[SR]/);
    expect(readStanding(child.pid!)).toEqual(FREE);
    child.kill('SIGSTOP');
    await inState(child.pid!, /T/);
    expect(readStanding(child.pid!)).toEqual({ stopped: 'signal', holder: null });
    child.kill('SIGCONT');
    await inState(child.pid!, /[SR]/);
    expect(readStanding(child.pid!)).toEqual(FREE);
  });

  test('that is gone is held by nobody', () => {
    expect(readStanding(4_194_305)).toEqual(FREE);
  });

  test('that runs in a frozen group is told from one that merely sleeps', async () => {
    const child = spawn('sleep', ['60']);
    children.push(child);
    await inState(child.pid!, /[SRD]/);
    expect(readStanding(child.pid!, 0, () => true)).toEqual({ stopped: 'freezer', holder: null });
  });
});

describe('a control group', () => {
  const mounts = [
    '31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
    '37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime shared:5 - cgroup cgroup rw,freezer',
    '38 31 0:35 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu',
    '40 31 0:37 /docker/a1 /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate',
  ].join('\n');
  const frozen = (groups: string, files: Record<string, string>): boolean =>
    isFrozen(7, (path) => ({ '/proc/7/cgroup': groups, '/proc/self/mountinfo': mounts, ...files })[path] ?? null);

  test('of version 2 says in cgroup.events whether it is frozen', () => {
    const events = (text: string): Record<string, string> => ({ '/sys/fs/cgroup/unified/app/cgroup.events': text });
    expect(frozen('0::/docker/a1/app\n', events('populated 1\nfrozen 1\n'))).toBe(true);
    expect(frozen('0::/docker/a1/app\n', events('populated 1\nfrozen 0\n'))).toBe(false);
    expect(frozen('0::/docker/a1/app\n', {})).toBe(false);
  });

  test('of version 1 says so in freezer.state', () => {
    const groups = '8:cpu:/x\n6:freezer:/jobs/1\n0::/\n';
    const state = (text: string): Record<string, string> => ({ '/sys/fs/cgroup/freezer/jobs/1/freezer.state': text });
    expect(frozen(groups, state('FROZEN\n'))).toBe(true);
    expect(frozen(groups, state('THAWED\n'))).toBe(false);
    expect(frozen('8:cpu:/jobs/1\n', state('FROZEN\n'))).toBe(false);
  });

  test('of a process that is gone is not frozen', () => {
    expect(isFrozen(7, () => null)).toBe(false);
  });
});

test('each way to stand still has its words', () => {
  const holder = { pid: 12, name: 'gdb' };
  const all: Standing[] = [
    FREE,
    { stopped: 'signal', holder: null },
    { stopped: 'signal', holder },
    { stopped: 'freezer', holder: null },
    { stopped: 'holder', holder },
    { stopped: null, holder },
  ];
  expect(all.map(standingLabel)).toEqual(['', 'STOPPED', 'STOPPED', 'FROZEN', 'HELD BY gdb', '']);
  expect(all.map((each) => standingCause(each))).toEqual([
    '',
    'stopped by a signal',
    'stopped by a signal',
    'frozen by its control group',
    'held by gdb (pid 12)',
    'held by gdb (pid 12)',
  ]);
  for (const each of all.slice(1)) expect(standingWords(each, 7)).toMatch(/^(is|stands) .*: \S/);
  expect(standingWords(all[2], 7)).toContain('held by gdb (pid 12)');
  expect(standingWords(FREE, 7)).toBe('');
});
