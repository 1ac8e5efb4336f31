import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeFunction } from './nodes.js';
import { CallsSession } from './calls-session.js';

/** `greenlets`: frames, and stacks that are switched within a thread. */
type Style = 'frames' | 'names' | 'greenlets';

/** Runs a random Python program and writes what its probes print, and keeps the tree that really was. */
class Program {
  readonly lines: string[] = [];
  /** path -> [calls, self, total] */
  readonly truth = new Map<string, [number, number, number]>();
  private clock = 5_000_000_000;
  private nextFrame = 0x7f0000000000;
  private emitted = 0;
  private readonly stacks: Live[][];
  private readonly suspended: Live[][];
  /** Of greenlets that wait, by thread. */
  private readonly waiting: Live[][][];
  /** The stack of a thread's last event; and since when another has been left. */
  private readonly last: (Live[] | undefined)[] = [];
  private readonly left = new Map<Live[], number>();
  private readonly freed: number[] = [];

  constructor(
    private readonly style: Style,
    readonly threads: number,
  ) {
    this.stacks = Array.from({ length: threads }, () => []);
    this.suspended = Array.from({ length: threads }, () => []);
    this.waiting = Array.from({ length: threads }, () => []);
    this.lines.push(`H\t1\t${this.clock}\t1700000000000000000\tcalls\tdtrace`, `A\t${this.clock}`);
    if (style === 'greenlets') this.lines.push('g\t1\t0\t0');
  }

  step(thread: number, op: number, fn: number, ns: number): void {
    const t = thread % this.threads;
    const stack = this.stacks[t];
    if (this.style === 'greenlets' && op > 11) {
      this.greenlets(t, op, fn);
      this.clock += ns;
      return;
    }
    switch (op % 7) {
      case 0:
      case 1:
        if (stack.length < 60) this.call(t, fn);
        break;
      case 2:
        if (stack.length > 0) this.leave(t);
        break;
      case 3: // a generator is made
        if (stack.length > 0 && this.suspended[t].length < 4) {
          const live = {
            fn: fn % 3,
            frame: this.frame(),
            generator: true,
            started: false,
            node: '',
            start: 0,
            children: 0,
          };
          this.touch(t);
          if (this.style !== 'names') this.event('C', t, defLine(live), live.frame + 1, this.top(t), live);
          this.suspended[t].push(live);
        }
        break;
      case 4: // next() on one
        this.resume(t, false);
        break;
      case 5: // throw() into one, at once: what runs before it is the caller's
        if (this.style !== 'greenlets') this.resume(t, true);
        break;
      default: // C() runs __init__ below a shim
        if (this.style !== 'names' && stack.length > 0 && !stack.at(-1)!.generator) this.shim(t);
    }
    this.clock += ns;
  }

  /** What switches: an event of another stack of the thread comes next. */
  private greenlets(t: number, op: number, fn: number): void {
    const waiting = this.waiting[t];
    const running = this.stacks[t];
    const other = op > 13 ? waiting.splice(fn % (waiting.length || 1), 1)[0] : [];
    if (other === undefined || (running.length === 0 && op !== 18) || waiting.length > 6) {
      if (other !== undefined && other.length > 0) waiting.push(other);
      return;
    }
    this.stacks[t] = other;
    if (op > 17) {
      // It is killed while it waits: all its frames return, and whoever killed it goes on.
      while (this.stacks[t] === other && other.length > 0) this.leave(t, true);
      this.stacks[t] = running;
      return;
    }
    waiting.push(running);
    if (op > 15) this.leave(t);
    else this.call(t, fn);
  }

  /** An event on a stack that was not that of the thread's last one: nothing on it has run meanwhile. */
  private touch(t: number): void {
    const stack = this.stacks[t];
    const last = this.last[t];
    if (last === stack) return;
    if (last !== undefined) this.left.set(last, this.clock);
    const since = this.left.get(stack);
    if (since !== undefined) for (const live of stack) live.start += this.clock - since;
    this.left.delete(stack);
    this.last[t] = stack;
  }

  finish(): void {
    for (let t = 0; t < this.threads; t++) while (this.stacks[t].length > 0) this.leave(t);
    this.lines.push(`Z\t${this.clock}\t${this.emitted}`, '');
  }

  private frame(): number {
    return this.freed.pop() ?? (this.nextFrame += 16);
  }
  private top(t: number): number {
    return this.stacks[t].at(-1)?.frame ?? 0;
  }

