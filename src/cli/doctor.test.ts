import { describe, expect, test } from 'vitest';
import type { EngineFacts, EngineId, HostFacts } from '../engines/engine.js';
import type { FrameLayout, ProbeName, Target } from '../target/target.js';
import { causeAndCure, type Check } from './doctor-check.js';
import { abilities } from './doctor-engines.js';
import { lockdownLevel } from './doctor-kernel.js';
import { machineChecks } from './doctor-machine.js';
import { targetChecks, type TargetFacts } from './doctor-target.js';
import { checkLines, wrap, type TextForm } from './doctor-text.js';
import { verdict } from './doctor-verdict.js';
import { deadEvents, idleModules, parseMounts } from './kernel-lists.js';
import type { MachineFacts } from './machine-facts.js';

const host: HostFacts = {
  platform: 'linux',
  release: '6.9.0',
  family: 'debian',
  kernelHeaders: true,
  missingTools: [],
};
const dtrace: EngineFacts = { id: 'dtrace', host, path: '/usr/sbin/dtrace', version: '2.0.7' };
const bpftrace: EngineFacts = { id: 'bpftrace', host, path: '/usr/bin/bpftrace', version: '0.27.1' };
const stap: EngineFacts = { id: 'stap', host, path: '/usr/bin/stap', version: '5.6' };

const machine = (over: Partial<MachineFacts> = {}): MachineFacts => ({
  node: '20.19.0',
  platform: 'linux',
  release: '6.9.0',
  arch: 'x86_64',
  root: true,
  userNamespace: false,
  capabilities: 0x1ffffffffffn,
  sudo: null,
  stapGroups: { existing: ['stapusr', 'stapdev'], ours: [] },
  mounts: [
    { folder: '/sys/kernel/debug', type: 'debugfs' },
    { folder: '/sys/kernel/tracing', type: 'tracefs' },
  ],
  fileSystems: new Set(['tracefs', 'debugfs']),
  uprobeEventSource: true,
  refCounts: true,
  uprobeEvents: { text: '' },
  btf: true,
  bpf: true,
  lockdown: { text: '[none] integrity confidentiality\n' },
  modules: { text: 'ext4 1 0 - Live 0x0\n' },
  modulesDisabled: false,
  onlySignedModules: false,
  engines: [dtrace, bpftrace, stap],
  library: { state: 'works' },
  left: { events: [], modules: [] },
  terminal: { screen: true, columns: 120, rows: 40, env: { TERM: 'xterm', LANG: 'C.UTF-8' } },
  ...over,
});

const python = (
  over: Partial<Target> = {},
  probes: readonly ProbeName[] = ['function__entry', 'function__return', 'gc__start', 'gc__done'],
): TargetFacts => ({
  owner: 'alice (uid 1001)',
  threads: 3,
  target: {
    pid: 4242,
    startTime: 1,
    uid: 1001,
    command: ['python3', 'app.py'],
    exe: '/usr/bin/python3.9',
    exeDeleted: false,
    python: {
      version: { major: 3, minor: 9, micro: 2 },
      elf: {
        path: '/usr/bin/python3.9',
        readPath: '/proc/4242/exe',
        kind: 'executable',
        probes: new Map(probes.map((name) => [name, 1])),
      },
      freeThreaded: false,
    },
    elfVisibleHere: true,
    sameMountNamespace: true,
    frames: null,
    ...over,
  },
});

const find = (checks: readonly Check[], area: string, name: string): Check => {
  const found = checks.find((check) => check.area === area && check.name === name);
  if (found === undefined) throw new Error(`no check ${area}/${name}`);
  return found;
};

