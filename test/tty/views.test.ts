import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakePython } from '../cli/fake-python.js';
import { alive, BIN, pathWith, pytrace } from '../cli/run-pytrace.js';
import { withPty, type Pty } from './pty.js';

const folder = mkdtempSync(join(tmpdir(), 'pytrace-views-'));
const python = new FakePython();
let pid = '';
beforeAll(() => {
  pid = String(python.start());
});
afterAll(() => {
  python.close();
  rmSync(folder, { recursive: true, force: true });
});

const TOP = /SELF%[^]*\d .*\bstep +\S*work\.py/;
const CALLS = /CALL TREE[^]*\bstep +\d/;
const GC = /COLLECTIONS[^]*\n +2 +[1-9]/;
const WAITING = 'probes are being put in place';
const REFUSED = /objects[^]*(ptrace|cannot|needs)/;

/** Waits for a view's picture; until it comes the one before stays, and no screen is empty. */
async function follows(pty: Pty, picture: RegExp, before: RegExp): Promise<void> {
  const others: string[] = [];
  await pty.waitFor(
    (screen) => {
      const text = screen.text();
      if (picture.test(text)) return true;
      if (!before.test(text)) others.push(text);
      return false;
    },
    { what: String(picture) },
  );
  expect(others).toEqual([]);
  expect(pty.screen.text()).not.toContain(WAITING);
}

/** The calls since the attach that top tells of the function under its cursor. */
async function callsSince(pty: Pty, more: number): Promise<number> {
  let calls = 0;
  await pty.waitFor(
    (screen) => {
      calls = Number(/since attach ([\d,]+) calls/.exec(screen.text())?.[1].replaceAll(',', '') ?? 0);
      return calls > more;
    },
    { what: `more than ${more} calls` },
  );
  return calls;
}

it('goes from view to view: each gets its data, and what was counted before is kept', async () => {
  const file = join(folder, 'views');
  const env = { PATH: pathWith('good') };
  await withPty([process.execPath, BIN, 'top', pid, '--engine', 'dtrace', '--record', file], { env }, async (pty) => {
    await pty.waitForText(TOP);
    const calls = await callsSince(pty, 0);
    pty.type('2');
    await follows(pty, CALLS, TOP);
    pty.type('3');
    await follows(pty, GC, CALLS);
    pty.type('4');
    await pty.waitForText(REFUSED);
    expect(pty.screen.text()).not.toContain(WAITING);
    pty.type('\t');
    await callsSince(pty, (await callsSince(pty, calls)) + 1);
    pty.type('\u001b[Z\u001b[Z');
    await pty.waitForText(GC);
    pty.type('q');
    const code = await pty.exit();
    expect(code, pty.screen.text()).toBe(0);
    expect(pty.screen.text()).toMatch(/probes removed, target still\s+running/);
  });
  await withPty([process.execPath, BIN, 'replay', file], {}, async (pty) => {
    await pty.waitForText(TOP);
    for (const [key, picture] of [
      ['2', CALLS],
      ['3', GC],
      ['1', TOP],
    ] as const) {
      pty.type(key);
      await pty.waitForText(picture);
    }
    pty.type('q');
    const code = await pty.exit();
    expect(code, pty.screen.text()).toBe(0);
  });
});

it('ends the recording, and the program it started, when it is left during a change of view', async () => {
  const file = join(folder, 'left');
  const words = ['top', '--engine', 'dtrace', '--record', file, '--', python.path, '1000000'];
  await withPty([process.execPath, BIN, ...words], { env: { PATH: pathWith('slow-exit') } }, async (pty) => {
    await pty.waitForText(TOP);
    const own = Number(/pytrace {2}(\d+)/.exec(pty.screen.text())![1]);
    expect(alive(own)).toBe(true);
    pty.type('2');
    pty.type('q');
    const code = await pty.exit();
    expect(code, pty.screen.text()).toBe(0);
    await expect.poll(() => alive(own), { timeout: 5000 }).toBe(false);
  });
  const replay = await pytrace(['replay', file, '--json']);
  expect([replay.code, replay.stderr]).toEqual([0, '']);
});

it('says that the probes of a view are put in place for as long as they are', async () => {
  const words = ['top', pid, '--engine', 'dtrace'];
  await withPty([process.execPath, BIN, ...words], { env: { PATH: pathWith('slow-exit') } }, async (pty) => {
    await pty.waitForText(TOP);
    pty.type('2');
    await pty.waitForText(WAITING);
    await follows(pty, CALLS, TOP);
    // Its picture is there at once; that it is not traced yet is said all the same.
    pty.type('1');
    await pty.waitForText(WAITING);
    await pty.waitFor((screen) => !screen.text().includes(WAITING), { what: 'its probes', timeoutMs: 4000 });
  });
});

it('opens a recording at the view that is asked for, and hides what is private', async () => {
  const file = join(folder, 'views');
  await withPty([process.execPath, BIN, 'replay', file, '--view', 'gc'], {}, async (pty) => {
    await pty.waitForText(GC);
    expect(pty.screen.text()).toContain('[3 gc]');
    pty.type('1');
    await pty.waitForText(TOP);
    pty.type('P');
    await pty.waitForText(/PRIVATE {2}REPLAY[^]*···work\.py/);
    expect(pty.screen.text()).not.toMatch(/srv\/|1000000/);
    pty.type('q');
    expect(await pty.exit()).toBe(0);
  });
});

it('judges a recording of collections', async () => {
  const file = join(folder, 'gc');
  const env = { PATH: pathWith('good') };
  const words = ['gc', pid, '--engine', 'dtrace', '--duration', '0.5', '--record', file];
  const live = await pytrace([...words, '--json', '--fail-if', 'max>1ms'], env);
  expect([live.code, live.stderr]).toEqual([1, expect.stringMatching(/pytrace: Failed by --fail-if: max of all/)]);
  const replay = await pytrace(['replay', file, '--json', '--fail-if', 'max>2ms']);
  expect([replay.code, replay.stdout]).toEqual([0, live.stdout]);
});
