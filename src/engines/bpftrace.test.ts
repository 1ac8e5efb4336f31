import { describe, expect, it } from 'vitest';
import { fakeEngine, fakeHost, fakeRequest } from '../../test/fakes/request.js';
import { bpftrace, stringLimit } from './bpftrace.js';
import type { TraceRequest } from './engine.js';

const facts = { ...fakeEngine('bpftrace'), version: '0.27.1' };
const elf = (path: string) => ({
  python: {
    version: { major: 3, minor: 15, micro: 2 },
    elf: { path, readPath: path, kind: 'library' as const, probes: new Map() },
    freeThreaded: false,
  },
});

describe('command', () => {
  it('narrows to the process, and names its file so that it is taken once', () => {
    const { args } = bpftrace.command(facts, fakeRequest());
    expect(args.slice(0, 6)).toEqual(['-q', '-f', 'json', '--no-warnings', '-p', '4321']);
    expect(args[6]).toMatch(/scripts-bt\/calls\.bt$/);
    expect(args.slice(7, 10)).toEqual(['4321', '/proc/4321/exe', '0']);
    const library = bpftrace.command(facts, fakeRequest({}, elf('/usr/lib/libpython3.15.so')));
    expect(library.args[8]).toBe('/proc/4321/root/usr/lib/libpython3.15.so');
  });

  it('hands on numbers only, whatever is asked for', () => {
    const { args } = bpftrace.command(
      facts,
      fakeRequest({
        thread: -1,
        functionHas: '$(reboot) "\n-c sh',
        fileHas: '--unsafe',
        minDurationNs: Number.NaN,
        depth: 2.7,
      }),
    );
    expect(args.filter((word) => word === '--unsafe')).toEqual([]);
    for (const word of args.slice(9)) expect(word).toMatch(/^\d+$/);
  });

  it('takes --unsafe only where a place without a symbol is probed', () => {
    expect(bpftrace.command(facts, { ...fakeRequest(), unsafe: true }).args).toContain('--unsafe');
    expect(bpftrace.command(facts, fakeRequest()).args).not.toContain('--unsafe');
  });

  it('runs the small script where the version asks for it, and there is one', () => {
    const top = { ...fakeRequest(), script: 'top', smallScript: 'top-small' };
    const script = (version: string, request: TraceRequest = top) =>
      bpftrace.command({ ...facts, version }, request).args[6];
    expect(script('0.21.3')).toMatch(/\/top-small\.bt$/);
    expect(script('0.22.0')).toMatch(/\/top\.bt$/);
    expect(script('0.17.0', { ...fakeRequest(), script: 'calls' })).toMatch(/\/calls\.bt$/);
  });

  it('gives limits under the names of old and new versions', () => {
    const { env } = bpftrace.command(facts, fakeRequest());
    expect(env.BPFTRACE_MAP_KEYS_MAX).toBe(env.BPFTRACE_MAX_MAP_KEYS);
    expect(Number(env.BPFTRACE_STRLEN)).toBeLessThanOrEqual(200);
    expect(env.BPFTRACE_MAX_STRLEN).toBe(String(stringLimit('0.27.1')));
    expect(stringLimit('0.17.0')).toBe(200);
  });
});

describe('objections', () => {
  const objection = (changes: Partial<typeof facts>) => bpftrace.objection({ ...facts, ...changes }, fakeRequest());

  it('name cause and cure', () => {
    expect(objection({})).toBeNull();
    expect(objection({ path: null })).toMatch(/not installed; install package bpftrace/);
    expect(objection({ version: '0.16.0' })).toMatch(/0\.16\.0 is too old: install 0\.17 or later/);
    expect(objection({ version: 'v?' })).toBeNull();
    expect(objection({ host: fakeHost({ platform: 'freebsd' }) })).toMatch(/Linux only/);
    expect(bpftrace.objection(facts, fakeRequest({}, { exeDeleted: true }))).toMatch(/deleted or replaced/);
  });

  it('tells of what an old version cannot do', () => {
    const old = { ...facts, version: '0.17.0' };
    const top = { ...fakeRequest(), script: 'top' };
    expect(bpftrace.objection(old, top)).toMatch(/0\.17\.0 .* too small for top on .*: install 0\.22 or later/);
    expect(bpftrace.objection(old, { ...top, smallScript: 'top-small' })).toBeNull();
    expect(bpftrace.objection(old, fakeRequest())).toBeNull();
  });

  it('tells of a root directory and of process ids that it cannot do with', () => {
    expect(bpftrace.objection(facts, fakeRequest({}, { otherRoot: '/srv/jail' }))).toMatch(
      /root directory of process 4321 is not pytrace's \(chroot to \/srv\/jail\); use dtrace/,
    );
    const host = fakeHost({ nestedPids: true });
    expect(objection({ host })).toBeNull();
    for (const version of ['0.17.0', '0.23.5', ''])
      expect(objection({ host, version })).toMatch(/in a PID namespace .*; install 0\.24 or later/);
    expect(bpftrace.objection({ ...facts, host }, fakeRequest({}, { pidInside: 3 }))).toMatch(
      /one further in; run pytrace there, .*nsenter -m -p -t 4321/,
    );
    expect(bpftrace.objection(facts, fakeRequest({}, { pidInside: 3 }))).toBeNull();
  });

  it('does not mind what dtrace needs ptrace for', () => {
    expect(bpftrace.objection(facts, { ...fakeRequest(), ptrace: 'needed' })).toBeNull();
  });
});

describe('messages', () => {
  const message = (line: string) => bpftrace.message(line);

  it('of every start say nothing', () => {
    for (const line of [
      'ERROR: Unknown error -1: couldn\'t set RLIMIT_MEMLOCK for bpftrace. If your program is not loading, you can try "ulimit -l 8192" to fix the problem',
      'WARNING: Could not read functions from /sys/kernel/debug/tracing/available_filter_functions. If this is expected, …',
      'ERROR: failed to detach probe: usdt:/proc/6805/root/usr/bin/python3.11:python:function__return',
      'open(/sys/kernel/tracing/uprobe_events): No such file or directory',
      '',
    ])
      expect(message(line)).toEqual({ kind: 'noise' });
  });

  it('of losses count', () => {
    expect(message('Lost 675595 events')).toEqual({ kind: 'loss', cause: 'lost events', count: 675595 });
  });

  it('of failures become a sentence', () => {
    const failures: readonly (readonly [string, RegExp])[] = [
      ['ERROR: bpftrace currently only supports running as the root user.', /needs root.*--sudo/],
      ['ERROR: failed to initialize usdt context for pid: 6805', /finds no such probe/],
      ['stdin:1:1-31: ERROR: Probe has no valid attach points. If this is expected, …', /finds no such probe/],
      ['ERROR: Error loading program: usdt:x (try -v)', /does not take bpftrace's program/],
      ['calls.bt:3:1-2: ERROR: syntax error, unexpected path', /does not understand the script/],
      ['ERROR: Kernel lockdown is enabled and set to confidentiality.', /locked down/],
    ];
    for (const [line, sentence] of failures)
      expect(message(line)).toMatchObject({ kind: 'failure', sentence: expect.stringMatching(sentence) as string });
  });

  it('that are not known are handed on', () => {
    expect(message('something new')).toEqual({ kind: 'other', text: 'something new' });
  });
});
