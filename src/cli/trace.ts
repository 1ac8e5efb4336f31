import type { Choice } from '../engines/choose.js';
import type { RunningEngine, TraceRequest } from '../engines/engine.js';
import { startEngine, type SupervisorOptions } from '../engines/supervisor.js';
import { stillSame, watchExit } from '../target/alive.js';
import type { Exit, Held } from '../target/launch.js';
import { readThreadIds } from '../target/proc.js';
import { ThreadNames } from '../target/threads.js';
import type { Session } from '../models/session.js';
import type { RecordingWriter } from '../wire/recording.js';

export type EndReason = 'duration' | 'target-exited' | 'interrupted' | 'engine-died' | 'failed-to-start';

/** How a trace ended, and whether nothing of it is left. */
export interface TraceEnd {
  readonly reason: EndReason;
  /** One sentence where something went wrong, else ''. */
  readonly sentence: string;
  readonly details: readonly string[];
  /** The engine and its kernel events are gone; false where that could not be seen. */
  readonly clean: boolean;
  readonly targetRuns: boolean;
  /** Of a program that pytrace started. */
  readonly exit: Exit | null;
  /** From when the probes were armed to the end of tracing. */
  readonly watchedMs: number;
}

export interface TraceHandlers {
  /** The probes are in place. */
  armed(): void;
  /** New bytes have been taken in, or something else than data has changed. */
  changed(): void;
  /** Tracing is over: no more data; the engine may still be on its way out. */
  ended(reason: EndReason): void;
  /** The engine compiles, or arms. */
  progress?(phase: 'compile' | 'arm', text: string): void;
  /** A sentence for whoever looks: a failed recording, a word of the engine. */
  note(sentence: string): void;
}

/** Lines wait so long for earlier ones from other processors when nothing follows them, ms. */
const QUIET_MS = 250;
/** The end record may overtake events of other processors; they are waited for until so long nothing has come, ms. */
const STRAGGLERS_MS = 2000;

/** A tracer that has printed nothing for so long has no more of a target that has ended, ms. */
const DRAINED_MS = 300;

/** A live trace: an engine whose bytes go into a session, from the start until everything is gone again. */
export class LiveTrace {
  readonly threads: ThreadNames;
  /** When the probes were armed, on the clock of performance.now(); 0 before. */
  armedAt = 0;
  reason: EndReason | undefined;
  private running: RunningEngine | undefined;
  private sentence = '';
  private details: readonly string[] = [];
  private exit: Exit | null = null;
  private lastData = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private stragglers: NodeJS.Timeout | undefined;
  private unwatch: (() => void) | undefined;
  private finish!: (end: TraceEnd) => void;
  /** Resolves when all is over and gone. */
  readonly done = new Promise<TraceEnd>((resolve) => (this.finish = resolve));

  constructor(
    readonly session: Session,
    private readonly choice: Choice,
    private readonly request: TraceRequest,
    private readonly held: Held | null,
    private readonly recorder: RecordingWriter | null,
    private readonly durationSeconds: number | undefined,
    private readonly handlers: TraceHandlers,
    private readonly supervisor: SupervisorOptions = {},
  ) {
    this.threads = new ThreadNames(request.target.pid);
  }

  start(): void {
    const { session, request } = this;
    session.onRecord = (record) => {
      if (record.kind === 'A') this.arm();
    };
    if (!stillSame(request.target)) {
      this.fail(`Process ${request.target.pid} ended before it could be traced: look for its new pid.`);
      return;
    }
    this.unwatch = watchExit(request.target, () => this.stop('target-exited'));
    void this.held?.exited.then((exit) => {
      this.exit = exit;
      this.stop('target-exited');
    });
    this.running = startEngine(
      this.choice.engine,
      this.choice.facts,
      request,
      {
        data: (chunk) => this.data(chunk),
        progress: (phase, text) => this.handlers.progress?.(phase, text),
        loss: (cause, count) => {
          session.lose(cause, count);
          this.recorder?.loss(cause, count);
          this.handlers.changed();
        },
        note: (text) => this.handlers.note(text),
        end: (end) => {
          if (end.reason === 'failed-to-start') {
            this.reason ??= 'failed-to-start';
          } else if (end.reason === 'died') this.reason ??= 'engine-died';
          if (this.reason === 'failed-to-start' || this.reason === 'engine-died') {
            this.sentence = end.sentence;
            this.details = end.details;
          }
          void this.over();
        },
      },
      this.supervisor,
    );
  }

