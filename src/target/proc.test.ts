import { describe, expect, test } from 'vitest';
import {
  CLOCK_TICKS_PER_SECOND,
  isWritable,
  parseMaps,
  parseStat,
  parseStatus,
  readCommand,
  readProcessIds,
  readStat,
  readStatus,
  readThreadIds,
  readUsage,
} from './proc.js';

const numbers = '1 2 3 4 -1 4194304 10 0 0 0 70 30 0 0 20 0 9 0 123456 1000 500 184';

describe('parseStat', () => {
  test.each(['python3', 'a b', 'x) S 1 (y', '(sd-pam)', 'two\nlines', ''])('comm %j', (comm) => {
    expect(parseStat(`42 (${comm}) S ${numbers}\n`)).toEqual({
      comm,
      state: 'S',
      parent: 1,
      cpuTicks: 100,
      threads: 9,
      startTime: 123456,
    });
  });

  test.each(['', 'garbage', '42 (x', '42 (x) S', ') ('])('refuses %j', (text) => expect(parseStat(text)).toBeNull());
});

test('parseStatus takes the effective user, and no forged line', () => {
  const text =
    'Name:\tx\\nUid:\\t7\nTgid:\t42\nUid:\t1000\t1001\t1000\t1000\nVmRSS:\t  2048 kB\nThreads:\t3\nTracerPid:\t77\n';
  expect(parseStatus(text)).toEqual({
    uid: 1001,
    processId: 42,
    rssBytes: 2 << 20,
    threads: 3,
    tracer: 77,
    namespaceIds: [42],
  });
  expect(parseStatus('Name:\tx\nTgid:\t2\nUid:\t0\t0\t0\t0\n')).toEqual({
    uid: 0,
    processId: 2,
    rssBytes: 0,
    threads: 0,
    tracer: 0,
    namespaceIds: [2],
  });
  expect(parseStatus('')).toBeNull();
});

test('parseMaps: one entry a file, at its lowest offset', () => {
  const text = [
    '00401000-00402000 r-xp 00001000 fe:01 12                         /opt/my app/python3 (deleted)',
    '00400000-00401000 r--p 00000000 fe:01 12                         /opt/my app/python3 (deleted)',
    '7f0000000000-7f0000001000 r--p 00000000 fe:01 13                 /lib/new\\012line.so',
    '7f0000002000-7f0000003000 rw-p 00000000 00:00 0 ',
    '7ffd00000000-7ffd00001000 rw-p 00000000 00:00 0                  [stack]',
    'garbage',
  ].join('\n');
  expect(parseMaps(text)).toEqual([
    { path: '/opt/my app/python3', deleted: true, start: 0x400000, end: 0x401000, offset: 0 },
    { path: '/lib/new\nline.so', deleted: false, start: 0x7f0000000000, end: 0x7f0000001000, offset: 0 },
  ]);
});

describe.skipIf(process.platform !== 'linux')('this process', () => {
  test('is seen', () => {
    const { pid } = process;
    expect(readStat(pid)?.state).toMatch(/[RS]/);
    expect(readStatus(pid)).toMatchObject({ processId: pid, uid: process.geteuid!() });
    expect(readUsage(pid)!.rssBytes).toBeGreaterThan(1 << 20);
    expect(readUsage(pid)!.cpuTicks).toBeLessThan(CLOCK_TICKS_PER_SECOND * 86_400);
    expect(readThreadIds(pid)).toContain(pid);
    expect(readProcessIds()).toContain(pid);
    expect(readCommand(pid).length).toBeGreaterThan(0);
    expect(isWritable(pid, 0)).toBe(false);
  });

  test('what is gone is null or empty', () => {
    expect([readStat(4194305), readStatus(4194305), readUsage(4194305), isWritable(4194305, 0)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([readCommand(4194305), readThreadIds(4194305)]).toEqual([[], []]);
  });
});