  private call(t: number, fn: number): void {
    const live = {
      fn: 3 + (fn % 5),
      frame: this.frame(),
      generator: false,
      started: true,
      node: '',
      start: 0,
      children: 0,
    };
    this.touch(t);
    this.event('E', t, defLine(live), live.frame, this.top(t), live);
    this.push(t, live, this.clock);
  }

  private shim(t: number): void {
    this.call(t, 1);
    this.clock += 7;
    this.leave(t);
    this.emitted++;
    this.lines.push(`R\t${this.clock}\t${100 + t}\t-1\t4242\t0\t__init__\\0\t__init__\\0`);
  }

  private resume(t: number, thrown: boolean): void {
    const live = this.suspended[t].at(-1);
    if (!live || this.stacks[t].length === 0) return;
    if (thrown && (this.style === 'names' || !live.started || this.justLeft !== this.lines.length)) return;
    this.suspended[t].pop();
    // At once: nothing has happened since, so the clock can be put back.
    if (thrown) this.clock = this.leftAt;
    const line = live.started ? yieldLine(live) : defLine(live);
    this.touch(t);
    if (!thrown) this.event(this.style === 'names' ? 'E' : 'G', t, line, live.frame, this.top(t), live);
    live.started = true;
    this.push(t, live, this.clock);
  }

  private justLeft = -1;
  private leftAt = 0;

  private leave(t: number, killed = false): void {
    this.touch(t);
    const live = this.stacks[t].pop()!;
    this.event('R', t, live.generator ? yieldLine(live) : defLine(live) + 1, live.frame, live.generator ? 1 : 0, live);
    const truth = this.truth.get(live.node)!;
    truth[2] += this.clock - live.start;
    truth[1] += this.clock - live.start - live.children;
    const parent = this.stacks[t].at(-1);
    if (parent) parent.children += this.clock - live.start;
    if (live.generator) {
      this.suspended[t].push(live);
      if (this.suspended[t].length > 6) this.suspended[t].shift();
    } else if (this.style === 'greenlets') this.freed.push(live.frame);
    this.justLeft = this.lines.length;
    this.leftAt = this.clock;
    if (this.stacks[t].length === 0 && !killed) this.stacks[t] = this.waiting[t].pop() ?? [];
  }

  private push(t: number, live: Live, start: number): void {
    live.node = `${this.stacks[t].at(-1)?.node ?? String(t)}/${nameOf(live)}`;
    live.start = start;
    live.children = 0;
    const truth = this.truth.get(live.node) ?? [0, 0, 0];
    truth[0]++;
    this.truth.set(live.node, truth);
    this.stacks[t].push(live);
  }

  private event(kind: string, t: number, line: number, frame: number, extra: number, live: Live): void {
    this.emitted++;
    const known = this.style !== 'names';
    const shown = known || kind === 'R' ? extra : -1;
    this.lines.push(
      `${kind}\t${this.clock}\t${100 + t}\t${line}\t${known ? frame : 0}\t${known ? shown : Math.min(shown, 0)}\t${nameOf(live)}\\0\t/app/é.py\\0`,
    );
  }
}

interface Live {
  fn: number;
  frame: number;
  generator: boolean;
  started: boolean;
  node: string;
  start: number;
  children: number;
}

const nameOf = (live: Live): string => `f${live.fn}`;
const defLine = (live: Live): number => 100 * live.fn;
const yieldLine = (live: Live): number => 100 * live.fn + 7;

/** The tree as path -> [calls, self, total]. */
function paths(session: CallsSession): Map<string, [number, number, number]> {
  const { tree, functions, symbols } = session;
  const { nodes } = tree;
  const out = new Map<string, [number, number, number]>();
  for (const thread of tree.threads.stacks.values()) {
    const path = new Map<number, string>([[thread.root, String(thread.tid - 100)]]);
    nodes.walk(thread.root, (node) => {
      if (node === thread.root) return;
      const fn = nodes.fn[node];
      const name = fn === NodeFunction.unknown ? '?' : symbols.name(functions.symbolOf(fn));
      const own = `${path.get(nodes.parent[node])!}/${name}`;
      path.set(node, own);
      out.set(own, [nodes.calls[node], nodes.self[node], nodes.total[node]]);
    });
  }
  return out;
}

function feed(lines: readonly string[], atAttach: number[] = []): CallsSession {
  const session = new CallsSession();
  session.threadsAtAttach(atAttach);
  session.push(Buffer.from(lines.join('\n')));
  session.end();
  return session;
}

