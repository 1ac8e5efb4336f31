import { describe, expect, it } from 'vitest';
import { CallsSession } from './calls-session.js';
import { MAX_CAUSES, MAX_THREAD_NAMES } from './session.js';

function fed(lines: readonly string[]): CallsSession {
  const session = new CallsSession();
  session.push(Buffer.from(`H\t1\t1000\t1\tcalls\tdtrace\nA\t1000\n${lines.join('\n')}\n`));
  return session;
}

describe('what a session keeps of a stream without end', () => {
  it('are the names of the threads that came last, and how many made room for them', () => {
    const count = 3 * MAX_THREAD_NAMES;
    const session = fed(Array.from({ length: count }, (_, i) => `T\t${i + 1}\t0\tthread ${i + 1}`));
    expect(session.threadNames.size).toBeLessThanOrEqual(MAX_THREAD_NAMES);
    expect(session.threadNames.get(count)).toBe(`thread ${count}`);
    expect(session.threadNames.size + session.forgottenNames).toBe(count);
  });

  it('are so many causes of loss, and the sum of all', () => {
    const count = 10 * MAX_CAUSES;
    const session = fed(Array.from({ length: count }, (_, i) => `L\t2\tcause ${i}`));
    expect(session.losses.size).toBe(MAX_CAUSES + 1);
    expect(session.losses.get('(others)')).toBe(2 * (count - MAX_CAUSES));
    expect(session.foldedCauses).toBe(count - MAX_CAUSES);
    expect(session.lost).toBe(2 * count);
    expect(session.quality).toBe('partial');
  });

  it('is no more of a cause than a sentence', () => {
    expect([...fed([`L\t1\t${'x'.repeat(50_000)}`]).losses.keys()][0].length).toBeLessThan(1000);
  });
});
