// Functions that are made and dropped, whose addresses, names and files others take: none is credited with another's calls.
import assert from 'node:assert/strict';
import { nothingLeft } from './parts/traces.mjs';

const ROUNDS = { chroot: 400, vm: 100 };

const churn = {
  name: 'code that died: no function is credited with the calls of another that took its place',
  timeout: 150_000,
  async run(t) {
    const target = await t.target('test/lab/programs/code-churn.py', { args: [ROUNDS[t.place]] });
    const tracer = t.startPytrace([this.view, target.pid, '--json', '--engine', t.engine]);
    await tracer.see(/"type":"header"/, 60_000);
    target.say('go');
    const [line] = await target.see(/^\{.*\}$/m, 90_000);
    tracer.kill('SIGINT');
    await tracer.end(60_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    await nothingLeft(t);
    const { json } = tracer;
    assert.equal(json.at(-1).lost, 0, tracer.stderr);

    const told = {};
    const add = (name, file, calls) => {
      if (!file?.startsWith('/gen/') && name !== 'stays') return;
      if (name === '<module>') return;
      told[`${name}:${file}`] = (told[`${name}:${file}`] ?? 0) + calls;
    };
    if (this.view === 'top') {
      for (const { type, function: name, file, calls } of json.slice(
        json.findLastIndex(({ type }) => type === 'snapshot'),
      ))
        if (type === 'function') add(name, file, calls);
    } else for (const { type, function: name, file } of json) if (type === 'entry') add(name, file, 1);
    const truth = JSON.parse(line);
    const wrong = Object.entries({ ...truth, ...told }).filter(([key]) => told[key] !== truth[key]);
    assert.deepEqual(
      wrong.slice(0, 5).map(([key]) => [key, told[key], truth[key]]),
      [],
      `${wrong.length} functions`,
    );
  },
};
const of = (view, engines, pythons) => ({
  ...churn,
  name: `${view}, ${churn.name}`,
  views: [view],
  engines,
  pythons,
  run: (t) => churn.run.call({ view }, t),
});

export default [
  of('top', ['bpftrace'], ['3.9', '3.11', '3.15']),
  of('top', ['dtrace'], ['3.9', '3.15']),
  of('top', ['stap'], ['3.9', '3.15']),
  of('top', ['bpftrace-0.17'], ['3.9', '3.11']),
  of('calls', ['bpftrace'], ['3.9', '3.11', '3.15']),
  of('calls', ['dtrace'], ['3.9', '3.15']),
];
