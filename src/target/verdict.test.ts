import { describe, expect, test } from 'vitest';
import type { FrameLayout, ProbeName, Target } from './target.js';
import { entryNeedsLine, viewNeedsLine, viewVerdict, workingViews } from './verdict.js';

const OLD: ProbeName[] = [
  'function__entry',
  'function__return',
  'line',
  'gc__start',
  'gc__done',
  'import__find__load__start',
  'audit',
];
const RESTORED = OLD.filter((name) => name !== 'line');
const REDUCED: ProbeName[] = ['gc__start', 'gc__done', 'import__find__load__start', 'audit'];
const FRAMES: FrameLayout = {
  mainInterpreter: 1n,
  gilHolder: 1,
  currentFrame: 1,
  previous: 1,
  executable: 0,
  owner: 1,
  codeFlags: 48,
};

function target(
  minor: number,
  probes: readonly ProbeName[],
  more: { frames?: FrameLayout | null; freeThreaded?: boolean; micro?: number } = {},
): Target {
  const elf = {
    path: '/usr/bin/python3',
    readPath: '/proc/1/exe',
    kind: 'executable',
    probes: new Map(probes.map((name) => [name, 1])),
  } as const;
  return {
    pid: 1,
    startTime: 1,
    uid: 0,
    command: [],
    exe: elf.path,
    exeDeleted: false,
    python: { version: { major: 3, minor, micro: more.micro ?? 2 }, elf, freeThreaded: more.freeThreaded ?? false },
    elfVisibleHere: true,
    sameMountNamespace: true,
    frames: more.frames ?? null,
  };
}

const functionProbes = (of: Target) => viewVerdict(of, 'calls');

test.each([6, 9, 10, 11])('3.%i with probes traces calls', (minor) => {
  expect(functionProbes(target(minor, OLD))).toEqual({ ok: true });
});

test('3.15 needs its frames', () => {
  expect(functionProbes(target(15, RESTORED, { frames: FRAMES }))).toEqual({ ok: true });
  const verdict = functionProbes(target(16, RESTORED));
  expect(verdict).toMatchObject({ ok: false, works: ['gc'] });
});

describe('why not', () => {
  const sentence = (of: Target, view: Parameters<typeof viewVerdict>[1] = 'calls'): string => {
    const verdict = viewVerdict(of, view);
    return verdict.ok ? '' : verdict.sentence;
  };

  test.each([12, 13, 14])('3.%i', (minor) => {
    expect(sentence(target(minor, REDUCED))).toBe(
      `Python 3.${minor}.2 has no function probes: CPython 3.12 removed them (with PEP 669) and 3.15 brought them back. ` +
        'Its probes are gc, import and audit; for calls run the program with Python 3.15 or later, or with 3.10 or earlier.',
    );
    expect(workingViews(target(minor, REDUCED))).toEqual(['gc']);
  });

  test('3.11, whose entries need the line probe: not where that is reported to crash, nor where there is none', () => {
    const of = target(11, OLD);
    expect(entryNeedsLine(of)).toBe(true);
    expect(['calls', 'top', 'gc', 'objects'].filter((view) => viewNeedsLine(of, view))).toEqual(['calls', 'top']);
    expect(viewNeedsLine(target(10, OLD), 'calls')).toBe(false);
    expect(workingViews(of)).toEqual(['calls', 'top', 'gc', 'lines']);
    for (const micro of [0, 1]) {
      const crashes = target(11, OLD, { micro });
      expect(sentence(crashes)).toMatch(
        /^Python 3\.11\.\d fires .* seen to crash 3\.11\.0.*; for calls run .* 3\.11\.2/,
      );
      expect(sentence(crashes, 'top')).toBe(sentence(crashes));
      expect(workingViews(crashes)).toEqual(['gc', 'lines']);
    }
    expect(sentence(target(11, RESTORED))).toMatch(/line probe is enabled too, and this build has none/);
  });

  test('a build without probes', () => {
    expect(sentence(target(9, []))).toMatch(/built without probes.*--with-dtrace/);
    expect(workingViews(target(9, []))).toEqual([]);
  });

  test('free-threaded', () => {
    expect(sentence(target(15, RESTORED, { freeThreaded: true }))).toMatch(
      /^Python 3\.15\.2t is a free-threaded build/,
    );
  });

  test('other views', () => {
    expect(sentence(target(15, RESTORED), 'objects')).toMatch(/no probes for instances/);
    expect(sentence(target(15, RESTORED), 'lines')).toMatch(/no line probe/);
    expect(sentence(target(9, ['audit']), 'gc')).toMatch(/Its only probe is audit/);
    expect(sentence({ ...target(9, OLD), python: null })).toMatch(/no CPython process/);
  });
});
