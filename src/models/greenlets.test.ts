import { describe, expect, it } from 'vitest';
import { CallsSession, type SessionFilters } from './calls-session.js';
import { NodeFunction } from './nodes.js';
import { ParkedStacks } from './parked.js';
import { ThreadStack } from './threadstack.js';

const HEAD = ['H\t1\t1000\t1700000000000000000\tcalls\tdtrace', 'A\t1000'];
const line = (kind: string, ts: number, name: string, frame: number, extra: number, file = 'a.py'): string =>
  `${kind}\t${ts}\t100\t5\t${frame}\t${extra}\t${name}\\0\t${file}\\0`;

function feed(lines: readonly string[], filters: SessionFilters = {}, atAttach: number[] = []): CallsSession {
  const session = new CallsSession(filters);
  session.threadsAtAttach(atAttach);
  session.push(Buffer.from([...HEAD, ...lines, ''].join('\n')));
  session.end();
  return session;
}

/** path -> [calls, self, total] */
function paths({ tree, functions, symbols }: CallsSession): Record<string, number[]> {
  const out: Record<string, number[]> = {};
  for (const { root } of tree.threads.stacks.values()) {
    const path = new Map([[root, '']]);
    tree.nodes.walk(root, (node) => {
      if (node === root) return;
      const fn = tree.nodes.fn[node];
      const own = `${path.get(tree.nodes.parent[node])!}/${fn === NodeFunction.unknown ? '?' : symbols.name(functions.symbolOf(fn))}`;
      path.set(node, own);
      out[own] = [tree.nodes.calls[node], tree.nodes.self[node], tree.nodes.total[node]];
    });
  }
  return out;
}

/** run starts task_a; it switches to task_b, which switches back: each calls a leaf. Without frames where `known` is false. */
function twoTasks(known = true): string[] {
  const f = (frame: number): number => (known ? frame : 0);
  const up = (frame: number): number => (known ? frame : -1);
  return [
    line('E', 1100, 'run', f(10), up(0)),
    line('E', 1200, 'task_a', f(20), up(0)),
    line('E', 1300, 'leaf_a', f(30), up(20)),
    line('R', 1400, 'leaf_a', f(30), 0),
    line('E', 1500, 'task_b', f(40), up(0)),
    line('E', 1600, 'leaf_b', f(50), up(40)),
    line('R', 1700, 'leaf_b', f(50), 0),
    line('E', 1800, 'leaf_a', f(30), up(20)),
    line('R', 1900, 'leaf_a', f(30), 0),
    line('R', 2000, 'task_a', f(20), 0),
    line('R', 2100, 'task_b', f(40), 0),
    line('R', 2200, 'run', f(10), 0),
  ];
}

