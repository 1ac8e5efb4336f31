// Runs the stories of one place:  runner.mjs [--place chroot|vm] [--engine NAME] [WORD...]
// Only stories with a WORD in their name or file are run, and with --engine those of that engine (dtrace, stap, bpftrace
// of every edition, or bpftrace-0.17). `--list` prints what would run and runs nothing;
// `--compile RELEASE` compiles the stap modules that these stories will need on the VM's kernel RELEASE.
// Stories run side by side in so many lanes: `--lanes N`; then those that have `alone` run one by one. `--part beside`
// and `--part alone` run one half. `--shard 1/2` is every second case from the first on, `--shard 2/2` are the others.
// What fails is run once more, alone, as long as no more than three have failed; both attempts are shown, and how many
// needed a second one.
// PYTRACE_REQUIRE_ENGINES=1 makes a missing engine or Python a failure where it would be a skip.
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout, editions, kit, pathOf, pythons, Skipped, viewModule } from './kit.mjs';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    place: { type: 'string', default: process.env.PYTRACE_LAB_PLACE ?? 'chroot' },
    engine: { type: 'string', default: process.env.PYTRACE_LAB_ENGINE ?? '' },
    lanes: { type: 'string', default: process.env.PYTRACE_LAB_LANES ?? '' },
    part: { type: 'string', default: '' },
    shard: { type: 'string', default: '1/1' },
    list: { type: 'boolean', default: false },
    compile: { type: 'string' },
  },
});
/** How many stories run side by side: they wait half of the time, but an emulated machine is busy with one. */
const lanes = Number(options.lanes) || { chroot: 3, vm: 1 }[options.place];
const required = process.env.PYTRACE_REQUIRE_ENGINES === '1';
const folder = join(checkout, 'test/lab/stories');
if (options.engine && !(options.engine in editions)) throw new Error(`no such engine: ${options.engine}`);

