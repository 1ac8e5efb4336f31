import { expect, test } from 'vitest';
import { inNestedPidNamespace, requireOwnProc } from './namespaces.js';
import { parseStatus } from './proc.js';

const links = (known: Record<string, string>) => (path: string) => {
  const link = known[path];
  if (link === undefined) throw new Error('ENOENT');
  return link;
};

test('the first PID namespace is told from all others by its inode', () => {
  expect(inNestedPidNamespace(links({ '/proc/self/ns/pid': 'pid:[4026531836]' }))).toBe(false);
  expect(inNestedPidNamespace(links({ '/proc/self/ns/pid': 'pid:[4026532179]' }))).toBe(true);
  expect(inNestedPidNamespace(links({}))).toBe(false);
});

test.skipIf(process.platform !== 'linux')('a /proc that numbers processes otherwise is refused', () => {
  expect(() => requireOwnProc()).not.toThrow();
  expect(() => requireOwnProc(links({ '/proc/self': '3' }), 3)).not.toThrow();
  // The host's /proc in a container, and a container's entered from the host.
  const refused = /^\/proc here belongs to another PID namespace .*: .*mount -t proc/;
  expect(() => requireOwnProc(links({ '/proc/self': '28302' }), 3)).toThrow(refused);
  expect(() => requireOwnProc(links({}), 28302)).toThrow(refused);
});

test('the ids of a process go from the namespace of /proc to its own', () => {
  const status = (lines: string) => parseStatus(`Name:\tpython3\nTgid:\t28302\nUid:\t0\t0\t0\t0\n${lines}`);
  expect(status('NSpid:\t28302\t3\n')?.namespaceIds).toEqual([28302, 3]);
  expect(status('NSpid:\t28302\n')?.namespaceIds).toEqual([28302]);
  expect(status('')?.namespaceIds).toEqual([28302]); // Linux before 4.1
});