const stepsOf = (ops: number) =>
  fc.array(fc.tuple(fc.nat(7), fc.nat(ops), fc.nat(20), fc.integer({ min: 1, max: 5_000_000 })), { maxLength: 300 });
const steps = stepsOf(6);

describe('the call tree of a random program equals its truth', () => {
  it.each(['frames', 'names', 'greenlets'] as const)('keyed by %s', (style) => {
    fc.assert(
      fc.property(stepsOf(style === 'greenlets' ? 18 : 6), fc.integer({ min: 1, max: 8 }), (ops, threads) => {
        const program = new Program(style, threads);
        for (const op of ops) program.step(...op);
        program.finish();
        const session = feed(program.lines);
        expect(paths(session)).toEqual(program.truth);
        expect(session.lost).toBe(0);
        expect(session.tree.corrections.missingReturns).toBe(0);
        expect(session.tree.corrections.missingEntries).toBe(0);
        expect(session.tree.corrections.greenletsGivenUp).toBe(0);
        expect(session.tree.parked.size).toBe(0);
        expect(session.quality).toBe('exact');
      }),
      { numRuns: 300 },
    );
  });

  it('also when lines come shuffled by up to 20 ms', () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat(20_000_000)), (ops, jitter) => {
        const program = new Program('frames', 4);
        for (const [t, op, fn, ns] of ops) program.step(t, op, fn, ns);
        program.finish();
        const events = program.lines.filter((line) => /^[EGCR]/.test(line));
        const late = events.map((line, i) => ({
          line,
          i,
          at: Number(line.split('\t')[1]) + (jitter.next().value as number),
        }));
        // A thread's own lines keep their order: they come from one processor at a time.
        late.sort((a, b) => a.at - b.at || a.i - b.i);
        const session = feed([...program.lines.slice(0, 2), ...late.map((l) => l.line), program.lines.at(-2)!, '']);
        if (new Set(events.map((line) => line.split('\t')[1])).size < events.length) return;
        expect(paths(session)).toEqual(program.truth);
      }),
      { numRuns: 100 },
    );
  });

  it('whatever the chunks the bytes come in', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 40 }), (ops, sizes) => {
        const program = new Program('frames', 2);
        for (const op of ops) program.step(...op);
        program.finish();
        const bytes = Buffer.from(program.lines.join('\n'));
        const session = new CallsSession();
        for (let i = 0, k = 0; i < bytes.length; k++) {
          const size = sizes[k % sizes.length];
          session.push(bytes.subarray(i, i + size));
          i += size;
        }
        session.end();
        expect(paths(session)).toEqual(program.truth);
      }),
      { numRuns: 100 },
    );
  });
});

const head = ['H\t1\t1000\t1700000000000000000\tcalls\tdtrace', 'A\t1000'];
const call = (kind: string, ts: number, name: string, line: number, frame: number, extra: number): string =>
  `${kind}\t${ts}\t100\t${line}\t${frame}\t${extra}\t${name}\\0\ta.py\\0`;

