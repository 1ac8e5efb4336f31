import { rmSync } from 'node:fs';
import type { Choice } from '../engines/choose.js';
import type { EngineEnd, RunningEngine, TraceRequest } from '../engines/engine.js';
import { startEngine, type SupervisorOptions } from '../engines/supervisor.js';
import { stillSame, watchExit } from '../target/alive.js';
import type { Exit, Held } from '../target/launch.js';
import { readThreadIds } from '../target/proc.js';
import { standingCause, standingWords, type Standing } from '../target/standstill.js';
import { ThreadNames } from '../target/threads.js';
import type { Session } from '../models/session.js';
import type { OpenView } from '../views/trace-view.js';
import type { RecordingWriter } from '../wire/recording.js';
import { holdsTarget } from './prepare.js';
import { StandstillWatch, type StoodStill } from './standstill-watch.js';

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
  /** How long others kept the process from running while it was traced. */
  readonly stood: StoodStill;
  /** Path of the recording that this run ended; undefined where there is none, or nothing was in it. */
  readonly saved: string | undefined;
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
  /** Others have stopped or taken hold of the process, or let go of it. */
  standing?(standing: Standing): void;
}

/** Lines wait so long for earlier ones from other processors when nothing follows them, ms. */
const QUIET_MS = 250;
/** The end record may overtake events of other processors; they are waited for until so long nothing has come, ms. */
const STRAGGLERS_MS = 2000;

/** So often the names behind new addresses are read from the target, ms. */
const LOOK_UP_MS = 250;
/** A tracer that has printed nothing for so long has no more of a target that has ended, ms. */
const DRAINED_MS = 300;
/** So often it is looked whether a process that dtrace holds by ptrace has started a thread, ms. */
const ALONE_MS = 100;
/** So often it is looked whether the process may run, ms. */
const STANDING_MS = 1000;
/** So soon after an engine that held it a target's end is seen, ms: it is looked at each 200 ms. */
const TARGET_TOO_MS = 400;

/** What one run of an engine is for. */
export interface TraceRun {
  readonly opened: OpenView;
  readonly choice: Choice;
  readonly request: TraceRequest;
  /** The program, where pytrace started it. */
  readonly held: Held | null;
  /** Another run has traced this process before: it is not held any more. */
  readonly again: boolean;
  readonly recorder: RecordingWriter | null;
  readonly durationSeconds: number | undefined;
}

/** A live trace: an engine whose bytes go into a session, from the start until everything is gone again. */
export class LiveTrace {
  readonly threads: ThreadNames;
  private readonly watch: StandstillWatch;
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
  private tracingOver!: () => void;
  /** Resolves when all is over and gone. */
  readonly done = new Promise<TraceEnd>((resolve) => (this.finish = resolve));

  /** Resolves when tracing is over: no more data. */
  readonly over = new Promise<void>((resolve) => (this.tracingOver = resolve));
  private readonly session: Session;
  private readonly request: TraceRequest;
  private readonly held: Held | null;
  private readonly recorder: RecordingWriter | null;
  /** Another run follows: the target goes on, and so does the recording. */
  private handedOn = (): boolean => false;

  constructor(
    private readonly run: TraceRun,
    private readonly handlers: TraceHandlers,
    private readonly supervisor: SupervisorOptions = {},
  ) {
    this.session = run.opened.session;
    this.request = run.request;
    this.held = run.held;
    this.recorder = run.recorder;
    this.threads = new ThreadNames(run.request.target.pid);
    this.watch = new StandstillWatch(run.request.target.pid, () => this.running?.pid ?? 0);
  }

  /** Whether others keep the process from running, as last looked at. */
  get stood(): StoodStill {
    return this.watch.stood();
  }

