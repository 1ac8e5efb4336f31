import { readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Session } from '../models/session.js';
import { readAbout } from '../wire/recording.js';
import { demo, describeRecording, obstacleToLive, RECORDING, WORKLOAD } from './demo.js';
import { inspectFile, type InstalledPython } from './demo-python.js';
import { parseOptions } from './options.js';
import { playRecording } from './play.js';
import { sessionFilters } from './prepare.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the bundled recording', () => {
  test('is whole, small, and of the workload as it stands', async () => {
    expect(statSync(RECORDING).size).toBeLessThan(1_500_000);
    const about = readAbout(RECORDING);
    expect(about.command.at(-1)).toMatch(/demo\/workload\.py$/);
    const session = new Session(sessionFilters(parseOptions({})));
    const played = await playRecording(
      RECORDING,
      session,
      Infinity,
      () => undefined,
      () => false,
    );
    expect(played).toEqual({ whole: true, sentence: '', reason: 'duration' });
    expect(session.lost).toBe(0);

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

  test('is described by its own header', () => {
    const about = readAbout(RECORDING);
    expect(describeRecording(about)).toBe(
      `What you see is a recording of a real trace of workload.py under Python ${about.python}, made with ${about.engine} ${about.engineVersion} on ${about.startedAt.slice(0, 10)}.`,
    );
  });

  test('is printed as a tree of the program alone, where there is no screen, and said to be a recording', async () => {
    let out = '';
    let err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text, done?: unknown) => {
      out += String(text);
      if (typeof done === 'function') (done as () => void)();
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    });
    expect(await demo(parseOptions({}), true)).toBe(0);
    expect(err).toContain('this is not live');
    expect(err).toContain('a recording of a real trace of workload.py');
    expect(out).toMatch(/tax_of {2}\S+workload\.py:\d+/);
    expect(out).not.toContain('importlib');
  });
});

describe('live or not', () => {
  const python = {} as InstalledPython;
  const missing = { cause: 'dtrace is not installed.', cure: 'install it' };

  test('each reason is one sentence', () => {
    expect(obstacleToLive(null, [])).toContain('No Python with function probes');
    expect(obstacleToLive(python, [{ id: 'dtrace', obstacle: missing, rights: 'enough' }])).toBe(
      'Neither dtrace nor SystemTap is installed, so this is not live; pytrace doctor says more',
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
