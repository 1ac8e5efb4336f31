// Loaded into pytrace by the benchmark of the screens: on SIGUSR2 it appends what the heap holds after a collection.
import { appendFileSync } from 'node:fs';

process.on('SIGUSR2', () => {
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  appendFileSync(process.env.PYTRACE_BENCH_HEAP, `${heapUsed + arrayBuffers}\n`);
});
