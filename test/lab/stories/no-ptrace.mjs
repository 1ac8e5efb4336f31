import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const program = 'import time\ndef f(): time.sleep(0.005)\nprint("ready")\nwhile True: f()\n';
const status = (pid) => readFileSync(`/proc/${pid}/status`, 'utf8');

export default {
  name: 'a target with a terminal is not taken hold of by ptrace, as dtrace would by itself',
  engines: ['dtrace'],
  pythons: ['3.15', '3.9'],
  async run(t) {
    const file = t.file('terminal.py', program);
    const terminal = t.start('script', ['-qfec', `exec ${t.python} -u ${file}`, '/dev/null']);
    await terminal.see(/ready/, 10_000);
    const pid = await t.until(() =>
      Number(readFileSync(`/proc/${terminal.pid}/task/${terminal.pid}/children`, 'utf8').trim().split(' ').at(-1)),
    );
    await t.until(() => /python3/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
    const seen = new Set();
    const watch = setInterval(() => seen.add(/TracerPid:\s*(\d+)/.exec(status(pid))[1]), 5);
    const tracer = t.startPytrace(['calls', String(pid), '--json', '--duration', '2']);
    await tracer.end(30_000);
    clearInterval(watch);
    assert.equal(tracer.code, 0, tracer.stderr);
    assert.ok(
      tracer.json.some((event) => event.type === 'return' && event.function === 'f'),
      tracer.stderr,
    );
    assert.deepEqual([...seen], ['0']);
    process.kill(pid, 'SIGKILL');
  },
};
