import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isRoot } from '../engines/sudo.js';
import { Session } from '../models/session.js';
import type { Target } from '../target/target.js';
import { sanitize } from '../wire/names.js';
import { firstFrame } from '../ui/first-frame.js';
import type { Phase } from '../ui/start.js';
import { SessionDisplay, type DisplayIdentity } from './display.js';
import { exitStatus, lastWords } from './last-words.js';
import { logFile } from './log-file.js';
import type { ModelFacts } from './model.js';
import type { Options } from './options.js';
import { openRecording, prepare, pythonText, sessionFilters, type Prepared } from './prepare.js';
import { say } from './say.js';
import { screenOptions } from './screen-options.js';
import { onSignals } from './signals.js';
import type { Subject } from './subject.js';
import { UsageMeter } from './target-usage.js';
import type { EndReason, LiveTrace, TraceEnd } from './trace.js';

/** After so long without the end of the tracer, it is said what is being waited for, ms. */
const SAY_WAITING_AFTER = 400;

/** Traces with the screens, until they are quit. Returns the exit status. */
export async function showLive(subject: Subject, options: Options): Promise<number> {
  // Rights and passwords belong on the plain terminal; for root nothing is to be asked, and the picture comes at once.
  const early = isRoot() ? undefined : await prepare(subject.target, 'calls', options);
  const run = new ScreenRun(subject, options);
  const look = screenOptions(options);
  const unpaint = firstFrame(run.title, run.display.steps, look);
  const begun = run.begin(early);
  begun.catch(() => undefined); // told below, once the screens are closed
  const { runApp } = await import('../ui/terminal-app.js').finally(unpaint);
  const app = runApp({ source: run.display, ...look, stop: run.stop.signal });
  subject.handOver();
  const end = await app;
  const unhook = onSignals(() => process.exit(1));
  const told = end.why === 'lost-terminal' ? null : setTimeout(() => say('Removing the probes…'), SAY_WAITING_AFTER);
  try {
    return await run.finish(begun, end.why === 'lost-terminal');
  } finally {
    unhook();
    if (told) clearTimeout(told);
  }
}