  /** Ends the tracing; what has been seen stays. */
  stop(reason: EndReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    if (reason === 'target-exited' && this.armedAt !== 0) this.stopWhenDrained(performance.now());
    else void this.running?.stop();
  }

  /** Nothing new is written any more: dtrace is told to stop once it has printed what it has, since it may forget it then. */
  private stopWhenDrained(since: number): void {
    const now = performance.now();
    if (now - Math.max(this.lastData, since) > DRAINED_MS || now - since > STRAGGLERS_MS * 2) void this.running?.stop();
    else this.timers.push(setTimeout(() => this.stopWhenDrained(since), 50));
  }

  private data(chunk: Uint8Array): void {
    this.lastData = performance.now();
    this.recorder?.chunk(chunk);
    this.session.push(chunk);
    if (this.session.ended) this.ended();
    this.handlers.changed();
  }

  private ended(): void {
    if (this.session.missing === 0) this.running?.ended();
    else {
      clearTimeout(this.stragglers);
      this.stragglers = setTimeout(() => this.running?.ended(), STRAGGLERS_MS);
    }
  }

  private arm(): void {
    if (this.armedAt !== 0) return;
    this.armedAt = performance.now();
    this.running?.armed();
    // A program that was caught too late has frames that nobody saw entered, as one that ran before.
    const tids = this.held?.fromFirstCall ? [] : readThreadIds(this.request.target.pid);
    this.session.threadsAtAttach(tids);
    this.names();
    for (const tid of tids) this.recorder?.thread(tid, true, this.threads.get(tid) ?? '');
    this.timers.push(
      setInterval(() => this.quiet(), QUIET_MS),
      setInterval(() => this.names(), 1000),
    );
    if (this.durationSeconds !== undefined) {
      this.timers.push(setTimeout(() => this.stop('duration'), this.durationSeconds * 1000));
    }
    this.handlers.armed();
    this.held?.resume();
  }

  private quiet(): void {
    if (performance.now() - this.lastData < QUIET_MS) return;
    this.session.flush();
    this.handlers.changed();
  }

  private names(): void {
    if (!this.threads.poll()) return;
    for (const tid of readThreadIds(this.request.target.pid)) {
      const name = this.threads.get(tid);
      if (name === undefined) continue;
      this.session.nameThread(tid, name);
      if (this.armedAt !== 0) this.recorder?.thread(tid, false, name);
    }
  }

  private fail(sentence: string): void {
    this.reason = 'failed-to-start';
    this.sentence = sentence;
    void this.over();
  }

  private async over(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.stragglers);
    this.unwatch?.();
    this.session.end();
    const reason = this.reason ?? 'engine-died';
    const watchedMs = this.armedAt === 0 ? 0 : performance.now() - this.armedAt;
    this.handlers.ended(reason);
    const clean = (await this.running?.gone()) ?? true;
    if (this.held && this.exit === null) {
      // Ours, so it must not outlive us: nobody else could end it.
      if (reason === 'failed-to-start') this.held.kill();
      else if (stillSame(this.request.target)) this.held.kill('SIGTERM');
    }
    await this.recorder?.close(this.session.scanner.events, reason);
    this.finish({
      reason,
      sentence: this.sentence,
      details: this.details,
      clean,
      targetRuns: this.held === null && stillSame(this.request.target),
      exit: this.exit,
      watchedMs,
    });
  }
}