/** `dtrace` stands for dtrace in the chroot, `stap` for stap in the VM, `dtrace@vm` for dtrace on the VM's stock kernel. */
function* cases(story) {
  for (const entry of story.engines) {
    const [edition, place = editions[edition]?.place] = entry.split('@');
    if (!(edition in editions)) throw new Error(`${story.file}: no such engine: ${entry}`);
    const wanted = ['', edition, editions[edition].engine].includes(options.engine);
    if (place !== options.place || !wanted) continue;
    for (const version of story.pythons) {
      if (!(version in pythons)) throw new Error(`${story.file}: the laboratory has no Python ${version}`);
      yield { story, edition, version, place };
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
    for (const story of [module.default ?? module].flat()) {
      all.push({ file, timeout: 60_000, ...story });
    }
  }
  return all.filter(({ name, file }) => words.length === 0 || words.some((word) => `${name} ${file}`.includes(word)));
}

function absence({ edition, version }) {
  const { engine, folder: own } = editions[edition];
  const found = (own ? [own] : pathOf({}).split(delimiter)).some((dir) => existsSync(join(dir, engine)));
  if (!found) return `no ${edition} here`;
  return existsSync(pythons[version].elf) ? '' : `no Python ${version} here`;
}

/** What is under way, with what ends it. */
const running = new Map();
const inCase = new AsyncLocalStorage();
// What a story forgot to await must not take the others down with it, nor pass unseen.
const stray = [];
process.on('unhandledRejection', (error) => stray.push({ error, of: inCase.getStore() }));

/** Takes out of `stray` what belongs to that case, or to nobody in particular while it ran. */
function strayOf(one) {
  const own = stray.filter(({ of }) => of === one || of === undefined);
  stray.splice(0, stray.length, ...stray.filter((each) => !own.includes(each)));
  return own.map(({ error }) => error?.stack ?? String(error));
}

async function runCase(one, beside) {
  const missing = absence(one);
  if (missing) return { state: required ? 'failed' : 'skipped', detail: missing };
  const { t, cleanup } = kit({ ...one, lanes: beside });
  running.set(one, cleanup);
  let timer;
  const limit = one.story.timeout * t.patience;
  let result = { state: 'passed', detail: '' };
  try {
    await Promise.race([
      inCase.run(one, () => one.story.run(t)),
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
  running.delete(one);
  const also = strayOf(one);
  if (killed.length > 0) {
    const list = killed.map(({ pid, command }) => `${pid} ${command}`).join('\n');
    also.push(`still there after SIGTERM, killed:\n${list}`);
  }
  if (also.length > 0) result = { state: 'failed', detail: [result.detail, ...also].join('\n').trim() };
  return result;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    await Promise.all([...running.values()].map((cleanup) => cleanup()));
    process.exit(1);
  });
}

/** stap's arguments, without those that do not count for its cache, for every module that `chosen` needs. */
async function modules(chosen) {
  const found = new Map();
  for (const story of chosen) {
    for (const one of cases(story)) {
      if (one.edition !== 'stap') continue;
      const { elf } = pythons[one.version];
      const views = await Promise.all((story.views ?? []).map((view) => viewModule(view, elf)));
      for (const args of [...((await story.modules?.(elf)) ?? []), ...views]) found.set(JSON.stringify(args), args);
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
        const child = execFile('stap', ['-r', release, '-p4', ...args], { cwd: checkout }, (error, _, stderr) => {
          running.delete(child);
          if (error)
            console.log(`stap ${args.join(' ')} does not compile:\n${stderr.trimEnd().replace(/^/gm, '     ')}`);
          done();
        });
        running.set(child, () => child.kill());
      });
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(`${total} stap modules compiled or already there, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

const chosen = await stories();
if (options.list) {
  for (const story of chosen) {
    for (const one of cases(story)) console.log(`${story.name} (${one.edition}, Python ${one.version})`);
  }
  process.exit(0);
}
if (options.compile) {
  await compile(options.compile, await modules(chosen));
  process.exit(0);
}

const results = [];
function show({ story, edition, version, place }, word, detail, seconds) {
  const line = `${word} ${story.name} (${edition} in the ${place}, Python ${version}, ${seconds.toFixed(1)} s)`;
  // In one piece: another lane reports too.
  console.log(detail ? `${line}\n${detail.replace(/^/gm, '     ')}` : line);
}
function report(one, { state, detail }, seconds) {
  show(one, { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[state], detail, seconds);
  results.push(state);
}

/** The cases that failed once, and what is to be reported of each if it is not run again. */
const again = [];
const secondAttempts = 3;

async function lane(queue, beside) {
  for (let one = queue.shift(); one; one = queue.shift()) {
    const start = performance.now();
    const result = await runCase(one, beside);
    const seconds = (performance.now() - start) / 1000;
    if (result.state !== 'failed') report(one, result, seconds);
    else {
      show(one, 'once', `failed at the first attempt: ${result.detail}`, seconds);
      again.push({ one, result, seconds });
    }
  }
}

/** Other work on this machine fails a story now and then; so many of them, something is wrong. */
async function runAgain() {
  if (again.length > secondAttempts) for (const { one, result, seconds } of again) report(one, result, seconds);
  else await secondLane();
  if (again.length > 0) console.log(`${again.length} failed at the first attempt`);
}
async function secondLane() {
  for (const { one } of again) {
    const start = performance.now();
    report(one, await runCase(one, 1), (performance.now() - start) / 1000);
  }
}

const [shard, shards] = options.shard.split('/').map(Number);
const all = chosen.flatMap((story) => [...cases(story)]).filter((_, at) => at % shards === shard - 1);
if (lanes === 1 && !options.part) await lane([...all], 1);
else {
  const alone = all.filter(({ story }) => story.alone);
  const beside = all.filter(({ story }) => !story.alone);
  if (options.part !== 'alone') await Promise.all(Array.from({ length: lanes }, () => lane(beside, lanes)));
  if (options.part !== 'beside') await lane(alone, 1);
}
await runAgain();
for (const { error, of } of stray) {
  const detail = `after its end: ${error?.stack ?? error}`;
  report(of ?? all.at(-1), { state: 'failed', detail }, 0);
}
const count = (state) => results.filter((result) => result === state).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exit(count('failed') > 0 ? 1 : 0);
