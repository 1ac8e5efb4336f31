import { readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { capturedOutput } from '../../test/fakes/output.js';
import type { Session } from '../models/session.js';
import { ObjectsSession } from '../views/objects/objects-session.js';
import { loadViews, VIEWS } from '../views/registry.js';
import { readAbout } from '../wire/recording.js';
import { demo, describeRecording, obstacleToLive, RECORDING, tour, WORKLOAD } from './demo.js';
import { inspectFile, type InstalledPython } from './demo-python.js';
import { parseOptions } from './options.js';
import { playRecording } from './play.js';

await loadViews();

afterEach(() => {
  vi.restoreAllMocks();
});

/** A session of each view, as the screens open them. */
function sessions(): Map<string, Session> {
  const about = readAbout(RECORDING);
  const guide = tour(parseOptions({}));
  const moving = { now: () => 0, revision: () => 0, notice: () => '', marks: [] };
  return new Map(
    VIEWS.map((view) => [
      view.id,
      view.open({ options: guide.options(view), pid: about.pid, python: about.python, since: about.since, ...moving })
        .session,
    ]),
  );
}

const written = capturedOutput();

describe('the bundled recording', () => {
  test('is whole, small, and of the workload as it stands', async () => {
    expect(statSync(RECORDING).size).toBeLessThan(1_500_000);
    const about = readAbout(RECORDING);
    expect(about.command.at(-1)).toMatch(/demo\/workload\.py$/);
    const all = sessions();
    const played = await playRecording(
      RECORDING,
      all,
      'calls',
      Infinity,
      () => undefined,
      () => false,
    );
    expect(played).toEqual({ whole: true, sentence: '', reason: 'interrupted' });
    for (const [view, session] of all) {
      expect(session.lost, view).toBe(0);
      expect(session.accepted, view).toBeGreaterThan(20);
    }
    const { table } = all.get('objects') as ObjectsSession;
    const leak = table.names.findIndex(({ shown }) => shown === '__main__.Session');
    expect(table.created[leak]).toBeGreaterThan(200);
    expect(table.destroyed[leak]).toBe(0);

    // Each function in it is defined at that very line: else the workload was changed and not recorded anew.
    const source = readFileSync(WORKLOAD, 'utf8').split('\n');
    const seen = new Set<string>();
    for (const line of readFileSync(RECORDING, 'latin1').split('\n')) {
      const [kind, , , number, , , name, file] = line.replaceAll('\\0', '').split('\t');
      if (!/^[EG]$/.test(kind ?? '') || !file?.endsWith('workload.py') || name === '<module>' || Number(number) < 1)
        continue;
      if (!seen.has(name))
        expect(source[Number(number) - 1], `${name} (record anew: demo/record)`).toMatch(
          new RegExp(`^\\s*(def|class) ${name}\\b`),
        );
      seen.add(name);
    }
    for (const name of ['tax_of', 'count_products', 'as_lines', 'charge', '__init__', 'save_memory'])
      expect(seen).toContain(name);
  });

  test('is there at once in every view but the first, which plays as it happened', async () => {
    const all = sessions();
    let newest = 0;
    await playRecording(
      RECORDING,
      all,
      'calls',
      1,
      () => undefined,
      () => (newest = all.get('calls')!.newest) > 0,
    );
    for (const [view, { ended }] of all) expect(ended, view).toBe(view !== 'calls');
    expect(newest).toBeLessThan(4e9);
  });

  test('is described by its own header', () => {
    const about = readAbout(RECORDING);
    expect(describeRecording(about)).toBe(
      `What you see is a recording of a real trace of workload.py under Python ${about.python}, made with ${about.engine} ${about.engineVersion} on ${about.startedAt.slice(0, 10)}.`,
    );
  });

  test('is printed as a tree of the program alone, where there is no screen, and said to be a recording', async () => {
    expect(await demo({ recording: true })).toBe(0);
    expect(written.err).toContain('this is not live');
    expect(written.err).toContain('a recording of a real trace of workload.py');
    expect(written.out).toMatch(/tax_of {2}\S+workload\.py:\d+/);
    expect(written.out).not.toContain('importlib');
  });
});

describe('--view', () => {
  const shown = async (raw: Readonly<Record<string, unknown>>): Promise<string> => {
    written.out = '';
    expect(await demo({ recording: true, ...raw })).toBe(0);
    return written.out;
  };

  test('begins with that view', async () => {
    expect(await shown({ view: 'top' })).toMatch(/^# top of [^]*tax_of/);
    expect(await shown({ view: 'gc', json: true })).toMatch(/"type":"header".*"script":"gc"/);
    expect(await shown({ view: 'objects' })).toMatch(/__main__\.Session/);
    expect(await shown({})).toMatch(/CALL TREE/);
  });

  test('takes the forms of that view', async () => {
    await expect(demo({ recording: true, view: 'gc', output: 'tree' })).rejects.toThrow('must be list or table for gc');
  });
});

describe('live or not', () => {
  const python = {} as InstalledPython;
  const missing = { cause: 'dtrace is not installed.', cure: 'install it' };

  test('each reason is one sentence', () => {
    expect(obstacleToLive(null, [])).toContain('No Python with function probes');
    expect(obstacleToLive(python, [{ id: 'dtrace', obstacle: missing, rights: 'enough' }])).toBe(
      'Neither bpftrace nor dtrace nor SystemTap is installed, so this is not live; pytrace doctor says more',
    );
    expect(obstacleToLive(python, [{ id: 'dtrace', obstacle: null, rights: 'sudo' }])).toContain('sudo pytrace demo');
    expect(
      obstacleToLive(python, [
        { id: 'dtrace', obstacle: { cause: 'The kernel has no BPF.', cure: '' }, rights: 'enough' },
        { id: 'stap', obstacle: missing, rights: 'enough' },
      ]),
    ).toContain('The kernel has no BPF, so this is not live');
  });

  test('one engine that can and may is enough', () => {
    expect(
      obstacleToLive(python, [
        { id: 'dtrace', obstacle: missing, rights: 'enough' },
        { id: 'stap', obstacle: null, rights: 'enough' },
      ]),
    ).toBeNull();
  });

  test('what is no interpreter is not taken for one', () => {
    expect(inspectFile(WORKLOAD)).toBeNull();
    expect(inspectFile('/bin/sh')).toBeNull();
    expect(inspectFile('/nowhere/python3')).toBeNull();
  });
});