describe('attached in the middle of a deep stack', () => {
  it('shows frames entered before as ? until they return, and never as wrong parents', () => {
    const lines = [
      ...head,
      call('E', 1100, 'leaf', 9, 30, 20),
      call('R', 1200, 'leaf', 9, 30, 0),
      call('R', 1300, 'middle', 6, 20, 0),
    ];
    const before = feed([...lines.slice(0, 4), ''], [100]);
    expect(paths(before)).toEqual(
      new Map([
        ['0/?', [0, 100, 0]],
        ['0/?/leaf', [1, 100, 100]],
      ]),
    );
    const after = feed([...lines, ''], [100]);
    expect(paths(after)).toEqual(
      new Map([
        ['0/middle', [0, 200, 300]],
        ['0/middle/leaf', [1, 100, 100]],
      ]),
    );
    expect(after.tree.corrections.beforeAttach).toBe(1);
  });

  it('puts what a returned frame did below its caller once that one is known', () => {
    const session = feed(
      [
        ...head,
        call('E', 1100, 'leaf', 9, 30, 20),
        call('R', 1200, 'leaf', 9, 30, 0),
        call('R', 1300, 'middle', 6, 20, 0),
        call('E', 1400, 'other', 12, 20, 10),
        call('R', 1500, 'other', 13, 20, 0),
        call('R', 1600, 'outer', 3, 10, 0),
        call('R', 1700, '<module>', 30, 5, 0),
        '',
      ],
      [100],
    );
    expect([...paths(session).keys()].sort()).toEqual([
      '0/<module>',
      '0/<module>/outer',
      '0/<module>/outer/middle',
      '0/<module>/outer/middle/leaf',
      '0/<module>/outer/other',
    ]);
    expect(paths(session).get('0/<module>/outer')).toEqual([0, 200, 600]);
  });

  it('works by names alone too', () => {
    const session = feed(
      [
        ...head,
        call('E', 1100, 'leaf', 9, 0, -1),
        call('R', 1200, 'leaf', 9, 0, 0),
        call('R', 1300, 'middle', 6, 0, 0),
        call('E', 1400, 'other', 12, 0, -1),
        call('R', 1500, 'other', 13, 0, 0),
        '',
      ],
      [100],
    );
    expect([...paths(session).keys()].sort()).toEqual(['0/?', '0/?/middle', '0/?/middle/leaf', '0/?/other']);
  });

  it('knows a function that it saw return first again when it is called', () => {
    const session = feed(
      [
        ...head,
        call('R', 1200, 'work', 29, 30, 0),
        call('E', 1300, 'work', 20, 30, 10),
        call('R', 1400, 'work', 28, 30, 0),
        '',
      ],
      [100],
    );
    expect(paths(session).get('0/?/work')).toEqual([1, 300, 300]);
    expect(session.functions.info(0).line).toBe(20);
  });

  it('counts a limit on depth from the attach, as the scripts do', () => {
    const session = new CallsSession({ depth: 2 });
    session.threadsAtAttach([100]);
    const nested = [
      call('E', 1100, 'a', 1, 20, 10),
      call('E', 1200, 'b', 2, 30, 20),
      call('E', 1300, 'c', 3, 40, 30),
      '',
    ];
    session.push(Buffer.from([...head, ...nested].join('\n')));
    session.end();
    expect([...paths(session).keys()]).toEqual(['0/?', '0/?/a', '0/?/a/b']);
  });

  it('gives a thread that began after the attach no ?', () => {
    const session = feed([...head, call('E', 1100, 'run', 9, 30, 0), ''], [77]);
    expect([...paths(session).keys()]).toEqual(['0/run']);
  });
});

describe('what the probes of 3.15 leave out', () => {
  it('gives the time before a creation to the caller, also where throw() follows it', () => {
    const session = feed([
      ...head,
      call('E', 1000, 'outer', 1, 10, 0),
      call('G', 1100, 'gen', 20, 50, 10),
      call('R', 1200, 'gen', 22, 50, 1),
      call('C', 1300, 'other', 40, 60, 10),
      call('R', 1350, 'gen', 24, 50, 1),
      call('R', 1400, 'outer', 2, 10, 0),
      '',
    ]);
    expect(paths(session).get('0/outer/gen')).toEqual([2, 150, 150]);
    expect(paths(session).get('0/outer')).toEqual([1, 250, 400]);
  });

  it('infers a generator entered by throw(), and its callees are its own', () => {
    const session = feed([
      ...head,
      call('E', 1000, 'outer', 1, 10, 0),
      call('G', 1100, 'gen', 20, 50, 10),
      call('R', 1200, 'gen', 22, 50, 1),
      call('E', 1210, '__exit__', 30, 20, 10),
      call('E', 1300, 'cleanup', 40, 30, 50),
      call('R', 1400, 'cleanup', 41, 30, 0),
      call('R', 1500, 'gen', 24, 50, 1),
      call('R', 1600, '__exit__', 31, 20, 0),
      '',
    ]);
    expect(paths(session).get('0/outer/__exit__/gen/cleanup')).toEqual([1, 100, 100]);
    expect(paths(session).get('0/outer/__exit__/gen')).toEqual([1, 190, 290]);
    expect(paths(session).get('0/outer/__exit__')).toEqual([1, 100, 390]);
    expect(session.tree.corrections.thrownEntries).toBe(1);
  });

  it('knows a generator that throw() has entered by what it creates', () => {
    const session = feed([
      ...head,
      call('E', 1000, 'outer', 1, 10, 0),
      call('G', 1100, 'gen', 20, 50, 10),
      call('R', 1200, 'gen', 22, 50, 1),
      call('C', 1300, 'other', 40, 60, 50),
      call('R', 1350, 'gen', 24, 50, 1),
      call('R', 1400, 'outer', 2, 10, 0),
      '',
    ]);
    expect(paths(session).get('0/outer/gen')).toEqual([2, 250, 250]);
    expect(paths(session).get('0/outer')).toEqual([1, 150, 400]);
    expect(session.tree.corrections.thrownEntries).toBe(1);
  });

  it("gives a creation's time back to the caller where frames are not known", () => {
    const session = feed([
      ...head,
      call('E', 1000, 'outer', 1, 0, -1),
      call('E', 1100, 'gen', 20, 0, -1),
      call('R', 9000, 'outer', 2, 0, 0),
      '',
    ]);
    expect(paths(session).get('0/outer')).toEqual([1, 8000, 8000]);
    expect(paths(session).get('0/outer/gen')).toEqual([0, 0, 0]);
  });
});

