import { semaphoreAddress } from '../target/in-memory.js';
import { openMemory, type ProcessMemory } from '../target/memory.js';
import type { ProbeName } from '../target/target.js';
import type { TraceRequest } from './engine.js';

/** How often a script says, every 20 ms, that it is armed: the last time is taken for it, whatever is seen. */
export const ARMED_RECORDS = 50;
/** The same where nothing can be seen. */
const BLIND = 5;

/**
 * The USDT probe that bpftrace sets last, the first one of each script. Timers are set before all of them (tried: 0.17.0,
 * 0.27.1; on a busy machine 130 ms before), so that a script by itself cannot tell when its probes are in place.
 */
const LAST_SET: Readonly<Record<string, ProbeName>> = {
  calls: 'function__entry',
  top: 'function__entry',
  gc: 'gc__start',
  objects: 'instance__new__done',
};
const INT3 = 0xcc;

/** Sees in a process's memory when the last probe of a script is in place. */
export class Arming {
  private readonly memory: ProcessMemory | null;
  private readonly address: number;
  /** Of a semaphore, before: another tracer may hold it up, or the view before this one, which is about to end. */
  private before: number;
  private readonly breakpoint: boolean;
  private ticks = 0;
  private seen = false;

  constructor(request: TraceRequest, open = openMemory, semaphore = semaphoreAddress) {
    const probe = LAST_SET[request.script];
    const known = request.parameters.find(({ name }) => name === 'breakpoint1')?.value ?? 0;
    this.breakpoint = probe === undefined;
    this.address = Number(this.breakpoint ? known : semaphore(request.target, probe));
    this.memory = this.address === 0 ? null : open(request.target.pid);
    this.before = this.look() ?? 0;
  }

  /** Told each time that the script says so; whether its probes are in place by now. */
  tick(): boolean {
    this.ticks++;
    const now = this.look();
    // What bpftrace lets its program run for is set a moment before that program is: hence not the first time it is seen.
    const armed = this.seen || this.ticks >= (now === null ? BLIND : ARMED_RECORDS);
    this.seen = now !== null && (this.breakpoint ? now === INT3 : now > this.before);
    this.before = Math.min(this.before, now ?? this.before);
    return armed;
  }

  close(): void {
    this.memory?.close();
  }

  private look(): number | null {
    if (this.breakpoint) return this.memory?.read(this.address, 1)?.[0] ?? null;
    return this.memory?.read(this.address, 2)?.readUInt16LE() ?? null;
  }
}
