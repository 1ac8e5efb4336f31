import { describe, expect, it } from 'vitest';
import { fakeEngine, fakeHost, fakeRequest } from '../../test/fakes/request.js';
import { stap, stapLiteral } from './stap.js';

describe('command', () => {
  it('is options, script, ELF file, and leaves empty filters out', () => {
    const { args, env } = stap.command(fakeEngine('stap'), fakeRequest());
    expect(env).toEqual({ LC_ALL: 'C' });
    expect(args.slice(-2)).toEqual([expect.stringMatching(/\/scripts-stp\/calls\.stp$/), '/usr/bin/python3.15']);
    expect(args).toContain('-v');
    expect(args.slice(args.indexOf('-x'), args.indexOf('-x') + 2)).toEqual(['-x', '4321']);
    const globals = args.filter((_, i) => args[i - 1] === '-G');
    expect(globals).toEqual([
      'thread=0',
      'min_ns=0',
      'depth_limit=0',
      'main_interpreter=0',
      'holder=0',
      'current_frame=0',
      'previous=0',
      'executable=0',
      'owner=0',
      'code_flags=0',
      'cframe=0',
    ]);
  });

  it('only differs in -x and -G between runs, so that the compiled module is found again', () => {
    const key = (args: readonly string[]): string[] =>
      args.filter((arg, i) => !/^-[xG]$/.test(arg) && !/^-[xG]$/.test(args[i - 1] ?? ''));
    const one = stap.command(fakeEngine('stap'), fakeRequest());
    const two = stap.command(fakeEngine('stap'), fakeRequest({ functionHas: 'main', depth: 3 }, { pid: 99 }));
    expect(two.args).toContain('function_has=main');
    expect(key(two.args)).toEqual(key(one.args));
  });

  it('names the folder of the debug file, and leaves out what is for dtrace alone', () => {
    const { env } = stap.command(fakeEngine('stap'), fakeRequest(), { debug: '/tmp/pytrace-x' });
    expect(env).toEqual({ LC_ALL: 'C', SYSTEMTAP_DEBUGINFO_PATH: '/tmp/pytrace-x' });
    const parameters = [
      { name: 'thread', value: 1 },
      { name: 'unused', value: 2, engine: 'dtrace' as const },
    ];
    const { args } = stap.command(fakeEngine('stap'), { ...fakeRequest(), parameters });
    expect(args.filter((_, i) => args[i - 1] === '-G')).toEqual(['thread=1']);
    expect(args).not.toContain('-DMAXACTION=10000000');
  });

  it('raises the limits of scripts that print sums', () => {
    const parameters = [{ name: 'interval_ms', value: 1000 }];
    const { args } = stap.command(fakeEngine('stap'), { ...fakeRequest(), parameters });
    expect(args).toContain('-DMAXACTION=10000000');
    expect(args).toContain('-DMAXTRYLOCK=1000000');
  });

  it('lets every -G through the safety pattern of stap 5.6', () => {
    const hostile = ['"', '', ' ', '%{ }%', 'a=b', '$x', '-', '/srv/app/x.py', 'é', '\n'];
    for (const text of hostile) {
      const { args } = stap.command(
        fakeEngine('stap'),
        fakeRequest({ functionHas: text, fileHas: text, thread: -1, minDurationNs: 1e30 }),
      );
      for (const [i, arg] of args.entries())
        if (args[i - 1] === '-G') expect(arg).toMatch(/^[a-z_][a-z0-9_]*=[a-z0-9_.-]+$/i);
    }
  });
});

it('takes the longest piece that stap accepts', () => {
  expect(stapLiteral('/srv/site-packages/x.py')).toBe('site-packages');
  expect(stapLiteral('<module>')).toBe('module');
  expect(stapLiteral('""')).toBe('');
  expect(stapLiteral('123')).toBe('123');
});