describe('machine', () => {
  test('a machine where all is well has nothing to say against it', () => {
    expect(machineChecks(machine()).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(verdict(machine(), null)).toEqual({
      ok: true,
      text: 'Processes can be traced here with dtrace, bpftrace and SystemTap: run `pytrace doctor PID`.',
      command: 'pytrace doctor PID',
    });
  });

  test('every check that is not well says what to do, or that nothing needs to be done', () => {
    const bad = machine({
      node: '18.1.0',
      root: false,
      mounts: [],
      uprobeEventSource: false,
      uprobeEvents: 'forbidden',
      btf: false,
      bpf: false,
      lockdown: { text: 'none integrity [confidentiality]' },
      engines: [
        { ...dtrace, path: null },
        { ...bpftrace, path: null },
        { ...stap, path: null },
      ],
      left: { events: ['dt_1_dtrace/BEGIN'], modules: ['stap_abc_1'] },
    });
    const silent = machineChecks(bad).filter(({ state, cure }) => state !== 'ok' && cure === '');
    expect(silent).toEqual([]);
  });

  test('what a killed dtrace left is named, with the very command that removes it', () => {
    const check = find(
      machineChecks(machine({ left: { events: ['dt_77_dtrace/BEGIN'], modules: [] } })),
      'leftovers',
      'probes',
    );
    expect(check.state).toBe('warn');
    expect(check.cure).toBe("as root: echo '-:dt_77_dtrace/BEGIN' >> /sys/kernel/tracing/uprobe_events");
  });

  test('where nobody could look, nothing is said to be clean', () => {
    for (const [root, uprobeEvents] of [
      [true, 'absent'],
      [false, 'absent'],
      [false, 'forbidden'],
    ] as const) {
      expect(find(machineChecks(machine({ root, uprobeEvents })), 'leftovers', 'probes').state).toBe('unknown');
    }
  });

  test("dtrace's library that does not compile is no obstacle, as pytrace tries again without it", () => {
    const said =
      'dtrace: invalid probe specifier BEGIN: "/usr/lib/dtrace/6.10/io.d", line 134: failed to resolve vmlinux`x: Unknown symbol name';
    const facts = machine({ library: { state: 'fails', said } });
    expect(find(machineChecks(facts), 'dtrace', 'library')).toMatchObject({
      state: 'ok',
      text: expect.stringContaining('starts dtrace again without it') as string,
    });
    expect(verdict(facts, null).ok).toBe(true);
    const other =
      'dtrace: invalid probe specifier BEGIN: "/usr/lib/dtrace/6.10/io.d", line 52: b_end_io is not a member of struct buffer_head';
    expect(find(machineChecks(machine({ library: { state: 'fails', said: other } })), 'dtrace', 'library').state).toBe(
      'ok',
    );
    expect(
      find(machineChecks(machine({ library: { state: 'fails', said: 'dtrace: boom\nmore' } })), 'dtrace', 'library'),
    ).toMatchObject({ state: 'warn', text: 'dtrace says: boom' });
  });

  test('lockdown: the level in brackets counts; a kernel without securityfs has none', () => {
    expect(lockdownLevel(machine())).toBe('none');
    expect(lockdownLevel(machine({ lockdown: { text: 'none [integrity] confidentiality' } }))).toBe('integrity');
    expect(lockdownLevel(machine({ lockdown: 'absent' }))).toBe('none');
    expect(lockdownLevel(machine({ lockdown: 'absent', fileSystems: new Set(['securityfs']) }))).toBe('unknown');
  });

  type Words = Readonly<Record<EngineId, string | null>>;
  const none: Words = { dtrace: null, bpftrace: null, stap: null };
  const all = (words: string): Words => ({ dtrace: words, bpftrace: words, stap: words });
  test.each<[string, Partial<MachineFacts>, Words]>([
    ['no debugfs', { mounts: [] }, { ...none, dtrace: 'debugfs' }],
    ['no modules', { modules: 'absent' }, { ...none, stap: 'no modules' }],
    ['modules switched off', { modulesDisabled: true }, { ...none, stap: 'switched off' }],
    ['Secure Boot', { lockdown: { text: 'none [integrity] confidentiality' } }, { ...none, stap: 'signed' }],
    [
      'confidentiality',
      { lockdown: { text: 'none integrity [confidentiality]' } },
      { ...all('confidentiality'), stap: 'signed' },
    ],
    [
      'a container that withholds capabilities',
      { capabilities: 0n },
      { ...all('CAP_SYS_ADMIN'), stap: 'CAP_SYS_MODULE' },
    ],
    ['a rootless container', { userNamespace: true }, all('user namespace')],
    ['no uprobes', { uprobeEventSource: false, uprobeEvents: 'absent' }, all('uprobes')],
    ['a kernel before 4.20', { refCounts: false }, { ...none, bpftrace: 'ref_ctr_offset' }],
  ])('%s', (_name, over, expected) => {
    for (const ability of abilities(machine(over))) {
      const words = expected[ability.id];
      if (words === null) expect(ability.obstacle).toBeNull();
      else expect(ability.obstacle?.cause).toContain(words);
    }
  });

  test('without root: sudo is offered where it is, and groups are enough for SystemTap', () => {
    const user = { root: false, uprobeEvents: 'forbidden' } as const;
    expect(verdict(machine({ ...user, sudo: '/usr/bin/sudo' }), python()).command).toBe('pytrace calls 4242 --sudo');
    expect(verdict(machine(user), python())).toMatchObject({
      ok: false,
      text: 'dtrace is here, but needs root. First: run pytrace as root.',
    });
    const group = machine({ ...user, stapGroups: { existing: [], ours: ['stapusr', 'stapdev'] } });
    expect(verdict(group, python()).text).toContain('with SystemTap, as far as can be seen without root');
  });

  test('a tracer that is not run as root, as a user can change it, is named beside the one that is, or in its stead', () => {
    const passedOver = { file: '/home/u/bin/bpftrace', place: '/home/u' };
    const words = '/home/u/bin/bpftrace is not run as root, as others than root can change /home/u';
    const beside = machineChecks(machine({ engines: [dtrace, { ...bpftrace, passedOver }, stap] }));
    expect(find(beside, 'bpftrace', 'installed')).toMatchObject({
      state: 'warn',
      text: `0.27.1 (/usr/bin/bpftrace); ${words}`,
    });
    const only = machineChecks(machine({ engines: [dtrace, { ...bpftrace, path: null, passedOver }, stap] }));
    expect(find(only, 'bpftrace', 'installed')).toMatchObject({
      state: 'no',
      text: 'bpftrace cannot be run as root from /home/u/bin/bpftrace, as others than root can change /home/u.',
      cure: 'install package bpftrace',
    });
  });

  test('an ordinary user is not told of the capabilities that root would lack', () => {
    const user = machine({ root: false, uprobeEvents: 'forbidden', capabilities: 0n, sudo: '/usr/bin/sudo' });
    expect(find(machineChecks(user), 'bpftrace', 'installed').state).toBe('ok');
  });
});

describe('process', () => {
  test('calls on 3.9', () => {
    const checks = targetChecks(python(), machine());
    expect(find(checks, 'probes', 'function-entry').state).toBe('ok');
    expect(find(checks, 'views', 'calls').state).toBe('ok');
    expect(find(checks, 'views', 'exactness').text).toContain('balance');
    expect(find(checks, 'tracers', 'dtrace').state).toBe('ok');
    expect(verdict(machine(), python())).toMatchObject({ ok: true, command: 'pytrace calls 4242' });
  });

  test('a Python without function probes is refused with the reason and the cure, and gc is still offered', () => {
    const facts = python({
      python: {
        ...python().target.python!,
        version: { major: 3, minor: 13, micro: 1 },
        elf: {
          ...python().target.python!.elf,
          probes: new Map([
            ['gc__start', 1],
            ['gc__done', 1],
          ]),
        },
      },
    });
    const checks = targetChecks(facts, machine());
    expect(find(checks, 'probes', 'function-entry')).toMatchObject({
      state: 'no',
      text: 'CPython 3.12 removed it, 3.15 brings it back',
    });
    expect(find(checks, 'views', 'top').cure).toContain('3.15 or later');
    expect(find(checks, 'views', 'calls').text).toBe('for the same reason as top');
    expect(find(checks, 'views', 'gc').state).toBe('ok');
    expect(verdict(machine(), facts)).toMatchObject({ ok: true, command: 'pytrace gc 4242' });
    expect(verdict(machine(), facts).text).toMatch(/^gc .*3\.15 or later/);
  });

  test('3.15 without its frames cannot be exact: only gc is offered', () => {
    const facts = python({ python: { ...python().target.python!, version: { major: 3, minor: 15, micro: 0 } } });
    expect(verdict(machine(), facts).command).toBe('pytrace gc 4242');
    expect(verdict(machine(), facts).text).toContain('do not balance');
  });

  test('a replaced executable: the reason stands at the file and at each tracer', () => {
    const checks = targetChecks(python({ exeDeleted: true }), machine());
    expect(find(checks, 'process 4242', 'on disk').cure).toBe('restart the process');
    expect(find(checks, 'tracers', 'dtrace')).toMatchObject({ state: 'no', cure: 'restart that process' });
    expect(verdict(machine(), python({ exeDeleted: true })).ok).toBe(false);
  });

  describe('objects, where dtrace is the only tracer', () => {
    const alone = machine({ engines: [dtrace, { ...stap, path: null }] });

    test('needs --allow-ptrace, and says what it refuses', () => {
      const facts = { ...python(), threads: 1 };
      const check = find(targetChecks(facts, alone), 'views', 'objects');
      expect(check).toMatchObject({
        state: 'warn',
        cure: 'add --allow-ptrace, or use bpftrace or SystemTap, which do without',
      });
      expect(check.text).toMatch(/dtrace must hold the process by ptrace.* a process of several threads is refused\.$/);
      expect(verdict(alone, facts)).toMatchObject({
        ok: true,
        text: 'top, calls and gc work here on process 4242 with dtrace, and objects with --allow-ptrace: run `pytrace calls 4242`.',
      });
    });

    test('is refused for a process of several threads', () => {
      const check = find(targetChecks(python(), alone), 'views', 'objects');
      expect(check).toMatchObject({ state: 'no', cure: 'use bpftrace or SystemTap, which do without' });
      expect(check.text).toMatch(/\(--allow-ptrace\), which is refused where there are several threads, here 3\.$/);
      expect(verdict(alone, python()).text).toMatch(/^top, calls and gc work here .* For objects dtrace must hold/);
    });

    test('works as it is with SystemTap; without any tracer the line of each tracer says why', () => {
      expect(find(targetChecks(python(), machine()), 'views', 'objects').state).toBe('ok');
      expect(verdict(machine({ engines: [stap] }), python()).text).toMatch(
        /^top, calls, gc and objects work here on process 4242 with SystemTap:/,
      );
      const none = machine({ engines: [dtrace, stap].map((engine) => ({ ...engine, path: null })) });
      expect(find(targetChecks(python(), none), 'views', 'objects').state).toBe('ok');
    });
  });

  test('each view is told with the tracer that auto takes for it', () => {
    expect(verdict(machine(), python())).toMatchObject({
      ok: true,
      text: 'top, gc and objects work here on process 4242 with bpftrace, calls with dtrace: run `pytrace calls 4242`.',
    });
    const check = find(targetChecks(python(), machine()), 'views', 'gc');
    expect(check).toMatchObject({ state: 'ok', text: 'its probes are here, and bpftrace traces it' });
  });

  test('a view that no tracer here is good enough for is refused, and the others work', () => {
    const old = machine({ engines: [{ ...bpftrace, version: '0.17.0' }] });
    expect(verdict(old, python()).text).toMatch(/^top, calls, gc and objects work here/);
    const facts = python({
      python: { ...python().target.python!, version: { major: 3, minor: 15, micro: 2 } },
      frames: {} as FrameLayout,
    });
    const check = find(targetChecks(facts, old), 'views', 'top');
    expect(check.state).toBe('no');
    expect(check.cure).toMatch(/install 0\.22 or later/);
    const { ok, text } = verdict(old, facts);
    expect(ok).toBe(true);
    expect(text).toMatch(
      /^calls, gc and objects work here on process 4242 with bpftrace: run `pytrace calls 4242`\. bpftrace 0\.17\.0 keeps/,
    );
  });

  test('in a PID namespace only a bpftrace that knows of them is offered, and nothing is said of what others left', () => {
    const nested = (engine: EngineFacts): EngineFacts => ({ ...engine, host: { ...engine.host, nestedPids: true } });
    const inside = (version: string): MachineFacts =>
      machine({
        engines: [nested(dtrace), nested({ ...bpftrace, version }), nested(stap)],
        left: { events: null, modules: [] },
      });
    const checks = [...machineChecks(inside('0.27.1')), ...targetChecks(python(), inside('0.27.1'))];
    expect(find(checks, 'dtrace', 'namespace')).toMatchObject({
      state: 'no',
      cure: expect.stringContaining('bpftrace') as string,
    });
    expect(find(checks, 'SystemTap', 'namespace').state).toBe('no');
    expect(find(checks, 'leftovers', 'probes').state).toBe('unknown');
    expect(find(checks, 'tracers', 'dtrace')).toMatchObject({ state: 'no' });
    expect(find(checks, 'tracers', 'bpftrace').state).toBe('ok');
    expect(verdict(inside('0.27.1'), python()).text).toMatch(/^top, calls, gc and objects work here .* with bpftrace:/);
    expect(verdict(inside('0.17.0'), python())).toMatchObject({
      ok: false,
      text: expect.stringContaining('PID namespace') as string,
    });
    expect(verdict(inside('0.27.1'), python({ pidInside: 3 })).ok).toBe(false);
  });

  test('a process with ids or a root of its own is said to have them', () => {
    const alike = targetChecks(python(), machine());
    expect(find(alike, 'process 4242', 'process ids').state).toBe('ok');
    expect(find(alike, 'process 4242', 'root directory').state).toBe('ok');
    const facts = python({ pidInside: 3, otherRoot: '/srv/jail' });
    const checks = targetChecks(facts, machine());
    expect(find(checks, 'process 4242', 'process ids')).toMatchObject({ state: 'warn' });
    expect(find(checks, 'process 4242', 'process ids').text).toContain('process 3');
    expect(find(checks, 'process 4242', 'root directory').text).toContain('chroot to /srv/jail');
    expect(find(checks, 'tracers', 'bpftrace')).toMatchObject({ state: 'no' });
    expect(find(checks, 'tracers', 'dtrace').state).toBe('ok');
    expect(verdict(machine(), facts).text).toMatch(/^top, calls and gc work here .* with dtrace/);
  });

  test('a process that cannot run is said to stand still, and who holds it', () => {
    const running = targetChecks(python(), machine()).filter(({ name }) => name === 'running');
    expect(running).toEqual([]);
    const stopped: TargetFacts = { ...python(), standing: { stopped: 'signal', holder: null } };
    expect(find(targetChecks(stopped, machine()), 'process 4242', 'running')).toEqual({
      area: 'process 4242',
      name: 'running',
      state: 'warn',
      text: 'it is stopped by a signal (SIGSTOP or Ctrl-Z)',
      cure: 'kill -CONT 4242 lets it go on',
    });
    expect(verdict(machine(), stopped)).toMatchObject({
      ok: true,
      text: expect.stringMatching(/ Process 4242 is stopped by a signal/) as string,
    });
    const held: TargetFacts = { ...python(), standing: { stopped: null, holder: { pid: 12, name: 'strace' } } };
    expect(verdict(machine(), held).text).toContain('held by strace (pid 12)');
  });

  test('hostile names cannot write to the terminal', () => {
    const facts = python({
      command: ['py\u001b[2J', 'a\nb\u202e'],
      exe: '/tmp/\u001b]0;x\u0007',
      otherRoot: '/\u001b[2Jx',
    });
    const form: TextForm = { width: 60, ascii: true, paint: (_mark, text) => text };
    const text = checkLines(targetChecks(facts, machine()), form).join('\n');

    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe('text', () => {
  const form: TextForm = { width: 50, ascii: true, paint: (_mark, text) => text };
  const checks: Check[] = [
    { area: 'kernel', name: 'uprobes', state: 'ok', text: 'the kernel has them', cure: '' },
    {
      area: 'kernel',
      name: 'debugfs',
      state: 'no',
      text: 'not mounted at /sys/kernel/debug, where dtrace looks for it',
      cure: 'mount -t debugfs none /sys/kernel/debug',
    },
    { area: 'dtrace', name: 'library', state: 'unknown', text: 'only root can try it', cure: '' },
  ];

  test('aligned, with words, wrapped at the width', () => {
    expect(checkLines(checks, form).join('\n')).toMatchInlineSnapshot(`
      "kernel
        ok    uprobes  the kernel has them
        no    debugfs  not mounted at /sys/kernel/debug,
                       where dtrace looks for it
                       -> mount -t debugfs none
                          /sys/kernel/debug

      dtrace
        ?     library  only root can try it"
    `);
  });

  test('no line is wider than the terminal, however narrow', () => {
    for (const width of [24, 30, 40, 80, 120]) {
      for (const line of checkLines(checks, { ...form, width })) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test('a word that is longer than a line is broken', () => {
    expect(wrap('see /a/very/long/path/to/something now', 10)).toEqual([
      'see',
      '/a/very/lo',
      'ng/path/to',
      '/something',
      'now',
    ]);
  });

  test('sentences are split into cause and cure', () => {
    expect(causeAndCure('dtrace is not installed; install package dtrace.')).toEqual({
      cause: 'dtrace is not installed.',
      cure: 'install package dtrace',
    });
    expect(causeAndCure('All is lost.')).toEqual({ cause: 'All is lost.', cure: '' });
  });
});

describe("the kernel's lists", () => {
  test('events of dead dtraces, and no others', () => {
    const text =
      'p:dt_5_dtrace/BEGIN /usr/lib/libdtrace.so:0x1\np:dt_6_dtrace/END /usr/lib/libdtrace.so:0x2\np:mine/BEGIN /bin/x:0x3\n';
    expect(deadEvents(text, (pid) => pid === 6)).toEqual(['dt_5_dtrace/BEGIN']);
  });

  test('an event whose name would break out of the command is not repeated', () => {
    expect(deadEvents("p:dt_5_x/a';rm /bin/x:0x3\n", () => false)).toEqual([]);
  });

  test('modules that a live stap holds are left alone', () => {
    expect(idleModules('stap_1a_9 1 2 - Live 0x0\nstap_2b_7 1 0 - Live 0x0\next4 1 0 - Live 0x0\n')).toEqual([
      'stap_2b_7',
    ]);
  });

  test('mounts', () => {
    expect(parseMounts('none /sys/kernel/debug debugfs rw 0 0\n')).toEqual([
      { folder: '/sys/kernel/debug', type: 'debugfs' },
    ]);
  });
});

describe('greenlets', () => {
  const said = (over: Partial<Target>): string | undefined =>
    targetChecks(python(over), machine()).find(({ name }) => name === 'greenlets')?.text;

  test('are told of only where greenlet is loaded, with what that means for callers', () => {
    expect(said({})).toBeUndefined();
    expect(said({ greenlets: true })).toContain('frames cannot be read: callers in `calls` are ?');
    const stack = { cframe: null, owner: 0, codeFlags: 36, code: { firstLine: 40 } } as never;
    expect(said({ greenlets: true, stack })).toContain('`calls` tells callers by their frames');
    expect(said({ greenlets: true, stack })).toContain('`top` cannot tell callers');
  });
});
