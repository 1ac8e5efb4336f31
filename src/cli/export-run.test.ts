import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pieces } from '../export/pieces.js';
import { exportRun } from './export-run.js';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'pytrace-run-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const choice = (extension: string, pieces: () => Pieces) => ({ extension, about: `a ${extension}`, pieces });
const context = (signal: AbortSignal, progress: (text: string) => void = () => undefined) => ({
  ...{ view: 'calls', lines: [], signal, progress },
});
const never = new AbortController().signal;
const exported = (...choices: ReturnType<typeof choice>[]) => ({
  name: join(folder, 'x'),
  title: 'calls of 1',
  choices,
});
function* full(): Pieces {
  yield 'x'.repeat(200_000);
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
}

describe('an export', () => {
  it('writes each form, and says where', async () => {
    const told: string[] = [];
    const answer = await exportRun(
      exported(
        choice('.csv', () => ['a,', 'b\r\n']),
        choice('.txt', () => ['text\n']),
      ),
      context(never, (text) => told.push(text)),
    );
    expect(answer.show?.lines).toEqual([join(folder, 'x.csv'), '    a .csv', join(folder, 'x.txt'), '    a .txt']);
    expect(answer.say).toMatch(/^2 files were written to /);
    expect(readFileSync(join(folder, 'x.csv'), 'latin1')).toBe('a,b\r\n');
    expect(readdirSync(folder)).toEqual(['x.csv', 'x.txt']);
    expect(told[0]).toBe('writing file 1 of 2, csv: 0');
  });

  it('shows no file before all are written, and leaves none when it is called off', async () => {
    const abort = new AbortController();
    let seen: string[] = ['not looked'];
    function* endless(): Pieces {
      seen = readdirSync(folder).filter((name) => !name.endsWith('.part'));
      abort.abort();
      for (;;) yield 'x'.repeat(1000);
    }
    const answer = await exportRun(
      exported(
        choice('.csv', () => ['whole']),
        choice('.txt', endless),
      ),
      context(abort.signal),
    );
    expect(seen).toEqual([]);
    expect(answer).toEqual({ say: 'called off: no file was written' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells what could not be written, and why; what could is whole', async () => {
    writeFileSync(join(folder, 'x.json'), 'mine');
    const answer = await exportRun(
      exported(
        choice('.csv', full),
        choice('.json', () => ['theirs']),
        choice('.txt', () => ['text']),
      ),
      context(never),
    );
    expect(answer.show?.lines).toEqual([
      `${join(folder, 'x.csv')} could not be written: no space left on device`,
      `${join(folder, 'x.json')} is there already`,
      join(folder, 'x.txt'),
      '    a .txt',
    ]);
    expect(answer.say).toMatch(/^1 of 3 files were written to /);
    expect(readdirSync(folder)).toEqual(['x.json', 'x.txt']);
    expect(readFileSync(join(folder, 'x.json'), 'utf8')).toBe('mine');
  });
});
