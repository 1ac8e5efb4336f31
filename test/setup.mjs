// Makes a checkout ready to run: dependencies, then compiled JavaScript. Every npm script starts with it, so a fresh
// clone needs no step of its own. One line for each thing done; silent when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, '.setup-lock');
const dist = join(root, 'dist');
const stamp = join(dist, '.compiled');

function fail(sentence) {
  console.error(`setup: ${sentence}`);
  process.exit(1);
}

const time = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** The newest modification time of `dir`, its folders and its sources: a removed file makes its folder newer. */
function newest(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() || (/\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)))
    .map((entry) => time(join(entry.parentPath ?? entry.path, entry.name)))
    .reduce((a, b) => Math.max(a, b), time(dir));
}

const dependenciesMissing = () =>
  time(join(root, 'node_modules/.package-lock.json')) < time(join(root, 'package-lock.json'));

// A stamp of its own, because tsc writes its output even when it finds errors.
const outputStale = () =>
  time(stamp) <
  Math.max(newest(join(root, 'src')), time(join(root, 'tsconfig.json')), time(join(root, 'tsconfig.build.json')));

function npm(args) {
  const run = spawnSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return { ok: run.status === 0, text: `${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`.trim() };
}

/** Only one setup works in a checkout at a time: two `npm ci` would remove each other's files. */
function takeLock() {
  const giveUp = Date.now() + 300_000;
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      process.on('exit', () => rmSync(lock, { recursive: true, force: true }));
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`cannot write in ${root}: ${error.message}.`);
    }
    if (!holderLives()) rmSync(lock, { recursive: true, force: true });
    else if (Date.now() > giveUp) fail(`another setup holds ${lock} for five minutes; remove it if that one is gone.`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function holderLives() {
  try {
    // Just made, its pid not yet written: it counts as alive while it is young.
    if (Date.now() - time(lock) < 5000) return true;
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`pytrace needs Node 20.19 or newer, and this is ${process.versions.node}.`);
}

if (dependenciesMissing() || outputStale()) {
  takeLock();
  if (dependenciesMissing()) {
    console.log('setup: installing dependencies (npm ci)');
    const result = npm(['ci', '--include=dev', '--no-progress']);
    if (!result.ok) {
      console.error(result.text.split('\n').slice(-15).join('\n'));
      fail('npm ci failed (its last lines are above): check the network and the disk, then try again.');
    }
  }
  if (outputStale()) {
    console.log('setup: compiling (tsc)');
    const started = Date.now();
    const result = npm(['run', '-s', 'build']);
    if (!result.ok) {
      console.error(result.text);
      fail('the sources do not compile (the errors are above).');
    }
    writeFileSync(stamp, '');
    // Output of sources that are gone. Not removed before compiling, so that who runs it meanwhile goes on running.
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      if (entry.isFile() && time(path) < started - 100) rmSync(path);
    }
    utimesSync(stamp, new Date(started), new Date(started));
  }
}
