// The doctor's verdict is what then happens, and what it says of a process is so.
import assert from 'node:assert/strict';
import { pythons } from '../kit.mjs';
import { nothingLeft } from './parts/traces.mjs';

const program = `
def work():
    pass

print("ready")
while True:
    input()
    work()
`;

export default {
  name: 'doctor: on 3.15 every view works and it says how, on 3.13 calls do not and it says why',
  engines: ['dtrace'],
  pythons: ['3.15'],
  async run(t) {
    const good = await t.target(program);
    const bad = await t.target(program, { python: pythons['3.13'].command });
    const [json, badJson, machine, nobody, wrong] = await Promise.all(
      [
        ['doctor', good.pid, '--json'],
        ['doctor', bad.pid, '--json'],
        ['doctor'],
        ['doctor', '4194304'],
        ['doctor', '99999999'],
      ].map((args) => t.pytrace(args.map(String), { timeout: 60_000 })),
    );
    const check = (run, area, name) =>
      run.json.find((line) => line.type === 'check' && line.area === area && line.name === name);

    assert.equal(json.code, 0);
    const verdict = json.json.at(-1);
    assert.deepEqual([verdict.type, verdict.ok, verdict.command], ['verdict', true, `pytrace calls ${good.pid}`]);
    const words = `top, gc and objects work here on process ${good.pid} with bpftrace, calls with dtrace: run \`${verdict.command}\`.`;
    assert.equal(verdict.text, words);
    for (const name of ['function-entry', 'function-return', 'gc-start', 'audit']) {
      assert.equal(check(json, 'probes', name).state, 'ok', name);
    }
    assert.equal(check(json, 'probes', 'line').state, 'no');
    assert.equal(check(json, 'tracers', 'dtrace').state, 'ok');
    assert.equal(check(json, 'views', 'calls').state, 'ok');
    assert.equal(check(json, 'views', 'exactness').state, 'ok');
    assert.match(check(json, `process ${good.pid}`, 'Python').text, /^3\.15\.\d+/);

    assert.equal(badJson.code, 0);
    assert.equal(check(badJson, 'probes', 'function-entry').state, 'no');
    assert.equal(check(badJson, 'views', 'calls').state, 'no');
    assert.match(check(badJson, 'views', 'top').cure, /Python 3\.15 or later, or with 3\.10 or earlier/);
    assert.equal(check(badJson, 'views', 'gc').state, 'ok');
    const sorry = badJson.json.at(-1);
    assert.deepEqual([sorry.type, sorry.ok, sorry.command], ['verdict', true, `pytrace gc ${bad.pid}`]);
    assert.match(
      sorry.text,
      /^gc and objects work here on process \d+ with bpftrace.* Python 3\.13\.\d+ has no function probes:/,
    );
    // Whatever is not well has its cure, or says that there is none to be had.
    for (const line of [...json.json, ...badJson.json]) {
      if (line.type === 'check' && line.state === 'no' && ['SystemTap', 'dtrace', 'tracers'].includes(line.area)) {
        assert.notEqual(line.cure, '', `${line.area} ${line.name}`);
      }
    }
    assert.equal(machine.code, 0);
    assert.match(
      machine.stdout,
      /^Processes can be traced here with dtrace and bpftrace: run `pytrace doctor PID`\.$/m,
    );
    assert.equal(nobody.code, 3);
    assert.match(nobody.stdout, /^No process has the id 4194304/m);
    assert.equal(wrong.code, 2);

    // The verdicts are what happens: the command of the first works.
    const tracer = t.startPytrace([...verdict.command.split(' ').slice(1), '--json']);
    await t.armed(tracer, good, /"function":"work"/);
    tracer.kill('SIGINT');
    await tracer.end();
    assert.equal(tracer.code, 0);
    const refused = await t.pytrace(['calls', String(bad.pid), '--json']);
    assert.equal(refused.code, 3);
    await nothingLeft(t);
  },
};