describe('a process with greenlets', () => {
  it('has a stack for each, by the frames, and their time stands still while they wait', () => {
    const session = feed(['g\t1\t0\t0', ...twoTasks()]);
    expect(paths(session)).toEqual({
      '/run': [1, 100, 100],
      '/task_a': [1, 300, 500],
      '/task_a/leaf_a': [2, 200, 200],
      '/task_b': [1, 200, 300],
      '/task_b/leaf_b': [1, 100, 100],
    });
    expect([session.quality, session.tree.parked.size]).toEqual(['exact', 0]);
    expect(session.tree.corrections.missingReturns + session.tree.corrections.missingEntries).toBe(0);
  });

  it('is known from the moment at which the package is imported', () => {
    const imported = [
      line('E', 1010, '<module>', 90, 0, '/x/greenlet/__init__.py'),
      line('R', 1020, '<module>', 90, 0, '/x/greenlet/__init__.py'),
    ];
    const session = feed([...imported, ...twoTasks()]);
    expect(paths(session)['/task_b/leaf_b']).toEqual([1, 100, 100]);
    expect(Object.keys(paths(session)).filter((path) => path.endsWith('leaf_a'))).toEqual(['/task_a/leaf_a']);
    expect(session.quality).toBe('exact');
    expect(feed([...imported, ...twoTasks()], { depth: 9 }).partialReason).toContain('--depth');
  });

  it('tells no caller where frames are not known, and is PARTIAL', () => {
    const session = feed(['g\t0\t0\t0', ...twoTasks(false)]);
    expect(Object.keys(paths(session)).sort()).toEqual([
      '/?',
      '/?/leaf_a',
      '/?/leaf_b',
      '/?/run',
      '/?/task_a',
      '/?/task_b',
    ]);
    expect(Object.values(paths(session)).map(([calls]) => calls)).toEqual([0, 1, 1, 2, 1, 1]);
    const [, , total] = paths(session)['/?'];
    expect(total).toBe(1100);
    expect(session.quality).toBe('partial');
    expect(session.partialReason).toContain('frames cannot be read');
    expect(session.tree.threads.stacks.get(100)!.depth).toBe(0);
  });

  it('says since when, where it was seen only after the attach', () => {
    const lines = twoTasks(false);
    const session = feed([...lines.slice(0, 4), 'g\t0\t3200000000\t1', ...lines.slice(4)]);
    expect(session.partialReason).toContain('seen 3.2 s after the attach');
    expect(feed(['g\t1\t3200000000\t1', ...twoTasks()]).partialReason).toContain('seen 3.2 s after the attach');
    // What comes before is as it was.
    expect(Object.keys(paths(session)).slice(0, 3)).toEqual(['/run', '/run/task_a', '/run/task_a/leaf_a']);
    expect(feed(['g\t1\t0\t1', ...twoTasks()]).partialReason).toBeUndefined();
  });

  it.each([{ functionGlob: '*' + 'a*' }, { fileGlob: '*.py' }, { minDurationNs: 5 }])(
    'is PARTIAL where what is asked for leaves callers out: %o',
    (filters) => {
      const session = feed(['g\t1\t0\t0', ...twoTasks()], filters);
      expect(session.quality).toBe('partial');
      if (!('minDurationNs' in filters)) {
        expect(Object.keys(paths(session)).every((path) => /^\/\?(\/[a-z_]+)?$/.test(path))).toBe(true);
      }
    },
  );

  it('does not take a completed call for the caller of what another greenlet did meanwhile', () => {
    const x = (end: number, duration: number, name: string): string => line('X', end, name, end * 16, duration);
    const session = feed(['g\t1\t0\t0', x(2000, 500, 'query'), x(3000, 1900, 'handle')], { minDurationNs: 5 });
    expect(Object.keys(paths(session)).sort()).toEqual(['/?', '/?/handle', '/?/query']);
  });

  it('shows greenlets of before the attach as ?, and none below another', () => {
    const session = feed(
      [
        'g\t1\t0\t0',
        line('E', 1100, 'leaf_a', 30, 20),
        line('R', 1200, 'leaf_a', 30, 0),
        line('E', 1300, 'leaf_b', 50, 40),
        line('R', 1400, 'leaf_b', 50, 0),
        line('R', 1500, 'task_a', 20, 0),
        line('R', 1600, 'task_b', 40, 0),
      ],
      {},
      [100],
    );
    expect(Object.keys(paths(session)).sort()).toEqual(['/?', '/?/leaf_a', '/?/leaf_b']);
    expect(session.tree.corrections.beforeAttach).toBe(2);
  });

  it('names the only frame of before the attach when it returns', () => {
    const session = feed(
      [
        'g\t1\t0\t0',
        line('E', 1100, 'leaf', 30, 20),
        line('R', 1200, 'leaf', 30, 0),
        line('E', 1300, 'task', 40, 0),
        line('R', 1400, 'task', 40, 0),
        line('R', 1500, 'main', 20, 0),
      ],
      {},
      [100],
    );
    expect(Object.keys(paths(session)).sort()).toEqual(['/main', '/main/leaf', '/task']);
  });

  it('puts a generator that was entered by throw() below ?, as a switch may lie before it', () => {
    const session = feed([
      'g\t1\t0\t0',
      line('E', 1100, 'run', 10, 0),
      line('G', 1200, 'gen', 70, 10),
      line('R', 1300, 'gen', 70, 1),
      line('E', 1400, 'task', 20, 0),
      line('E', 1500, 'cleanup', 30, 70),
      line('R', 1600, 'cleanup', 30, 0),
      line('R', 1700, 'gen', 70, 1),
      line('R', 1750, 'gen', 70, 1),
      line('R', 1800, 'run', 10, 0),
      line('R', 1900, 'task', 20, 0),
    ]);
    const seen = paths(session);
    expect(seen['/?/gen'][0]).toBe(2);
    expect(seen['/?/gen/cleanup']).toEqual([1, 100, 100]);
    expect(seen['/run/gen'][0]).toBe(1);
    expect([seen['/run'][0], seen['/task'][0]]).toEqual([1, 1]);
    expect(session.tree.corrections.thrownEntries).toBe(2);
  });

  it('counts what waits until now in its picture', () => {
    const session = feed(['g\t1\t0\t0', ...twoTasks().slice(0, 6)]);
    const picture = session.picture(1650);
    const total = (name: string): number => {
      const node = Array.from({ length: picture.nodes.count }, (_, i) => i).find(
        (i) =>
          picture.nodes.fn[i] >= 0 && session.symbols.name(session.functions.symbolOf(picture.nodes.fn[i])) === name,
      )!;
      return picture.total(node);
    };
    expect([total('run'), total('task_a')]).toEqual([100, 300]);
  });

  it('ends what waits when nothing was traced for a while', () => {
    const session = feed(['g\t1\t0\t0', ...twoTasks().slice(0, 6), 'Z\t1700\t6', HEAD[0], 'A\t9000']);
    expect(session.tree.parked.size).toBe(0);
    expect(paths(session)['/task_a']).toEqual([1, 200, 300]);
    expect(session.tree.corrections.greenletsGivenUp).toBe(0);
  });
});

describe('stacks that wait', () => {
  const thread = (): ThreadStack => new ThreadStack(1, 0, 0, false);

  it('are bounded: the one that was left first goes first', () => {
    const dropped: number[] = [];
    const parked = new ParkedStacks(({ stack }) => dropped.push(stack.frames[0]), 3);
    const on = thread();
    for (let frame = 1; frame <= 5; frame++) {
      on.push(7, 7, frame, 0, false);
      parked.park(on);
    }
    expect(dropped).toEqual([1, 2]);
    expect(parked.resume(on, 1)).toBe(false);
    expect(parked.resume(on, 4)).toBe(true);
    expect([on.depth, on.frames[0], parked.size]).toEqual([1, 4, 2]);
  });

  it('are not resumed by another thread, and not kept when their frame is used anew', () => {
    const dropped: number[] = [];
    const parked = new ParkedStacks(({ stack }) => dropped.push(stack.frames[0]));
    const on = thread();
    on.push(7, 7, 16, 0, false);
    parked.park(on);
    expect(parked.resume(thread(), 16)).toBe(false);
    parked.drop(16);
    expect([dropped, parked.size]).toEqual([[16], 0]);
  });
});