describe('bounds', () => {
  it('leaves frames of before the attach unnamed where more than a thousand threads share a root', () => {
    const tids = Array.from({ length: 1500 }, (_, i) => 10_000 + i);
    let ts = 2000;
    const all = (kind: string, name: string, frame: number, extra: number): string[] =>
      tids.map((tid) =>
        call(kind, ts++, name, 1, tid * 1000 + frame, extra < 0 ? 0 : tid * 1000 + extra).replace(
          '\t100\t',
          `\t${tid}\t`,
        ),
      );
    const round = (middle: string): string[] => [
      ...all('E', 'leaf', 30, 20),
      ...all('R', 'leaf', 30, -1),
      ...all('R', middle, 20, -1),
    ];
    const session = feed([...head, ...round('middle'), ...round('middle'), ...round('other'), ''], tids);
    const { nodes, threads } = session.tree;
    let leaves = 0;
    const seen = new Set<number>();
    for (const { root } of [...threads.stacks.values(), ...threads.retired]) {
      if (seen.has(root)) continue;
      seen.add(root);
      nodes.walk(root, (node) => {
        if (nodes.fn[node] >= 0 && session.symbols.name(session.functions.symbolOf(nodes.fn[node])) === 'leaf')
          leaves += nodes.calls[node];
      });
    }
    expect(leaves).toBe(4500);
    expect(nodes.find(threads.sharedRoot, NodeFunction.unknown)).toBeGreaterThan(0);
  });

  it('folds what finds no room, and counts it', () => {
    const lines = [...head];
    for (let i = 0; i < 60_000; i++)
      lines.push(call('E', 2000 + i, `f${i}`, 1, 10, 0), call('R', 2000 + i, `f${i}`, 1, 10, 0));
    const session = feed([...lines, '']);
    expect(session.tree.nodes.count).toBeLessThanOrEqual(session.tree.nodes.limit + 1);
    expect(session.tree.corrections.foldedCalls).toBeGreaterThan(0);
    let calls = 0;
    session.tree.nodes.walk(0, (node) => (calls += session.tree.nodes.calls[node]));
    expect(calls).toBe(60_000);
  });

  it('keeps what threads did when there are very many', () => {
    const lines = [...head];
    for (let i = 1; i <= 3000; i++) {
      lines.push(`E\t${2000 + i}\t${i}\t1\t10\t0\tf\ta.py`, `R\t${2000 + i}\t${i}\t1\t10\t0\tf\ta.py`);
    }
    const session = feed([...lines, '']);
    const picture = session.picture(session.newest);
    let calls = 0;
    for (const root of new Set(picture.threads.map((thread) => thread.root))) {
      picture.nodes.walk(root, (node) => (calls += picture.nodes.calls[node]));
    }
    expect(calls).toBe(3000);
    expect(session.tree.threads.stacks.size).toBeLessThanOrEqual(1001);
  });

  it('holds a stack of 100,000 frames', () => {
    const lines = [...head];
    for (let i = 1; i <= 100_000; i++) lines.push(call('E', 2000 + i, 'f', 1, i * 16, (i - 1) * 16));
    const session = feed([...lines, '']);
    expect(session.tree.threads.stacks.get(100)!.depth).toBe(100_000);
  });
});

describe('completed calls', () => {
  it('move below the caller that contains them when it returns', () => {
    const x = (end: number, duration: number, name: string): string =>
      `X\t${end}\t100\t5\t0\t${duration}\t${name}\ta.py`;
    const session = feed([
      ...head,
      x(2000, 500, 'query'),
      x(2600, 300, 'query'),
      x(3000, 1900, 'handle'),
      x(4000, 200, 'query'),
      '',
    ]);
    expect(paths(session).get('0/?/handle')).toEqual([1, 1100, 1900]);
    expect(paths(session).get('0/?/handle/query')).toEqual([2, 800, 800]);
    expect(paths(session).get('0/?/query')).toEqual([1, 200, 200]);
  });
});
