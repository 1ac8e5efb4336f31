// The screens on a real terminal: one pytrace goes from view to view, and each gets its data.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { debugFile, debugFolder } from './parts/debug-file.mjs';
import { startInTerminal } from './parts/terminal.mjs';
import { eventsOf, nothingLeft, stapModules } from './parts/traces.mjs';

const program = `
import gc, time

class Kept:
    pass

kept = []

def hot(n):
    return sum(range(n))

def cleans():
    gc.collect()

def turn():
    hot(200)
    kept.append(Kept())
    time.sleep(0.005)

print("ready")
turns = 0
while True:
    turn()
    turns += 1
    if turns % 20 == 0:
        cleans()
`;

/** What each view shows of that program once it has data of its own. */
const top = /SELF%[^]*\d .*\bhot +\S*target\.py/;
const calls = /CALL TREE[^]*\bhot +\d/;
const gc = /COLLECTIONS[^]*\n +2 +[1-9]/;
/** Names are looked up a moment later. */
const named = /recent[^]*cleans/;
const objects = /CREATED[^]*\b__main__\.Kept\b/;
const refused = /--allow-ptrace/;

export default {
  name: 'views on a terminal: each gets its data, the old picture stays until then, and counts go on where they were left',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  views: ['top', 'calls', 'gc', 'objects-alloc'],
  modules(elf) {
    process.env.SYSTEMTAP_DEBUGINFO_PATH = debugFolder;
    debugFile(elf);
    return [];
  },
  timeout: 180_000,
  async run(t) {
    const target = await t.target(program);
    const before = t.engine === 'stap' ? stapModules() : [];
    const file = join(t.dir, 'views.ptrace');
    const live = startInTerminal(t, ['top', target.pid, '--engine', t.engine, '--record', file]);
    const fourth = t.engine === 'dtrace' ? refused : objects;
    // A screen that has neither this view's picture nor the one before it would be empty for a moment.
    const after =
      (...pictures) =>
      (screen) =>
        pictures.some((picture) => picture.test(screen));

    await live.shows(top, 30_000);
    live.type('ww');
    await live.shows(/window since attach/);
    const counted = await callsOf(live, (calls) => calls > 0);

    live.type('2');
    await live.shows(calls, 20_000, after(top));
    live.type('3');
    await live.shows(gc, 20_000, after(calls));
    await live.shows(named);
    live.type('4');
    // Its classes are named a moment after they are counted.
    await live.shows(fourth, 20_000, after(gc, /CREATED/));
    live.type('\t');
    await live.shows(/window since attach/);
    // What was counted before is still there, and more comes.
    const once = await callsOf(live, (calls) => calls >= counted);
    await callsOf(live, (calls) => calls > once);

    live.type('q');
    await live.run.end(60_000);
    assert.equal(live.run.code, 0, live.text());
    assert.match(live.run.stdout, /probes removed, target still\s+running/);
    await nothingLeft(t);
    assert.equal(target.ended, null);
    if (t.engine === 'stap')
      assert.deepEqual(
        stapModules().filter((name) => !before.includes(name)),
        [],
      );

    const replay = startInTerminal(t, ['replay', file]);
    await replay.shows(top);
    for (const [key, picture] of [
      ['2', calls],
      ['3', gc],
      ['3', named],
      ...(t.engine === 'dtrace' ? [] : [['4', objects]]),
      ['1', top],
    ]) {
      replay.type(key);
      await replay.shows(picture);
    }
    replay.type('q');
    await replay.run.end();
    assert.equal(replay.run.code, 0, replay.text());
  },
};

/** The calls since the attach that top tells of the function under its cursor, once they are as wanted. */
async function callsOf(terminal, wanted) {
  let calls = 0;
  const pattern = {
    exec(screen) {
      const told = /since attach ([\d,]+) calls/.exec(screen);
      calls = Number(told?.[1].replaceAll(',', '') ?? 0);
      return wanted(calls);
    },
    toString: () => 'the calls since the attach',
  };
  await terminal.shows(pattern);
  return calls;
}
