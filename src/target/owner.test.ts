import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { invokingUser, userText } from './owner.js';

test('names users of a passwd file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pytrace-owner-'));
  const passwd = join(dir, 'passwd');
  writeFileSync(passwd, 'root:x:0:0::/root:/bin/sh\nalice:x:1001:1001::/:/bin/sh\nb\x1bad:x:7:7::/:/bin/sh\n');
  expect(userText(1001, passwd)).toBe('alice (uid 1001)');
  expect(userText(7, passwd)).toBe('uid 7');
  expect(userText(8, passwd)).toBe('uid 8');
  rmSync(dir, { recursive: true });
  expect(userText(1001, passwd)).toBe('uid 1001');
});

test('finds the person behind sudo, for root only', () => {
  const geteuid = vi.spyOn(process, 'geteuid' as never) as unknown as {
    mockReturnValue(uid: number): void;
    mockRestore(): void;
  };
  geteuid.mockReturnValue(0);
  expect(invokingUser({ SUDO_UID: '1001', SUDO_GID: '100' })).toEqual({ uid: 1001, gid: 100 });
  expect(invokingUser({ SUDO_UID: '0', SUDO_GID: '0' })).toBeNull();
  expect(invokingUser({ SUDO_UID: '1; rm', SUDO_GID: '1' })).toBeNull();
  expect(invokingUser({})).toBeNull();
  geteuid.mockReturnValue(1001);
  expect(invokingUser({ SUDO_UID: '1002', SUDO_GID: '100' })).toBeNull();
  geteuid.mockRestore();
});
