// Classes that die by the thousand and leave their addresses to others: no text but a class's own name is ever shown, no
// class goes by another's name, and all instances are in some row.
import assert from 'node:assert/strict';
import { debugFile, debugFolder } from './parts/debug-file.mjs';
import { nothingLeft } from './parts/traces.mjs';

const COUNT = { chroot: 3000, vm: 300 };
/** Made by dataclasses, enum and collections on the way. */
const OTHERS =
  /^(?:dataclasses|enum|inspect|collections|functools|abc|weakref|_json|json|_\w+|annotationlib|types|contextlib|_weakrefset)\./;

const churn = {
  name: 'objects: no class goes by the name of a dead one, nothing that is no name is shown, and nothing is missing',
  views: ['objects-alloc'],
  modules(elf) {
    process.env.SYSTEMTAP_DEBUGINFO_PATH = debugFolder;
    debugFile(elf);
    return [];
  },
  timeout: 150_000,
  async run(t) {
    const target = await t.target('test/lab/programs/class-churn.py', { args: [COUNT[t.place]] });
    const tracer = t.startPytrace(['objects', target.pid, '--json', '--engine', t.engine, '--allow-ptrace']);
    await tracer.see(/"type":"header"/, 30_000);
    target.say('go');
    await target.see(/^done$/m, 90_000);
    tracer.kill('SIGINT');
    await tracer.end(60_000);
    assert.equal(tracer.code, 0, tracer.stderr);
    await nothingLeft(t);

    const { living, churned, classes } = JSON.parse(target.lines[1]);
    const { json } = tracer;
    const end = json.at(-1);
    assert.deepEqual([end.type, end.lost], ['end', 0]);
    assert.match(end.partial, /counted together as \(gone\)/);

    const known = (name) => name in living || /^stay\.<locals>\.(?:E|Meta)$/.test(name);
    for (const { type, class: name, created, destroyed } of json) {
      if (type !== 'class') continue;
      const own = name.replace(/^__main__\./, '');
      if (/^Dyn\d+$/.test(own)) assert.ok(created <= 2 && destroyed <= 2, `${name}: ${created}, ${destroyed}`);
      // `type at` is one of which the name is looked for.
      else if (name !== '(gone)' && !/^type at 0x/.test(name))
        assert.ok(known(own) || OTHERS.test(name), `a name: ${name}`);
    }

    const rows = json.slice(json.findLastIndex(({ type }) => type === 'snapshot') + 1, -1);
    const named = new Map(rows.map((row) => [row.class.replace(/^__main__\./, ''), row]));
    // dtrace does not see what the allocator's copy makes.
    const allMade = t.engine !== 'dtrace' || t.version === '3.9';
    for (const [name, count] of Object.entries(living)) {
      const { created, destroyed } = named.get(name) ?? { created: 0, destroyed: 0 };
      assert.equal(destroyed, 0, `${name} destroyed`);
      if (allMade) assert.equal(created, count, `${name} created`);
      else assert.ok(created === count || created === 0, `${name} created ${created}`);
    }
    const gone = named.get('(gone)');
    const dyn = rows.filter(({ class: name }) => /^__main__\.Dyn\d+$/.test(name));
    const sum = (column) => gone[column] + dyn.reduce((total, row) => total + row[column], 0);
    // A class of the libraries that died before it had a name is among them.
    const further = sum('destroyed') - churned;
    assert.ok(further >= 0 && further <= 60, `${sum('destroyed')} destroyed of ${churned}`);
    assert.ok(
      gone.classes + dyn.length >= classes && gone.classes + dyn.length <= classes + 20,
      `${gone.classes} gone`,
    );
    if (allMade) assert.ok(sum('created') - churned <= 60 && sum('created') >= churned, `${sum('created')} created`);

    target.say('go');
    await target.see(/^done\n[^]*^done$/m, 60_000);
  },
};

export default [
  { ...churn, engines: ['bpftrace'], pythons: ['3.9', '3.11', '3.13', '3.14', '3.15'] },
  { ...churn, engines: ['bpftrace-0.17'], pythons: ['3.13'] },
  { ...churn, engines: ['dtrace'], pythons: ['3.9', '3.15'] },
  { ...churn, engines: ['stap'], pythons: ['3.9', '3.13'] },
];
