import { expect, it } from 'vitest';
import { CallsSession } from './calls-session.js';

it('gives a frame no time that events tell of which still wait to be put in order', () => {
  const session = new CallsSession();
  const at = (ms: number) => String(1_000_000_000 + ms * 1e6);
  session.push(
    Buffer.from(
      [
        `H\t1\t${at(0)}\t1\tcalls\tdtrace`,
        `A\t${at(0)}`,
        `E\t${at(0)}\t1\t1\t0\t0\tf\ta`,
        `E\t${at(900)}\t1\t5\t0\t0\tg\ta`,
        '',
      ].join('\n'),
    ),
  );
  // f has been put in order, g waits: f ran until then, and not until now.
  const { nodes } = session.picture(1000e6);
  const self = Array.from({ length: nodes.count }, (_, node) => nodes.self[node]);
  expect(session.picture(1000e6).now).toBe(900e6);
  expect(Math.max(...self)).toBeLessThanOrEqual(900e6);
});
