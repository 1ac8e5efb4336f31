// A recording that is whole, cut off, damaged, foreign or of another day: what can be shown is shown, the rest is said.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentences } from './parts/traces.mjs';

const program = `
def work(n):
    return n

print("ready")
input()
for n in range(2000):
    work(n)
`;

export default {
  name: 'recordings: whole, cut off, damaged, foreign: what can be shown is shown, and what is wrong is said',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  async run(t) {
    const file = join(t.dir, 'run.ptrace');
    const target = await t.target(program);
    const tracer = t.startPytrace(['calls', target.pid, '--json', '--engine', t.engine, '--record', file]);
    await tracer.see(/"type":"header"/, 20_000);
    target.say('go');
    await target.end();
    await tracer.end();
    assert.equal(tracer.code, 0, tracer.stderr);
    const live = tracer.lines;

    const whole = await t.pytrace(['replay', file, '--json']);
    assert.equal(whole.code, 0);
    assert.equal(whole.stderr, '');
    assert.deepEqual(whole.lines.slice(1, -1), live.slice(1, -1));
    assert.deepEqual(whole.json.at(-1), JSON.parse(live.at(-1)));

    const bytes = readFileSync(file);
    const made = (name, content) => {
      const path = join(t.dir, name);
      writeFileSync(path, content);
      return path;
    };
    /** What is shown of it in spite of all; `code` and the sentence say what is wrong. */
    const shown = async (path, code, sentence) => {
      const run = await t.pytrace(['replay', path, '--json']);
      assert.equal(run.code, code, run.stderr);
      assert.equal(sentences(run).length, 1, run.stderr);
      assert.match(run.stderr, sentence);
      return run;
    };

    // As after kill -9 or a full disk: in the middle of a line.
    const half = await shown(
      made('half', bytes.subarray(0, Math.floor(bytes.length / 2))),
      1,
      /^pytrace: \S+half breaks off before its end: what is shown is what came before\.$/m,
    );
    const count = half.lines.length - 2;
    assert.ok(count > live.length * 0.4 && count < live.length * 0.6);
    // dtrace writes one processor's events after the other's: what is cut off need not be what was last.
    const lines = new Set(live);
    assert.ok(half.lines.filter((line) => lines.has(line)).length > count - 10);
    assert.equal(half.json.at(-1).reason, 'engine-died');
    assert.ok(half.json.at(-1).lost > 0);

    // A sector of it overwritten.
    const scratched = Buffer.from(bytes);
    scratched.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 512);
    const damaged = await shown(
      made('damaged', scratched),
      1,
      /^pytrace: \S+damaged is damaged: \d+ of its lines cannot be read, and are left out\.$/m,
    );
    assert.ok(damaged.lines.length > live.length - 30 && damaged.lines.length < live.length);
    assert.ok(damaged.json.at(-1).lost > 0);

    // Nothing can be shown of these.
    const firstLine = bytes.indexOf(10);
    const none = [
      ['empty', '', /^pytrace: \S+empty is empty: nothing was recorded, so record again\.$/m],
      [
        'foreign',
        '#!/bin/sh\nexit\n',
        /^pytrace: \S+foreign is not a recording of pytrace: replay reads what --record wrote\.$/m,
      ],
      [
        'newer',
        bytes.toString('latin1').replace(/^P\t1\t/, 'P\t2\t'),
        /^pytrace: \S+newer was made by a newer pytrace \(recording version 2; this one reads 1\): update pytrace\.$/m,
      ],
      [
        'stump',
        bytes.subarray(0, firstLine >> 1),
        /^pytrace: \S+stump breaks off in its first line: nothing of it can be shown, so record again\.$/m,
      ],
      [
        'torn',
        Buffer.concat([bytes.subarray(0, firstLine >> 1), bytes.subarray(firstLine)]),
        /^pytrace: \S+torn is damaged in its first line, so it cannot be shown\.$/m,
      ],
    ];
    for (const [name, content, sentence] of none) {
      const run = await shown(made(name, content), 2, sentence);
      assert.equal(run.stdout, '');
    }
    const missing = await shown(join(t.dir, 'missing'), 2, /^pytrace: There is no file \S+missing\.$/m);
    assert.equal(missing.stdout, '');
    const folder = await shown(t.dir, 2, /^pytrace: \S+ is not a file: pytrace replay reads what --record wrote\.$/m);
    assert.equal(folder.stdout, '');
  },
};
