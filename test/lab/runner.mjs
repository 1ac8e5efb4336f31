// Runs the stories of one place:  runner.mjs [--place chroot|vm] [--engine dtrace|stap] [WORD...]
// Only stories with a WORD in their name or file are run. `--list` prints what would run and runs nothing;
// `--compile RELEASE` compiles the stap modules that these stories will need on the VM's kernel RELEASE.
// PYTRACE_REQUIRE_ENGINES=1 makes a missing engine or Python a failure where it would be a skip.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout, kit, pythons, Skipped, viewModule } from './kit.mjs';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    place: { type: 'string', default: process.env.PYTRACE_LAB_PLACE ?? 'chroot' },
    engine: { type: 'string', default: process.env.PYTRACE_LAB_ENGINE ?? '' },
    list: { type: 'boolean', default: false },
    compile: { type: 'string' },
  },
});
const home = { dtrace: 'chroot', stap: 'vm' };
const required = process.env.PYTRACE_REQUIRE_ENGINES === '1';
const folder = join(checkout, 'test/lab/stories');

/** `dtrace` stands for dtrace in the chroot, `stap` for stap in the VM, `dtrace@vm` for dtrace on the VM's stock kernel. */
function* cases(story) {
  for (const entry of story.engines) {
    const [engine, place = home[engine]] = entry.split('@');
    if (!(engine in home)) throw new Error(`${story.file}: no such engine: ${entry}`);
    if (place !== options.place || (options.engine && options.engine !== engine)) continue;
    for (const version of story.pythons) {
      if (!(version in pythons)) throw new Error(`${story.file}: the laboratory has no Python ${version}`);
      yield { engine, version, place };
    }
  }
}

async function stories() {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
  const all = [];
  for (const file of files) {
    const module = await import(join(folder, file));
    for (const story of [module.default ?? module].flat()) all.push({ file, timeout: 60_000, ...story });
  }
  return all.filter(({ name, file }) => words.length === 0 || words.some((word) => `${name} ${file}`.includes(word)));
}

function absence({ engine, version }) {
  const found = process.env.PATH.split(delimiter).some((dir) => existsSync(join(dir, engine)));
  if (!found) return `no ${engine} here`;
  return existsSync(pythons[version].elf) ? '' : `no Python ${version} here`;
}

let cleanupNow = null;

async function runCase(story, one) {
  const missing = absence(one);
  if (missing) return { state: required ? 'failed' : 'skipped', detail: missing };
  const { t, cleanup } = kit(one);
  cleanupNow = cleanup;
  let timer;
  const limit = story.timeout * t.slow;
  let result = { state: 'passed', detail: '' };
  try {
    await Promise.race([
      story.run(t),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`the story did not end in ${limit} ms`)), limit);
      }),
    ]);
  } catch (error) {
    result =
      error instanceof Skipped
        ? { state: 'skipped', detail: error.message }
        : { state: 'failed', detail: error?.stack ?? String(error) };
  }
  clearTimeout(timer);
  const killed = await cleanup();
  cleanupNow = null;
  if (killed.length > 0) {
    const list = killed.map(({ pid, command }) => `${pid} ${command}`).join('\n');
    result = { state: 'failed', detail: `${result.detail}\nstill there after SIGTERM, killed:\n${list}`.trim() };
  }
  return result;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    await cleanupNow?.();
    process.exit(1);
  });
}
// What a story forgot to await must not take the others down with it, nor pass unseen.
const stray = [];
process.on('unhandledRejection', (error) => stray.push(error));

/** stap's arguments, without those that do not count for its cache, for every module that `chosen` needs. */
async function modules(chosen) {
  const found = new Map();
  for (const story of chosen) {
    for (const one of cases(story)) {
      if (one.engine !== 'stap') continue;
      const { elf } = pythons[one.version];
      const views = await Promise.all((story.views ?? []).map((view) => viewModule(view, elf)));
      for (const args of [...(story.modules?.(elf) ?? []), ...views]) found.set(JSON.stringify(args), args);
    }
  }
  return [...found.values()];
}

async function compile(release, queue) {
  const start = performance.now();
  const total = queue.length;
  const worker = async () => {
    for (let args = queue.shift(); args; args = queue.shift()) {
      await new Promise((done) => {
        execFile('stap', ['-r', release, '-p4', ...args], { cwd: checkout }, (error, _, stderr) => {
          if (error)
            console.log(`stap ${args.join(' ')} does not compile:\n${stderr.trimEnd().replace(/^/gm, '     ')}`);
          done();
        });
      });
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(`${total} stap modules compiled or already there, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

const chosen = await stories();
if (options.list) {
  for (const story of chosen) {
    for (const one of cases(story)) console.log(`${story.name} (${one.engine}, Python ${one.version})`);
  }
  process.exit(0);
}
if (options.compile) {
  await compile(options.compile, await modules(chosen));
  process.exit(0);
}

const results = [];
for (const story of chosen) {
  for (const one of cases(story)) {
    const start = performance.now();
    let { state, detail } = await runCase(story, one);
    if (stray.length > 0)
      [state, detail] = [
        'failed',
        stray
          .splice(0)
          .map((error) => error?.stack ?? error)
          .join('\n'),
      ];
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const word = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[state];
    console.log(`${word} ${story.name} (${one.engine} in the ${one.place}, Python ${one.version}, ${seconds} s)`);
    if (detail) console.log(detail.replace(/^/gm, '     '));
    results.push({ name: story.name, ...one, state, seconds: Number(seconds), detail });
  }
}
const count = (state) => results.filter((result) => result.state === state).length;
const sums = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
console.log(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped`);
process.exit(sums.failed > 0 ? 1 : 0);
