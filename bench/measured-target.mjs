// A Python program that tells how long one round of its work takes it, alone and while a tracer looks.
import { spawn } from 'node:child_process';
import { median } from './table.mjs';

/** What is measured once the target has had so many samples to settle, one a quarter of a second. */
const SETTLE = 4;
const SAMPLES = 6;

export class MeasuredTarget {
  perRound = [];
  #wake = () => undefined;
  #running = new Set();

  /** `work` is one line of Python, of which `count` rounds are done at a time; `setup` comes before. */
  constructor(python, setup, work, count) {
    const program = `
import time
${setup}
while True:
    begin, rounds = time.perf_counter_ns(), 0
    while time.perf_counter_ns() - begin < 250_000_000:
        ${work}
        rounds += ${count}
    print((time.perf_counter_ns() - begin) / rounds, flush=True)
`;
    this.child = spawn(python, ['-S', '-E', '-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.pid = this.child.pid;
    this.#running.add(this.child);
    this.child.stdout.on('data', (chunk) => {
      this.perRound.push(...chunk.toString().trim().split('\n').map(Number));
      this.#wake();
    });
    process.on('exit', () => this.close());
  }

  /** The next `count` times that it tells, ns. */
  async samples(count) {
    const from = this.perRound.length;
    while (this.perRound.length < from + count) await new Promise((resolve) => (this.#wake = resolve));
    return this.perRound.slice(from, from + count);
  }

  /** ns a round while a tracer, if any, looks: `on` tells from the tracer whether its probes are in place. */
  async under(command, on) {
    if (command === null) return median(await this.samples(SAMPLES));
    const tracer = this.start(command);
    // Compiling takes seconds on a busy machine.
    while (!on(tracer)) {
      await this.samples(1);
      if (tracer.exitCode !== null) await this.end(tracer, on);
    }
    await this.samples(SETTLE);
    const result = median(await this.samples(SAMPLES));
    await this.end(tracer, on);
    return result;
  }

  start({ file, args, env = {} }) {
    const tracer = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    tracer.words = '';
    tracer.head = '';
    tracer.stdout.on('data', (chunk) => {
      if (tracer.head.length < 10_000) tracer.head += chunk.toString('latin1');
    });
    tracer.stderr.on('data', (chunk) => (tracer.words += chunk));
    tracer.gone = new Promise((resolve) => tracer.once('close', resolve));
    this.#running.add(tracer);
    return tracer;
  }

  /** Ends a tracer, and waits until its probes are off. */
  async end(tracer, on) {
    // One that has ended by itself has not traced: its time would be that of no tracer.
    if (tracer.exitCode !== null) throw new Error(`${tracer.spawnargs.join(' ')} ended: ${tracer.words}`);
    tracer.kill('SIGTERM');
    const late = setTimeout(() => tracer.kill('SIGKILL'), 30_000);
    await tracer.gone;
    clearTimeout(late);
    if (tracer.signalCode === 'SIGKILL') throw new Error(`${tracer.spawnargs.join(' ')} did not end on SIGTERM`);
    this.#running.delete(tracer);
    tracer.head = '';
    while (on(tracer)) await this.samples(1);
    await this.samples(2);
  }

  close() {
    for (const child of this.#running) child.kill('SIGTERM');
  }
}
