import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { capturedOutput } from '../../test/fakes/output.js';
import { BASE, ObjectsStream } from '../../test/fakes/objects-stream.js';
import { escapeField } from '../wire/escape.js';
import { RECORDING } from './demo.js';
import { replay } from './replay.js';

const folder = mkdtempSync(join(tmpdir(), 'pytrace-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = capturedOutput();

/** A recording that begins with one script and holds these lines. */
function recording(name: string, script: string, lines: readonly string[]): string {
  const about = {
    ...{ pytrace: '0.1.0', pid: 42, command: ['python3', 'shop.py'], exe: '/usr/bin/python3', python: '3.13.1' },
    ...{ engine: 'dtrace', engineVersion: '2.0.7', script, startedAt: '2026-01-02T03:04:05.000Z', since: 'launch' },
    filters: { thread: 0, functionGlob: '', fileGlob: '', minDurationNs: 0, depth: 0 },
  };
  const path = join(folder, name);
  writeFileSync(path, [`P\t1\t${escapeField(JSON.stringify(about))}`, ...lines, ''].join('\n'), 'latin1');
  return path;
}

const objects = (...before: string[]): string[] => {
  const stream = new ObjectsStream('objects-alloc', 'dtrace').arm();
  for (const line of before) stream.line(line);
  return [
    ...stream
      .snapshot(1, [[16, 5, 1]])
      .named(16, 'shop', 'Item')
      .end(2).lines,
    'Q\t0\tinterrupted',
  ];
};
const calls = [`H\t1\t${BASE}\t1793445600000000000\tcalls\tdtrace`, `A\t${BASE}`];
const gc = [`H\t1\t${BASE}\t1793445600000000000\tgc\tdtrace`, `A\t${BASE}`];
const end = [`Z\t${BASE + 9n}\t0`, 'Q\t0\tinterrupted'];

type Line = Readonly<Record<string, unknown>>;
const lines = (): Line[] =>
  written.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('the header of the JSON', () => {
  test('promises no more than what stands behind it in the recording keeps', async () => {
    expect(
      await replay(recording('unsure', 'objects-alloc', objects('y\tcreated\tnot seen')), { json: true }, false),
    ).toBe(0);
    expect(lines()[0]).toMatchObject({ type: 'header', script: 'objects-alloc', quality: 'partial' });
    expect(lines().at(-1)).toMatchObject({ type: 'end', partial: 'not seen' });
  });

  test.each<[string, string[], string]>([
    ['whole', objects(), 'exact'],
    ['lost', objects().flatMap((line) => (line.startsWith('Z') ? ['L\t3\tdrops', line] : [line])), 'partial'],
    ['cut', objects().slice(0, -1), 'partial'],
  ])('%s', async (name, stream, quality) => {
    await replay(recording(name, 'objects-alloc', stream), { json: true }, false);
    expect(lines()[0].quality).toBe(quality);
  });
});

describe('--view', () => {
  const both = () => recording('both', 'calls', [...calls, ...end.slice(0, 1), ...gc, ...end]);

  test('prints what the recording holds of it, headed by its name', async () => {
    expect(await replay(RECORDING, { json: true, view: 'gc' }, false)).toBe(0);
    expect(lines()[0]).toMatchObject({ type: 'header', script: 'gc' });
    expect(lines().at(-1)).toMatchObject({ type: 'end', reason: 'interrupted' });
    expect(lines().filter(({ type }) => type === 'gc').length).toBeGreaterThan(1);
    written.out = '';
    expect(await replay(RECORDING, { view: 'objects' }, false)).toBe(0);
    expect(written.out).toMatch(/^# objects of \d+ /);
    expect(written.out).toContain('__main__.Session');
    expect(written.err).not.toContain('pytrace:');
  });

  test('of which nothing was recorded is refused with those of which there is', async () => {
    await expect(replay(both(), { view: 'top' }, false)).rejects.toThrow(
      /^--view top: \S+both holds nothing of top; it holds calls and gc\.$/,
    );
    expect(written.out).toBe('');
  });

  test('takes the options and filters of that view', async () => {
    await expect(replay(both(), { view: 'gc', depth: '3' }, false)).rejects.toThrow(/^--depth: a recording of gc/);
    await expect(replay(both(), { view: 'gc', output: 'tree' }, false)).rejects.toThrow(/must be list or table for gc/);
  });

  test('that was changed to was not there from the launch', async () => {
    await replay(both(), { output: 'tree' }, false);
    expect(written.out).toContain('since the launch');
    written.out = '';
    await replay(
      recording('later', 'gc', [...gc, ...end.slice(0, 1), ...calls, ...end]),
      { view: 'calls', output: 'tree' },
      false,
    );
    expect(written.out).toContain('since the attach');
  });
});

test('a recording of a trace that never began is refused in one sentence', async () => {
  for (const stream of [[], ['Q\t0\tfailed-to-start'], [calls[0], 'Q\t0\tinterrupted']])
    await expect(replay(recording('nothing', 'calls', stream), {}, false)).rejects.toThrow(
      /nothing holds nothing: its trace ended before the probes were in place, so record again\.$/,
    );
});
