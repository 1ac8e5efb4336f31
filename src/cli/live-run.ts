import { FREE } from '../target/standstill.js';
import { UserError } from '../target/user-error.js';
import { viewById } from '../views/registry.js';
import type { TraceView } from '../views/trace-view.js';
import type { RecordingWriter } from '../wire/recording.js';
import { passedOver } from './filters.js';
import type { Guide } from './guide.js';
import { heldTerminal } from './held-terminal.js';
import { exitStatus, lastWords, wordColumns } from './last-words.js';
import { LiveScreen, type Traced } from './live-screen.js';
import { logFile, type LogFile } from './log-file.js';
import type { Options } from './options.js';
import { openRecording, prepare, refuseHeld, type Prepared } from './prepare.js';
import { say } from './say.js';
import { stoodTogether } from './standstill-watch.js';
import { standardOutput } from './stdout.js';
import type { Subject } from './subject.js';
import type { EndReason, LiveTrace, TraceEnd } from './trace.js';

/** What is traced behind the screens: one view at a time, for which the engine is started anew. */
export class LiveRun implements Traced {
  readonly stop = new AbortController();
  readonly screen: LiveScreen;
  view: TraceView;
  over = false;
  private readonly failures: string[] = [];
  private trace: LiveTrace | undefined;
  private readonly earlier: LiveTrace[] = [];
  private recorder: RecordingWriter | null = null;
  private log: LogFile | undefined;
  private ended: TraceEnd | undefined;
  /** Changes of view follow one another. */
  private switching: Promise<void> = Promise.resolve();

  constructor(
    first: TraceView,
    private readonly subject: Subject,
    private readonly options: Options,
    private readonly guide: Guide,
  ) {
    this.view = first;
    this.screen = new LiveScreen(this, subject, guide);
    this.screen.display.chosen = (id) => this.choose(viewById(id)!);
  }

  get reason(): EndReason | undefined {
    return this.trace?.reason;
  }

  /** Starts the trace; a failure ends the screens, and comes out of `finish`. */
  async begin(early: Prepared | undefined): Promise<void> {
    const { subject, options, screen } = this;
    const { display } = screen;
    try {
      const prepared = early ?? (await prepare(this.view, subject.target, this.guide.options(this.view)));
      refuseHeld(prepared, subject.held !== null);
      screen.chosen(prepared);
      screen.starting(prepared);
      if (subject.held && !subject.held.fromFirstCall) {
        display.note('The program could not be held before its first call; its first calls are missing.');
      }
      const failed = (sentence: string): void => {
        this.failures.push(sentence);
        display.note(sentence);
      };
      this.log = logFile(options.log, failed);
      this.recorder = openRecording(options, prepared, subject.held !== null, failed);
      await this.start(prepared, this.view, false);
      display.detach = () => this.trace!.stop('interrupted');
    } catch (error) {
      this.stop.abort();
      throw error;
    }
  }

  private async start({ choice, request }: Prepared, view: TraceView, again: boolean): Promise<void> {
    const { screen, options, log } = this;
    const { display } = screen;
    // Loaded only now: what starts children takes a while to load, and the first frame need not wait for it.
    const { LiveTrace } = await import('./trace.js');
    const left = options.duration === undefined ? undefined : options.duration - (again ? screen.armedFor() : 0);
    const trace = new LiveTrace(
      {
        opened: display.opened(view.id),
        choice,
        request: { ...request, terminal: heldTerminal() },
        held: this.subject.held,
        again,
        recorder: this.recorder,
        durationSeconds: left === undefined ? undefined : Math.max(0.001, left),
      },
      {
        armed: () => screen.armed(view),
        changed: () => display.changed(),
        ended: (reason) => this.stopped(view, trace, reason),
        note: (sentence) => display.note(sentence),
        progress: (phase, text) => screen.progress(phase, text),
        standing: (standing) => screen.standing(standing),
      },
      log ? { log } : {},
    );
    this.trace = trace;
    screen.standing(FREE);
    // The one before may have ended before this one was there.
    this.ended = undefined;
    void trace.done.then((end) => this.done(trace, end));
    trace.start();
  }

  /** Another view is looked at: the engine is told to trace what that one needs. */
  private choose(view: TraceView): void {
    this.switching = this.switching
      .then(() => this.switchTo(view))
      .catch((error: unknown) => {
        this.screen.refused(view, inFull(error));
        // The header goes on telling of the view that is traced.
        this.screen.display.show(this.view.id);
      });
  }

  private async switchTo(view: TraceView): Promise<void> {
    const { screen } = this;
    if (view === this.view || this.over || this.trace === undefined || screen.armedAt === 0) return;
    const prepared = await prepare(view, this.subject.target, this.guide.options(view), false);
    const before = this.trace;
    this.view = view;
    // The old one is on its way out while the new one compiles, but a recording holds their streams one after another.
    // Where the screens are closed meanwhile none follows: the old one then ends the recording, and the program.
    let follows: boolean | undefined;
    const decided = (): boolean => (follows ??= !this.over);
    await before.handOn(decided);
    if (!decided()) return;
    this.earlier.push(before);
    screen.chosen(prepared);
    const unapplied = passedOver(view, this.options);
    if (unapplied !== '') screen.display.note(unapplied);
    await this.start(prepared, view, true);
  }

  /** The screens are closed: ends the trace, says how it was, and gives the exit status. */
  async finish(begun: Promise<void>, silent: boolean): Promise<number> {
    const { display } = this.screen;
    this.over = true;
    this.trace?.stop('interrupted');
    await begun;
    await this.switching;
    this.trace?.stop('interrupted');
    const end = this.ended ?? (await this.trace!.done);
    const before = await Promise.all(this.earlier.map((trace) => trace.done));
    // What an earlier view saw is told, whatever became of the last one.
    const last =
      end.reason === 'failed-to-start' && before.length > 0 ? { ...end, reason: 'interrupted' as const } : end;
    const whole = {
      ...last,
      clean: end.clean && before.every(({ clean }) => clean),
      stood: stoodTogether([...before, end].map(({ stood }) => stood)),
      watchedMs: before.reduce((sum, { watchedMs }) => sum + watchedMs, end.watchedMs),
    };
    this.screen.close();
    const failure = end.reason === 'failed-to-start' ? '' : display.failure();
    if (!silent) {
      for (const sentence of this.failures) say(sentence);
      if (failure !== '') say(failure);
      const style = {
        ascii: this.options.ascii,
        columns: wordColumns(process.stdout),
        secrets: display.hidden ? display.secrets() : undefined,
      };
      standardOutput.write(lastWords(whole, display.allOpened(), this.subject.target.pid, style));
    }
    return Math.max(exitStatus(end), this.failures.length > 0 || failure !== '' ? 1 : 0);
  }

  private stopped(view: TraceView, trace: LiveTrace, reason: EndReason): void {
    this.screen.stopped(view);
    if (trace !== this.trace || view !== this.view) return;
    this.over = true;
    this.screen.over(reason);
  }

  private done(trace: LiveTrace, end: TraceEnd): void {
    if (trace !== this.trace) return;
    this.ended = end;
    const first = this.screen.armedAt === 0;
    if (end.reason === 'duration' || (end.reason === 'failed-to-start' && first)) this.stop.abort();
    this.screen.ended(end);
  }
}

/** A failure as a view shows it in place of its picture. */
function inFull(error: unknown): string {
  if (error instanceof UserError) return [error.message, ...error.details].join('\n');
  return error instanceof Error ? error.message : String(error);
}
