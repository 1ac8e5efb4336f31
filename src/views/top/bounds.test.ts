import { describe, expect, it } from 'vitest';
import { MAX_FUNCTIONS, MAX_KEYS } from './functions.js';
import { MAX_ROWS } from './snapshot.js';
import { MAX_PAIRS, MAX_TIDS } from './tables.js';
import { TopSession } from './top-session.js';

function fed(lines: readonly string[]): TopSession {
  const session = new TopSession({ function: '', file: '', interval: 1 });
  const text = ['H\t1\t1000\t1\ttop\tdtrace', 'A\t1000', 'N\t7\t1\tf\t/a.py', ...lines, 's\t2000000000', ''].join('\n');
  session.push(Buffer.from(text));
  return session;
}
const many = (count: number, line: (i: number) => string): string[] =>
  ['S\t2000000000'].concat(Array.from({ length: count }, (_, i) => line(i + 1)));

describe('the tables of top', () => {
  it('have so many functions, and one that stands for the others', () => {
    const beyond = 100;
    const names = Array.from({ length: MAX_FUNCTIONS + beyond }, (_, i) => `N\t${i + 10}\t1\tf${i}\t/a.py`);
    const session = fed([...names, ...many(MAX_FUNCTIONS + beyond, (i) => `F\t${i + 9}\t2\t1\t1\t2\t1`)]);
    const { functions, calls } = session.tables;
    expect(functions.count).toBe(MAX_FUNCTIONS + 1);
    expect(functions.folded).toBe(beyond + 1);
    // No call is missing.
    expect(calls).toBe(2 * (MAX_FUNCTIONS + beyond));
    expect(session.quality).toBe('partial');
  });

  it('have so many addresses, threads and durations, and count what has no room', () => {
    const threads = fed(many(MAX_PAIRS + 50, (i) => `U\t${i}\t7\t1\t1`)).tables;
    expect([threads.tids.size, threads.inThreads.count, threads.noRoom]).toEqual([MAX_TIDS, 2 * MAX_PAIRS, 50]);
    const addresses = fed(many(MAX_KEYS + 50, (i) => `F\t${i + 100}\t1\t1\t1\t1\t1`));
    expect(addresses.tables.functions.noRoom).toBe(51);
    expect(addresses.quality).toBe('partial');
    expect(fed(many(MAX_ROWS + 9, () => 'F\t7\t1\t1\t1\t1\t1')).noRoom).toBe(9);
  });
});