  /** Ends this run, of which another view's takes the place if `follows` still says so when all is gone. */
  async handOn(follows: () => boolean): Promise<void> {
    this.handedOn = follows;
    this.stop('interrupted');
    await this.over;
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
    // A program that pytrace holds stands still until the probes are in place.
    if (this.held === null || this.run.again) this.standing();
    this.timers.push(setInterval(() => this.standing(), STANDING_MS));
    this.running = startEngine(
      this.run.choice.engine,
      this.run.choice.facts,
      { ...request, own: this.held !== null },
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
          // A dtrace that holds the target ends with it, and is the first to know.
          const first = end.reason === 'died' && this.ptraced;
          if (first) setTimeout(() => this.engineEnded(end), TARGET_TOO_MS);
          else this.engineEnded(end);
        },
      },
      this.supervisor,
    );
  }

  private engineEnded(end: EngineEnd): void {
    if (end.reason === 'failed-to-start') {
      this.reason ??= 'failed-to-start';
    } else if (end.reason === 'died') {
      // bpftrace ends with the process, and may know of its end before us.
      this.reason ??= this.session.ended && !stillSame(this.request.target) ? 'target-exited' : 'engine-died';
    }
    if (end.sentence !== '' && (this.reason === 'failed-to-start' || this.reason === 'engine-died')) {
      this.sentence = end.sentence;
      this.details = end.details;
    }
    void this.finishUp();
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
    this.watch.begin();
    this.running?.armed();
    // A program that was caught too late has frames that nobody saw entered, as one that ran before.
    const tids = this.held?.fromFirstCall && !this.run.again ? [] : readThreadIds(this.request.target.pid);
    this.session.threadsAtAttach(tids);
    this.names();
    for (const tid of tids) this.recorder?.thread(tid, true, this.threads.get(tid) ?? '');
    this.timers.push(
      setInterval(() => this.quiet(), QUIET_MS),
      setInterval(() => this.names(), 1000),
    );
    if (this.ptraced) this.timers.push(setInterval(() => this.alone(), ALONE_MS));
    const { durationSeconds, opened, again } = this.run;
    if (durationSeconds !== undefined) {
      this.timers.push(setTimeout(() => this.stop('duration'), durationSeconds * 1000));
    }
    if (opened.lookUp) {
      // What is known of the target already: headers tell how far the counts can be trusted.
      this.lookUp();
      this.timers.push(setInterval(() => this.lookUp(), LOOK_UP_MS));
    }
    this.handlers.armed();
    if (!again) this.held?.resume();
  }

  private quiet(): void {
    if (performance.now() - this.lastData < QUIET_MS) return;
    this.session.flush();
    this.handlers.changed();
  }

  private get ptraced(): boolean {
    return holdsTarget(this.run.choice.engine.id, this.request);
  }

  /** dtrace's breakpoints kill a process in which another thread than the first meets one, so it lets go of it in time. */
  private alone(): void {
    const { pid } = this.request.target;
    if (this.reason !== undefined || readThreadIds(pid).length < 2) return;
    this.sentence = `Process ${pid} has started a second thread, which dtrace's breakpoints could kill it by: the trace was ended.`;
    this.stop('engine-died');
  }

  private standing(): void {
    if (this.reason !== undefined || (this.held !== null && !this.run.again && this.armedAt === 0)) return;
    const { pid } = this.request.target;
    const before = this.watch.now;
    if (!this.watch.look()) return;
    const { now } = this.watch;
    const words = standingWords(now, pid) || `runs again; it was ${standingCause(before)}`;
    this.handlers.note(`Process ${pid} ${words}.`);
    this.handlers.standing?.(now);
    this.handlers.changed();
  }

  private lookUp(): void {
    const lines = this.run.opened.lookUp?.(this.request.target) ?? [];
    if (lines.length === 0) return;
    this.session.insert(lines);
    this.recorder?.insert(lines);
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
    void this.finishUp();
  }

  private async finishUp(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.stragglers);
    this.unwatch?.();
    this.session.end();
    this.lookUp();
    if (this.reason === 'target-exited' && this.armedAt === 0) {
      this.reason = 'failed-to-start';
      this.sentence = `Process ${this.request.target.pid} ended before the probes were in place: nothing of it was seen.`;
    }
    const reason = this.reason ?? 'engine-died';
    const { stood } = this;
    const watchedMs = this.armedAt === 0 ? 0 : performance.now() - this.armedAt;
    this.handlers.ended(reason);
    this.tracingOver();
    const clean = (await this.running?.gone()) ?? true;
    const handedOn = this.handedOn();
    if (this.held && this.exit === null && !handedOn) {
      // Ours, so it must not outlive us: nobody else could end it.
      if (reason === 'failed-to-start') this.held.kill();
      else if (stillSame(this.request.target)) this.held.kill('SIGTERM');
    }
    const saved = handedOn ? undefined : await this.closeRecording(reason);
    this.finish({
      reason,
      sentence: this.sentence,
      details: this.details,
      clean,
      targetRuns: this.held === null && stillSame(this.request.target),
      exit: this.exit,
      watchedMs,
      stood,
      saved,
    });
  }

  private async closeRecording(reason: EndReason): Promise<string | undefined> {
    const { recorder } = this;
    if (recorder === null) return undefined;
    await recorder.close(this.session.scanner.events, reason);
    if (this.armedAt !== 0 || this.run.again) return recorder.path;
    // Without probes it holds nothing. It is this run's own: a writer takes no file that was there before.
    rmSync(recorder.path, { force: true });
    return undefined;
  }
}
