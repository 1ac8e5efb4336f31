import { CLOCK_TICKS_PER_SECOND, readUsage } from '../target/proc.js';
import type { TargetUsage } from './display.js';

/** Measures what a process uses, a reading a second; CPU in percent of one core between two readings. */
export class UsageMeter {
  private last: { ticks: number; at: number } | undefined;
  private before: number | undefined;
  private cpu: number | undefined;

  constructor(private readonly pid: number) {
    this.read();
  }

  /** The probes are about to work: what has been measured until now is how it was without them. */
  armed(): void {
    if (this.last !== undefined && performance.now() - this.last.at > 150) this.read();
    this.before = this.cpu;
  }

  read(): TargetUsage {
    const usage = readUsage(this.pid);
    if (usage === null) return { cpu: undefined, cpuBefore: this.before, rssBytes: undefined, threads: undefined };
    const at = performance.now();
    if (this.last !== undefined && at > this.last.at) {
      this.cpu = ((usage.cpuTicks - this.last.ticks) / CLOCK_TICKS_PER_SECOND / (at - this.last.at)) * 1e5;
    }
    this.last = { ticks: usage.cpuTicks, at };
    return { cpu: this.cpu, cpuBefore: this.before, rssBytes: usage.rssBytes, threads: usage.threads };
  }
}
