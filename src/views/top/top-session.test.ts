import { describe, expect, it } from 'vitest';
import { TopSession } from './top-session.js';

const SUMS = [
  'N\t16\t5\tf\ta.py',
  'N\t32\t9\tg\ta.py',
  'N\t48\t19\th\ta.py',
  'S\t2000',
  'F\t16\t3\t500\t500\t3\t200',
  'K\t32\t16\t2\t300',
  'K\t48\t16\t1\t200',
  's\t2000',
  '',
];

function session(lines: readonly string[], countsOnly = false): TopSession {
  const made = new TopSession({ function: '', file: '', interval: 1, countsOnly });
  made.push(Buffer.from(['H\t1\t1000\t17\ttop\tdtrace', 'A\t1000', ...lines, ...SUMS].join('\n')));
  made.end();
  return made;
}

/** Of every function, who is told to have called it; -1 = not known. */
const callersOf = ({ tables }: TopSession): number[] =>
  tables.callers.flatMap((links) => links.filter((_, i) => i % 2 === 0));

describe('sums of a process with greenlets', () => {
  it('are PARTIAL, and tell no callers', () => {
    const doubted = session(['g\t0\t0\t0']);
    expect([doubted.quality, doubted.accepted]).toEqual(['partial', 3]);
    expect(doubted.partialReason).toContain('callers are not known');
    expect(callersOf(doubted)).toEqual([-1]);
    expect(session([]).quality).toBe('exact');
    expect(callersOf(session([]))).not.toContain(-1);
  });

  it('keep the callers that were told before greenlet was loaded, as sums cannot be taken back', () => {
    const late = session(['g\t0\t700\t1']);
    expect(late.quality).toBe('partial');
    expect(callersOf(late)).not.toContain(-1);
  });

  it('are exact where only calls are counted', () => {
    expect(session(['g\t0\t0\t0'], true).quality).toBe('exact');
  });
});
