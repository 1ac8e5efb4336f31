// How long one waits: for the help, and for the first frame of a trace with a fake tracer.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, row } from './table.mjs';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const CHILD = fileURLToPath(new URL('./start-child.mjs', import.meta.url));
const ROUNDS = 9;

export async function start() {
  const bare = [];
  const help = [];
  const frame = [];
  // In turns: what else the machine does meets all of them alike.
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(run(['-e', '0']));
    help.push(run([BIN, '--help']));
    frame.push(await firstFrame());
  }
  return [
    row('start: node -e 0', median(bare), 'ms', 'the clock, median'),
    row('start: --help', best(help), 'ms', 'the clock, best', '< 200'),
    row('start: --help', median(help) / median(bare), 'x', 'node -e 0'),
    row('start: first frame', best(frame), 'ms', 'the clock, best, in a pty', '< 400'),
    row('start: first frame', median(frame) / median(bare), 'x', 'node -e 0'),
  ];
}

const best = (values) => Math.min(...values);

function run(args) {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

/** In a process of its own, through tsx: the terminal for tests is TypeScript. */
function firstFrame() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('close', (code) => (code === 0 ? resolve(Number(text)) : reject(new Error(`the first frame: ${code}`))));
  });
}
