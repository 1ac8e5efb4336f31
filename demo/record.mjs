// Makes demo/shop.ptrace anew: a real trace of demo/workload.py in all views, for `pytrace demo` where nothing can be
// traced live. It is the live demo, recorded while a robot looks at one view after the other.
//
//   node demo/record.mjs
//
// Needs root and two and a half minutes. Runs in the laboratory (test/lab), or right here with PYTRACE_RECORD_HERE=1
// where dtrace and a Python with function probes are.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { tsImport } from 'tsx/esm/api';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const finished = 'demo/shop.ptrace';
const fresh = `${finished}.new`;
const MOST_BYTES = 1_500_000;

/** View, its key, what is on the screen once it has data, and how long it is recorded, s. Trends need a minute. */
const VISITS = [
  ['calls', '', /inside .* in Python/, 6],
  ['top', '1', /LIVE(.|\n)*FUNCTION/, 15],
  ['gc', '3', /LIVE(.|\n)*gen 2/i, 30],
  ['objects', '4', /LIVE(.|\n)*Session/, 64],
];

/** The demo as it is, but for the option that it does not offer. */
const PROGRAM = `
  import { demo } from './dist/cli/demo.js';
  import { parseOptions } from './dist/cli/options.js';
  process.exit(await demo(parseOptions({ record: '${fresh}' }), false));
`;

async function tour(pty) {
  for (const [view, key, shown, seconds] of VISITS) {
    if (key !== '') pty.type(key);
    await pty.waitForText(shown, { timeoutMs: 60_000 });
    console.error(`record: ${view}, ${seconds} s`);
    await sleep(seconds * 1000);
  }
  pty.type('q');
  const status = await pty.exited;
  if (status !== 0) throw new Error(`pytrace ended with ${status}`);
}

/** A recording that lost something, or has no end, is no example. */
function objection(text) {
  const lines = text.split('\n');
  const scripts = lines.filter((line) => line.startsWith('H\t')).map((line) => line.split('\t')[4]);
  if (text.length >= MOST_BYTES) return `${text.length} bytes are too many to ship`;
  if (scripts.length !== VISITS.length) return `it holds only ${scripts.join(', ')}`;
  if (lines.some((line) => line.startsWith('L\t')) || !lines.at(-2)?.startsWith('Q\t')) return 'something was lost';
  return undefined;
}

const { withPty } = await tsImport('../test/tty/pty.ts', import.meta.url);
const setup = spawnSync(process.execPath, [join(root, 'test/setup.mjs')], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(1);
process.chdir(root);
rmSync(fresh, { force: true });
try {
  const node = ['node', '--input-type=module', '-e', PROGRAM];
  const here = process.env.PYTRACE_RECORD_HERE !== undefined;
  const inside = ['bash', 'test/lab/lab', 'enter', 'sh', '-c', 'cd /pytrace && exec "$@"', 'record', ...node];
  await withPty(here ? node : inside, { columns: 120, rows: 36, cwd: root }, tour);
  const text = readFileSync(fresh, 'latin1');
  const why = objection(text);
  if (why !== undefined) throw new Error(`${why}; once more, please`);
  chmodSync(fresh, 0o644);
  renameSync(fresh, finished);
  console.error(`record: ${finished}, ${text.length} bytes`);
} catch (error) {
  console.error(`record: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(fresh, { force: true });
}
