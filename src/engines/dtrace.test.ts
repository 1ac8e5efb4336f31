import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeEngine, fakeHost, fakeRequest, fakeTarget, has } from '../../test/fakes/request.js';
import { readStatus } from '../target/proc.js';
import { dtrace, dtraceLiteral } from './dtrace.js';

const frames = {
  mainInterpreter: 94_188_938_221_176n,
  gilHolder: 1,
  currentFrame: 2,
  previous: 3,
  executable: 4,
  owner: 5,
  codeFlags: 6,
};

describe('command', () => {
  it('passes fourteen macro arguments, empty strings and zeros among them', () => {
    const { file, args } = dtrace.command(fakeEngine('dtrace'), fakeRequest());
    expect(path.basename(file)).toBe('dtrace');
    expect(args[0]).toBe('-s');
    expect(args[1]).toMatch(/^\/.*\/scripts-d\/calls\.d$/);
    expect(args.slice(2)).toEqual(['4321', '0', '', '', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0']);
  });

  it('passes filters and the frame layout in decimals', () => {
    const request = fakeRequest(
      { thread: 77, functionHas: '<lambda>', fileHas: 'app/x y.py', minDurationNs: 1e6, depth: 9 },
      { frames },
    );
    const { args } = dtrace.command(fakeEngine('dtrace'), request);
    const head = '94188938221176';
    expect(args.slice(2)).toEqual([
      '4321',
      '77',
      '<lambda>',
      'app/x y.py',
      '1000000',
      '9',
      head,
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '0',
    ]);
  });

  it('has -p, and the whole of /proc, where that was allowed', () => {
    const folders = { syslibdir: '/tmp/pytrace-x', procfs: '/tmp/pytrace-x/proc' };
    const request = { ...fakeRequest(), ptrace: 'allowed' as const };
    const { args } = dtrace.command(fakeEngine('dtrace'), request, folders);
    expect(args.slice(0, 6)).toEqual(['-x', 'syslibdir=/tmp/pytrace-x', '-Z', '-p', '4321', '-s']);
    expect(args.join(' ')).not.toContain('procfspath');
    expect(args[7]).toBe('4321');
    for (const ptrace of ['never', 'needed'] as const)
      expect(dtrace.command(fakeEngine('dtrace'), { ...request, ptrace }, folders).args).not.toContain('-p');
  });

  it('else never has -p, and switchrate only away from Linux', () => {
    const linux = dtrace.command(fakeEngine('dtrace'), fakeRequest(), {
      syslibdir: '/tmp/pytrace-x',
      procfs: '/tmp/pytrace-x/proc',
    }).args;
    expect(linux.slice(0, 4)).toEqual(['-x', 'syslibdir=/tmp/pytrace-x', '-x', 'procfspath=/tmp/pytrace-x/proc']);
    expect(linux).not.toContain('-p');
    expect(linux.join(' ')).not.toContain('switchrate');
    const mac = dtrace.command(fakeEngine('dtrace', 'good', fakeHost({ platform: 'darwin' })), fakeRequest()).args;
    expect(mac.slice(0, 2)).toEqual(['-x', 'switchrate=10hz']);
  });
});

describe('dtraceLiteral', () => {
  it('leaves alone what the real dtrace takes literally', () => {
    for (const text of ['', 'a b', 'say "hi"', '$1', '%s', '/* */', "it's", '<module>', 'größe', 'a-b']) {
      expect(dtraceLiteral(text)).toBe(text);
    }
  });

  it('never makes an option or an escape of a name', () => {
    expect(dtraceLiteral('-w')).toBe('w');
    expect(dtraceLiteral('-c reboot')).toBe('c reboot');
    expect(dtraceLiteral('--')).toBe('');
    expect(dtraceLiteral('C:\\Users\\app')).toBe('Users');
    expect(dtraceLiteral('tail\\')).toBe('tail');
    expect(dtraceLiteral('a\nbcd\0e')).toBe('bcd');
    expect(dtraceLiteral('\ud800')).toBe('');
  });

  it('is a piece of the name, and short', () => {
    const long = 'é'.repeat(300);
    const piece = dtraceLiteral(long);
    expect(Buffer.byteLength(piece)).toBe(100);
    expect(long).toContain(piece);
  });
});

describe('objection', () => {
  const facts = fakeEngine('dtrace');
  it('has none for an ordinary target', () => expect(dtrace.objection(facts, fakeRequest())).toBeNull());

  it.skipIf(!has('strace'))('names who holds the process by ptrace already', async () => {
    const strace = spawn('strace', ['-qq', '-o', '/dev/null', 'sleep', '60'], { stdio: 'ignore' });
    let pid = 0;
    try {
      const children = `/proc/${strace.pid}/task/${strace.pid}/children`;
      // It begins with children of its own, to see what the kernel can.
      const sleeps = (): boolean => {
        pid = Number(readFileSync(children, 'utf8').split(' ')[0]);
        return pid !== 0 && existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n';
      };
      await expect.poll(sleeps, { timeout: 10_000 }).toBe(true);
      await expect.poll(() => readStatus(pid)?.tracer).toBe(strace.pid);
      const request = fakeRequest({}, { pid });
      expect(dtrace.objection(facts, { ...request, ptrace: 'allowed' })).toBe(
        `Process ${pid} is held by strace (pid ${strace.pid}): end that first, or use --engine bpftrace or --engine stap.`,
      );
      // Else dtrace needs no hold of it.
      expect(dtrace.objection(facts, request)).toBeNull();
    } finally {
      if (pid !== 0) process.kill(pid, 'SIGKILL');
      strace.kill('SIGKILL');
    }
  });

  it('names the cure', () => {
    const objection = (changes: Parameters<typeof fakeTarget>[0]): string | null =>
      dtrace.objection(facts, fakeRequest({}, changes));
    expect(objection({ exeDeleted: true })).toMatch(/deleted or replaced.*restart that process/);
    expect(objection({ elfVisibleHere: false, sameMountNamespace: false })).toMatch(/container; .*nsenter -m -t 4321/);
    expect(objection({ elfVisibleHere: false, pidInside: 7 })).toMatch(
      /in which it is process 7; .*nsenter -m -p -t 4321/,
    );
    expect(objection({ elfVisibleHere: false, otherRoot: '/srv/jail' })).toMatch(
      /root directory of process 4321 is not pytrace's \(chroot to \/srv\/jail\).*; run pytrace below that root/,
    );
    expect(objection({ elfVisibleHere: false, otherRoot: '/' })).toMatch(/not pytrace's \(chroot\)/);
    expect(objection({ elfVisibleHere: false })).toMatch(/at that path now .*; restart process 4321/);
    expect(objection({ otherRoot: '/srv/jail' })).toBeNull();
    expect(objection({ pidInside: 7, sameMountNamespace: false })).toBeNull();
    const nested = fakeEngine('dtrace', 'good', fakeHost({ nestedPids: true }));
    expect(dtrace.objection(nested, fakeRequest())).toMatch(
      /kernel's own process ids, and pytrace runs in a PID namespace .*; use bpftrace 0\.24 or later/,
    );
    expect(dtrace.objection({ ...facts, path: null }, fakeRequest())).toMatch(/not installed; install package dtrace/);
    expect(dtrace.objection(fakeEngine('dtrace', 'good', fakeHost({ platform: 'win32' })), fakeRequest())).toMatch(
      /win32/,
    );
  });
});

describe('message', () => {
  const losses: readonly (readonly [string, string, number])[] = [
    ['dtrace: 3153 drops on CPU 0', 'buffer drops', 3153],
    ['dtrace: 1 drop on CPU 12', 'buffer drops', 1],
    ['dtrace: [DTRACEDROP_PRINCIPAL] 1361 drops on CPU 0', 'buffer drops', 1361],
    ['dtrace: 2557913 aggregation drops on CPU 0', 'aggregation drops', 2557913],
    ['dtrace: [DTRACEDROP_AGGREGATION] 2601117 aggregation drops on CPU 1', 'aggregation drops', 2601117],
    ['dtrace: 5090 dynamic variable drops', 'dynamic variable drops', 5090],
    ['dtrace: 5 dynamic variable drops with non-empty dirty list', 'dynamic variable drops', 5],
    ['dtrace: 49 failed speculations (no speculative buffer available)', 'failed speculations', 49],
    ['dtrace: 2 failed speculations (available buffer(s) still busy)', 'failed speculations', 2],
    ['dtrace: [DTRACEDROP_SPEC] 18446744073709551613 speculative drops', 'speculative drops', 3],
    ['dtrace: 4 errors in ERROR probe enabling', 'errors in the ERROR probe', 4],
    ['dtrace: 2 jstack()/ustack() string table overflows', 'stack string table overflows', 2],
    [
      'dtrace: error in dt_clause_0 for probe ID 3974 (python29519:python3.15::function-entry): invalid address (0x7b) at BPF pc 158',
      'probe errors: invalid address',
      1,
    ],
    [
      'dtrace: error in dt_clause_0 for probe ID 3974 (a:b::c): divide-by-zero at BPF pc 165',
      'probe errors: divide-by-zero',
      1,
    ],
    [
      'dtrace: error on enabled probe ID 2 (ID 7: python1:python::function-entry): invalid alignment (0x3) in action #1 at DIF offset 12',
      'probe errors: invalid alignment',
      1,
    ],
  ];
  for (const [line, cause, count] of losses) {
    it(line.slice(0, 60), () => expect(dtrace.message(line)).toEqual({ kind: 'loss', cause, count }));
  }

  const failures: readonly (readonly [string, RegExp, boolean])[] = [
    ['dtrace: run as root for tracing and listing probes', /needs root/, false],
    [
      'dtrace: failed to compile script /x/calls.d: "/usr/lib/x86_64-linux-gnu/dtrace/6.10/io.d", line 134: failed to resolve vmlinux`major_names: Unknown symbol name',
      /library file .*io\.d/,
      true,
    ],
    [
      'dtrace: invalid probe specifier x: probe description python27443:::function-entry does not match any probes',
      /no probe python27443:::function-entry/,
      false,
    ],
    [
      'dtrace: failed to compile script a.d: line 2: failed to grab process 999999',
      /process 999999: it has exited/,
      false,
    ],
    ['dtrace: No such process', /no such process/, false],
    ['dtrace: could not enable tracing: Enabling exceeds size of buffer', /Enabling exceeds size/, false],
    ["dtrace: could not enable tracing: BPF program load for 'x' failed: Argument list too long", /too complex/, false],
    ["dtrace: libdtrace/dt_cg.c:1383: dt_cg_probe_error: Assertion `idp != NULL' failed.", /crashed/, false],
    ['dtrace: failed to open /x/calls.d: No such file or directory', /cannot start here/, false],
    ["dtrace: invalid option -- 'Q'", /does not know an option/, false],
    [
      'dtrace: failed to compile script calls.d: line 7: syntax error near "if"',
      /cannot compile the script: calls\.d: line 7/,
      true,
    ],
  ];
  for (const [line, sentence, retry] of failures) {
    it(line.slice(0, 60), () => {
      const message = dtrace.message(line);
      expect(message).toMatchObject({ kind: 'failure' });
      if (message.kind !== 'failure') return;
      expect(message.sentence).toMatch(sentence);
      expect(message.retry).toBe(retry ? 'library' : undefined);
    });
  }

  it('leaves the rest as it is', () => {
    expect(dtrace.message('dtrace: pid 12 has exited')).toEqual({ kind: 'other', text: 'pid 12 has exited' });
    expect(dtrace.message('dtrace: 12 monkeys')).toEqual({ kind: 'other', text: '12 monkeys' });
    expect(dtrace.message('')).toEqual({ kind: 'noise' });
  });
});
