// When events are lost it is said how many, nothing is called exact any more, and the trace goes on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecording } from '../recording.mjs';

const program = `
import time

def busy():
    pass

def after():
    pass

def storm(seconds):
    end = time.monotonic() + seconds
    count = 0
    # More than all buffers hold, however slow the machine is.
    while time.monotonic() < end or count < 150_000:
        for i in range(1000):
            busy()
        count += 1000
    return count

print("ready")
while True:
    word = input()
    if word == "storm":
        print("calls", storm(3))
    else:
        after()
`;

export default {
  name: 'loss: events that a stopped reader makes the engine lose are counted, and the trace goes on',
  engines: ['dtrace', 'bpftrace'],
  pythons: ['3.15'],
  alone: true,
  async run(t) {
    const file = join(t.dir, 'run.ptrace');
    const target = await t.target(program);
    const tracer = t.startPytrace(['calls', target.pid, '--json', '--engine', t.engine, '--record', file]);
    await t.armed(tracer, target, /"function":"after"/);
    tracer.kill('SIGSTOP');
    target.say('storm');
    const [, calls] = await target.see(/^calls (\d+)$/m, 40_000);
    const before = tracer.stdout.length;
    tracer.kill('SIGCONT');
    // It works on: what is called now arrives.
    const nudge = setInterval(() => target.say('after'), 200);
    try {
      await tracer.when(() => tracer.stdout.indexOf('"function":"after"', before) > 0, 20_000, 'a later call');
    } finally {
      clearInterval(nudge);
    }
    tracer.kill('SIGINT');
    await tracer.end(30_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    const end = tracer.json.at(-1);
    assert.deepEqual([end.type, end.reason], ['end', 'interrupted']);
    assert.ok(end.lost > 0, 'events were lost');
    assert.match(tracer.stderr, new RegExp(` events, ${end.lost.toLocaleString('en-US')} lost, probes removed`));
    // What the script says it wrote is what came and what is said to be lost, to the event.
    const text = readFileSync(file, 'latin1');
    const emitted = Number(/^Z\t\d+\t(\d+)$/m.exec(text)?.[1] ?? NaN);
    const came = text.match(/^[EGCRX]\t/gm).length;
    const reported = [...text.matchAll(/^L\t(\d+)\t/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    if (t.engine === 'dtrace') {
      assert.ok(emitted >= 2 * Number(calls), `${emitted} events of ${calls} calls`);
      // dtrace sums up its script's count a moment before it stops, and its drops after that.
      assert.equal(end.lost, Math.max(reported, emitted - came));
      assert.ok(Math.abs(reported - (emitted - came)) <= end.lost / 20, `${reported} drops, ${emitted - came} missing`);
    } else {
      const all = came + end.lost;
      // Where the buffers were full at the very end the script's own count may be lost with all else: then it is `at least`.
      const least = Number.isNaN(emitted) ? 0 : 2 * Number(calls);
      assert.ok(all >= least && all <= 2 * Number(calls) + 200, `${all} events of ${calls} calls`);
    }
    // The recording says so too.
    const session = readRecording(file);
    assert.equal(session.quality, 'partial');
    assert.equal(session.lost, end.lost);
    const replay = await t.pytrace(['replay', file, '--json']);
    assert.equal(replay.code, 0, replay.stderr);
    assert.equal(replay.json.at(-1).lost, end.lost);
  },
};