/** One live trace behind the screens. */
class ScreenRun {
  readonly stop = new AbortController();
  readonly display: SessionDisplay;
  readonly title: string;
  private readonly session: Session;
  private readonly meter: UsageMeter;
  private readonly identity: DisplayIdentity;
  private readonly began = performance.now();
  private readonly failures: string[] = [];
  private trace: LiveTrace | undefined;
  private saved: string | undefined;
  private ended: TraceEnd | undefined;
  private endedAt: number | undefined;
  private armedAt = 0;
  private tick: NodeJS.Timeout | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly options: Options,
  ) {
    const { target, held } = subject;
    this.session = new Session(sessionFilters(options));
    this.title = `pytrace calls ${target.pid}`;
    this.meter = new UsageMeter(target.pid);
    this.identity = {
      pid: target.pid,
      python: pythonName(target),
      command: sanitize(target.command.join(' ')).slice(0, 400) || sanitize(target.exe),
      engine: '',
    };
    const facts: ModelFacts = {
      since: held ? 'launch' : 'attach',
      minDurationNs: options.minDuration,
      notice: () => this.notice(),
    };
    this.display = new SessionDisplay(this.session, this.identity, facts, this.title, () => this.now());
    this.display.further = () => this.programOutput();
    this.display.steps.push(
      step(
        'target',
        'done',
        `${pythonName(target)} (pid ${target.pid}, uid ${target.uid}, ${held ? 'started and held' : 'alive'})`,
        this.since(),
      ),
      step('probes', 'done', 'function-entry, function-return: found', this.since()),
      step('backend', 'running', 'looking for a tracer', undefined),
      step('compile', 'waiting', '', undefined),
      step('arm', 'waiting', '', undefined),
    );
  }

  /** Starts the trace; a failure ends the screens, and comes out of `finish`. */
  async begin(early: Prepared | undefined): Promise<void> {
    const { subject, options, display } = this;
    try {
      const prepared = early ?? (await prepare(subject.target, 'calls', options));
      const { choice } = prepared;
      const name = `${choice.engine.id} ${choice.facts.version}`.trim();
      this.identity.engine = name;
      for (const sentence of choice.sentences) display.note(sentence);
      this.step('backend', 'done', [name, ...choice.sentences.slice(1)].join('; '));
      this.step('compile', 'running', `${choice.engine.id} compiles the script`);
      if (subject.held && !subject.held.fromFirstCall) {
        display.note('The program could not be held before its first call; its first calls are missing.');
      }
      const log = logFile(options.log);
      const recorder = openRecording(options, prepared, subject.held !== null, (sentence) => {
        this.failures.push(sentence);
        display.note(sentence);
      });
      this.saved = recorder?.path;
      // Loaded only now: what starts children takes a while to load, and the first frame need not wait for it.
      const { LiveTrace } = await import('./trace.js');
      this.trace = new LiveTrace(
        this.session,
        choice,
        prepared.request,
        subject.held,
        recorder,
        options.duration,
        {
          armed: () => this.armed(),
          changed: () => display.changed(),
          ended: (reason) => this.over(reason),
          note: (sentence) => display.note(sentence),
          progress: (phase, text) => this.progress(phase, text),
        },
        log ? { log } : {},
      );
      this.display.detach = () => this.trace!.stop('interrupted');
      void this.trace.done.then((end) => this.done(end));
      this.trace.start();
    } catch (error) {
      this.stop.abort();
      throw error;
    }
  }

  /** The screens are closed: ends the trace, says how it was, and gives the exit status. */
  async finish(begun: Promise<void>, silent: boolean): Promise<number> {
    this.trace?.stop('interrupted');
    await begun;
    this.trace?.stop('interrupted');
    const end = this.ended ?? (await this.trace!.done);
    clearInterval(this.tick);
    if (!silent) {
      for (const sentence of this.failures) say(sentence);
      process.stdout.write(lastWords(end, this.session, this.subject.target.pid, this.saved, this.options.ascii));
    }
    return Math.max(exitStatus(end), this.failures.length > 0 ? 1 : 0);
  }

  private armed(): void {
    this.meter.armed();
    this.armedAt = performance.now();
    this.step('compile', 'done', 'script compiled');
    this.step('arm', 'done', 'probes in place');
    this.display.state = { kind: 'live' };
    this.display.current = { kind: 'running' };
    this.session.tick(this.now());
    this.tick = setInterval(() => this.second(), 1000);
    this.display.changed();
  }

  private second(): void {
    if (this.endedAt === undefined) this.display.usage = this.meter.read();
    this.session.tick(this.now());
    this.display.changed();
  }

  /** Tracing is over; the picture stays for as long as it is looked at. */
  private over(reason: EndReason): void {
    this.endedAt = this.hostNow();
    const { display } = this;
    if (reason === 'target-exited') display.state = { kind: 'exited', how: '' };
    else if (display.state.kind !== 'starting') display.state = { kind: 'detached' };
    clearInterval(this.tick);
    display.changed();
  }

  private done(end: TraceEnd): void {
    this.ended = end;
    const { display } = this;
    if (end.exit) display.state = { kind: 'exited', how: end.exit.signal ?? end.exit.code ?? 0 };
    if (end.reason === 'failed-to-start' || end.reason === 'duration') this.stop.abort();
    if (end.sentence !== '') for (const line of [end.sentence, ...end.details]) display.note(line);
    display.changed();
  }

  private progress(phase: 'compile' | 'arm', text: string): void {
    if (phase === 'arm') {
      this.step('compile', 'done', 'script compiled');
      this.step('arm', 'running', text);
    } else this.step('compile', 'running', text);
    const { current } = this.display;
    if (current.kind === 'starting' && /pass/i.test(text)) {
      this.display.current = {
        ...current,
        hint: 'cached after the first run of this script on this kernel.   q cancel   D log',
      };
    }
  }

  private step(name: string, state: Phase['state'], detail: string): void {
    const { steps } = this.display;
    const at = steps.findIndex((each) => each.name === name);
    const before = steps[at];
    steps[at] = { name, state, detail, elapsedMs: before.state === 'done' ? before.elapsedMs : this.since() };
    this.display.changed();
  }

  private since(): number {
    return performance.now() - this.began;
  }

  /** ns since the stream's header, on the clock that the engines use too. */
  private now(): number {
    return this.endedAt ?? this.hostNow();
  }

  private hostNow(): number {
    const { header } = this.session;
    return header ? Math.max(0, Number(process.hrtime.bigint() - header.ts)) : 0;
  }

  private notice(): string {
    const { target, held } = this.subject;
    if (this.trace?.reason === 'target-exited')
      return `Process ${target.pid} ended before any of its functions was called.`;
    if (this.trace?.reason !== undefined) return 'The trace ended before any function was called.';
    const seconds = Math.floor((performance.now() - this.armedAt) / 1000);
    const narrowed =
      this.options.function !== '' ||
      this.options.file !== '' ||
      this.options.thread !== 0 ||
      this.options.minDuration > 0;
    if (held && seconds < 2) return 'The program is starting.';
    const why = narrowed
      ? 'nothing that passes --function, --file, --thread or --min-duration has been called yet'
      : 'no Python function has been called or has returned yet: the process sleeps, waits, or runs C code';
    return `No events for ${seconds} s: the probes are in place, but ${why}.`;
  }

  /** The last of what a program that we started has printed. */
  private programOutput(): string[] {
    const { outputFile } = this.subject;
    if (outputFile === null) return [];
    const lines = tailOf(outputFile, 4096)
      .split('\n')
      .filter((line) => line.trim() !== '');
    return [`output of the program (${outputFile}):`, ...lines.slice(-50).map((line) => `  ${sanitize(line)}`)];
  }
}

function step(name: string, state: Phase['state'], detail: string, elapsedMs: number | undefined): Phase {
  return { name, state, detail, elapsedMs };
}

function pythonName(target: Target): string {
  return `python${pythonText(target).split('.').slice(0, 2).join('.')}`;
}

function tailOf(path: string, bytes: number): string {
  try {
    const { size } = statSync(path);
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(bytes, size));
      readSync(fd, buffer, 0, buffer.length, Math.max(0, size - bytes));
      return buffer.toString('utf8');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
