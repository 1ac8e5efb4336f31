// The stream that benchmarks feed: what a script prints of a busy Python program. 201 functions, 8 threads that take
// turns at the interpreter's lock, calls nested up to 12 deep, a frame address on each line, a line each 3.3 us; and, as
// dtrace does it, the lines of two processors one after the other in each reading of their buffers.
import { writeFileSync } from 'node:fs';

const FUNCTIONS = 201;
const THREADS = 8;
const DEEPEST = 12;
const READING = 600;

/** Numbers that look random and are the same every time. */
export function randomNumbers(seed = 1) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const FILES = [
  '/srv/app/shop/cart.py',
  '/srv/app/shop/views.py',
  '/usr/lib/python3.15/json/decoder.py',
  '/srv/app/shop/money.py',
];
const WORDS = [
  'get',
  'render',
  'scan_once',
  'handle_request',
  '__init__',
  'quantize',
  'dispatch',
  'flush',
  'total',
  'walk',
];

function functions(random) {
  return Array.from({ length: FUNCTIONS }, (_, i) => ({
    names: `${WORDS[i % WORDS.length]}_${i}\\0\t${FILES[i % FILES.length]}\\0`,
    line: 1 + random(1500),
    // Mostly one thing, sometimes another; further down the program, so that there are leaves.
    callees: Array.from({ length: 1 + random(3) }, () => i + 4 + random(40)).filter((callee) => callee < FUNCTIONS),
  }));
}

/** Makes event lines, `count` at a time, for ever. `lines(count, nsPerLine)` goes on where the last one ended. */
export function makeStream(start = 5_000_000_000_000) {
  const random = randomNumbers();
  const all = functions(random);
  const called = new Set(all.flatMap(({ callees }) => callees));
  const roots = all.map((_, i) => i).filter((i) => !called.has(i));
  const threads = Array.from({ length: THREADS }, (_, i) => ({ tid: 4242 + i, stack: [] }));
  let ts = start;
  let thread = threads[0];
  let turn = 0;
  const frame = (depth) => 139_753_205_383_200 + (thread.tid - 4242) * 0x100000 + depth * 120;

  function event(step) {
    if (turn-- <= 0) {
      thread = threads[random(THREADS)];
      turn = 40 + random(400);
    }
    ts += 1 + random(2 * step);
    const { stack, tid } = thread;
    const depth = stack.length;
    const callees = depth === 0 ? roots : all[stack[depth - 1]].callees;
    const calls = depth === 0 || (depth < DEEPEST && callees.length > 0 && random(100) < 50);
    if (calls) {
      const fn = callees[depth > 0 && random(20) < 19 ? 0 : random(callees.length)];
      stack.push(fn);
      return `E\t${ts}\t${tid}\t${all[fn].line}\t${frame(depth + 1)}\t${depth === 0 ? 0 : frame(depth)}\t${all[fn].names}\n`;
    }
    const fn = stack.pop();
    return `R\t${ts}\t${tid}\t${all[fn].line + 3}\t${frame(depth)}\t0\t${all[fn].names}\n`;
  }

  return {
    header: `H\t1\t${start}\t1795248206093380431\tcalls\tdtrace\nA\t${start}\n`,
    lines(count, nsPerLine = 3300) {
      const parts = [];
      for (let left = count; left > 0; left -= READING) {
        const processors = ['', ''];
        for (let i = Math.min(left, READING); i > 0; i--) {
          const line = event(nsPerLine);
          processors[thread.tid & 1] += line;
        }
        parts.push(...processors);
      }
      return parts.join('');
    },
    /** Lines that leave all stacks empty, with times of 16 digits: they can be written again and again. */
    block(count, nsPerLine) {
      let text = this.lines(count, nsPerLine);
      for (const { tid, stack } of threads) {
        thread = threads[tid - 4242];
        while (stack.length > 0) {
          ts += 1000;
          const at = frame(stack.length);
          const fn = stack.pop();
          text += `R\t${ts}\t${tid}\t${all[fn].line + 3}\t${at}\t0\t${all[fn].names}\n`;
        }
      }
      return text.replace(/^([ER])\t(\d+)/gm, (_, kind, time) => `${kind}\t${time.padStart(16, '0')}`);
    },
    get now() {
      return ts;
    },
  };
}

/** Writes a stream of that many event lines to a file. */
export function writeStream(path, count) {
  const stream = makeStream();
  writeFileSync(path, stream.header);
  for (let left = count; left > 0; left -= 100_000)
    writeFileSync(path, stream.lines(Math.min(left, 100_000)), { flag: 'a' });
  writeFileSync(path, `Z\t${stream.now + 1}\t${count}\n`, { flag: 'a' });
}