it('objects with a cure', () => {
  const objection = (changes: Parameters<typeof fakeHost>[0]): string | null =>
    stap.objection(fakeEngine('stap', 'good', fakeHost(changes)), fakeRequest());
  expect(objection({})).toBeNull();
  expect(objection({ platform: 'darwin' })).toMatch(/Linux only/);
  expect(objection({ kernelHeaders: false })).toMatch(/\/lib\/modules\/7\.2\.13\/build.*linux-headers-7\.2\.13/);
  expect(objection({ kernelHeaders: false, family: 'fedora' })).toMatch(/kernel-devel-7\.2\.13/);
  expect(objection({ missingTools: ['gcc', 'make'] })).toMatch(/install gcc and make/);
  expect(stap.objection({ ...fakeEngine('stap'), path: null }, fakeRequest())).toMatch(/install package systemtap/);
  expect(
    stap.objection(fakeEngine('stap'), fakeRequest({}, { elfVisibleHere: false, otherRoot: '/srv/jail' })),
  ).toMatch(/chroot/);
  expect(objection({ nestedPids: true })).toMatch(/PID namespace .*; use bpftrace/);
});

describe('message', () => {
  const noise = [
    'WARNING: Kernel function symbol table missing [man warning::symbols]',
    "WARNING: missing unwind/symbol data for module '/proc/5/exe'",
    'Tip: /usr/share/doc/systemtap/README.Debian should help you get started.',
    'WARNING: Number of errors: 3, skipped probes: 0',
    'Pass 5: run completed in 10usr/30sys/1500real ms.',
    '',
  ];
  for (const line of noise) it(`noise: ${line}`, () => expect(stap.message(line)).toEqual({ kind: 'noise' }));

  const losses: readonly (readonly [string, string, number])[] = [
    ['WARNING: Number of errors: 0, skipped probes: 42', 'skipped probes', 42],
    ['WARNING: There were 1204 transport failures.', 'transport failures', 1204],
    [
      "ERROR: read fault [man error::fault] at 0x7b near identifier '@cast' at calls.stp:1:1",
      'probe errors: read fault',
      1,
    ],
    [
      'ERROR: user string copy fault -14 at 0000000000000000 [man error::fault]',
      'probe errors: user string copy fault',
      1,
    ],
    ["ERROR: Array overflow, check MAXMAPENTRIES near identifier 'x'", 'probe errors: Array overflow', 1],
  ];
  for (const [line, cause, count] of losses) {
    it(line, () => expect(stap.message(line)).toEqual({ kind: 'loss', cause, count }));
  }

  it('progress', () => {
    expect(stap.message('Pass 4: using cached /root/.systemtap/cache/b6/stap_x.ko')).toMatchObject({
      kind: 'progress',
      phase: 'arm',
    });
    expect(stap.message('Pass 3: using cached /root/.systemtap/cache/b6/stap_x.c')).toMatchObject({
      kind: 'progress',
      phase: 'compile',
    });
  });

  const failures: readonly (readonly [string, RegExp])[] = [
    ['Pass 2: analysis failed.  [man error::pass2]', /cannot use the script: analysis failed in pass 2/],
    ['Pass 4: compilation failed.  [man error::pass4]', /too old for the running kernel/],
    ['Pass 5: run failed.  [man error::pass5]', /could not run its kernel module/],
    ['semantic error: no match (similar marks: audit, gc__done)', /similar marks: audit/],
    [
      'ERROR: probe overhead (550000000 cycles) exceeded threshold (500000000 cycles) in last 1000000000 cycles',
      /too much of a CPU/,
    ],
    ['ERROR: Skipped too many probes, check MAXSKIPPED or try again with stap -t for more details.', /skip too many/],
    ['You are trying to run systemtap as a normal user.', /needs root.*stapusr and stapdev/],
    ['Checking "/lib/modules/6.18/build/.config" failed with error: No such file or directory', /headers/],
    ["ERROR: Couldn't insert module '/tmp/stap/stap_x.ko': Operation not permitted", /Secure Boot/],
    ["ERROR: Safety pattern mismatch for -G parameter ('a=\"' vs. 'x') rc=1", /refuses one of pytrace's arguments/],
  ];
  for (const [line, sentence] of failures) {
    it(line, () =>
      expect(stap.message(line)).toMatchObject({
        kind: 'failure',
        sentence: expect.stringMatching(sentence) as string,
      }),
    );
  }

  it('leaves compiler errors as they are', () => {
    const text = "calls_src.c:97:3: error: too many arguments to function 'uprobe_unregister'";
    expect(stap.message(text)).toEqual({ kind: 'other', text });
  });
});
