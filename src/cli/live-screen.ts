import { engineClock } from '../wire/engine-clock.js';
import { LINE_SEMAPHORE_BRIEF, LINE_SEMAPHORE_COST } from '../engines/line-semaphore.js';
import { standingCause, standingWords, type Standing } from '../target/standstill.js';
import type { Target } from '../target/target.js';
import { stillSame } from '../target/alive.js';
import type { Phase } from '../ui/start.js';
import { VIEWS } from '../views/registry.js';
import type { TraceView } from '../views/trace-view.js';
import { sanitize, sanitizeStart } from '../text/printable.js';
import { TraceDisplay, type DisplayedView, type DisplayIdentity } from './display.js';
import { filterWords } from './filters.js';
import type { Guide } from './guide.js';
import { outputTail } from './output-tail.js';
import { pythonText, type Prepared } from './prepare.js';
import type { Subject } from './subject.js';
import { UsageMeter } from './target-usage.js';
import { userNames } from './user-names.js';
import type { EndReason, TraceEnd } from './trace.js';

/** What is traced at this moment, as far as the screens have to know it. */
export interface Traced {
  readonly view: TraceView;
  /** Nothing more will be traced. */
  readonly over: boolean;
  /** Why the run of that view ended; undefined while it goes on. */
  readonly reason: EndReason | undefined;
}

/** What a view of a live trace needs beyond its picture. */
interface LiveView {
  /** When its tracing stopped, on the clock of performance.now(); undefined while it goes on. */
  stoppedAt: number | undefined;
  /** When its probes were in place last, on the same clock; 0 before. */
  armedAt: number;
  /** Why it cannot be shown, found out when it was tried. */
  failure: string | undefined;
}

/** How a live trace is shown: the steps of its start, its state, and a clock for each view. */
export class LiveScreen {
  readonly display: TraceDisplay;
  readonly title: string;
  /** When the first view's probes were in place, on the clock of performance.now(); 0 before. */
  armedAt = 0;
  private readonly first: TraceView;
  private readonly meter: UsageMeter;
  private readonly identity: DisplayIdentity;
  private readonly began = performance.now();
  private readonly live = new Map<string, LiveView>();
  private tick: NodeJS.Timeout | undefined;

  constructor(
    private readonly traced: Traced,
    private readonly subject: Subject,
    private readonly guide: Guide,
  ) {
    const { target, outputFile } = subject;
    this.first = traced.view;
    this.title = `pytrace ${this.first.id} ${target.pid}`;
    this.meter = new UsageMeter(target.pid);
    this.identity = {
      pid: target.pid,
      python: pythonName(target),
      command: sanitizeStart(target.command.join(' '), 400) || sanitize(target.exe),
      users: userNames(target.uid),
      engine: '',
    };
    this.display = new TraceDisplay(
      this.identity,
      VIEWS.map((view) => this.displayed(view)),
      this.first.id,
      this.title,
    );
    if (outputFile !== null) this.display.further = () => outputTail(outputFile);
    this.display.waits = (id) => this.waits(id);
    this.display.current = { kind: 'starting', title: this.title, hint: guide.hint };
    this.display.steps.push(
      step('target', 'done', this.targetDetail(), this.since()),
      step('probes', 'done', `${this.first.probes}: found`, this.since()),
      step('backend', 'running', 'looking for a tracer', undefined),
      step('compile', 'waiting', '', undefined),
      step('arm', 'waiting', '', undefined),
    );
  }

  private displayed(view: TraceView): DisplayedView {
    const { target, held } = this.subject;
    const first = view === this.first;
    const live: LiveView = { stoppedAt: undefined, armedAt: 0, failure: undefined };
    this.live.set(view.id, live);
    const options = this.guide.options(view);
    const objection = first ? null : view.objection(target, options);
    return {
      view,
      open: (marks) =>
        view.open({
          options,
          pid: target.pid,
          python: pythonText(target),
          since: held && first ? 'launch' : 'attach',
          marks,
          now: () => this.now(view),
          revision: () => this.display.revision(),
          notice: () => this.notice(),
        }),
      unavailable: () => objection ?? live.failure ?? this.tooLate(view),
      tip: this.guide.tip(view),
    };
  }

  private waits(id: string): string | undefined {
    const { traced, display } = this;
    const slot = display.views.find((view) => view.id === id)!;
    if (traced.over || slot.unavailable() !== undefined) return undefined;
    const { armedAt, stoppedAt } = this.live.get(id)!;
    if (id !== traced.view.id || armedAt === 0 || stoppedAt !== undefined)
      return `${slot.title}: its probes are being put in place`;
    // Where it was begun with, its own picture says so.
    const said = slot.ready() || id === this.first.id;
    return said ? undefined : `${slot.title}: its probes are in place, and nothing has come yet`;
  }

  /** The trace is over, and this view never saw anything of it. */
  private tooLate(view: TraceView): string | undefined {
    if (!this.traced.over || this.display.opened(view.id).session.armed) return undefined;
    return `The trace is over: ${view.title} was not looked at while the process was traced.`;
  }

  /** An engine has been chosen: for the first view, or for one that was changed to. */
  chosen({ choice, request }: Prepared): void {
    this.identity.engine = `${choice.engine.id} ${choice.facts.version}`.trim();
    for (const sentence of choice.sentences) this.display.note(sentence);
    this.display.extra = request.lineSemaphore === undefined ? [] : [LINE_SEMAPHORE_BRIEF];
    if (request.lineSemaphore !== undefined) this.display.note(LINE_SEMAPHORE_COST);
  }

  /** The engine of the first view is about to start. */
  starting({ choice }: Prepared): void {
    this.step('backend', 'done', [this.identity.engine, ...choice.sentences.slice(1)].join('; '));
    this.step('compile', 'running', `${choice.engine.id} compiles the script`);
  }

  progress(phase: 'compile' | 'arm', text: string): void {
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

  armed(view: TraceView): void {
    const { display } = this;
    if (this.armedAt === 0) {
      this.meter.armed();
      this.armedAt = performance.now();
      this.step('compile', 'done', 'script compiled');
      this.step('arm', 'done', 'probes in place');
      this.tick = setInterval(() => this.second(), 1000);
    }
    const live = this.live.get(view.id)!;
    live.stoppedAt = undefined;
    live.armedAt = performance.now();
    display.state = { kind: 'live' };
    display.current = { kind: 'running' };
    display.tick();
  }

  /** Others keep the process from running, or hold it, or let go of it. */
  standing(standing: Standing): void {
    this.display.standing = standing;
    this.step('target', 'done', this.targetDetail());
  }

  private targetDetail(): string {
    const { target, held } = this.subject;
    const cause = standingCause(this.display.standing);
    return `${pythonName(target)} (pid ${target.pid}, uid ${target.uid}, ${held ? 'started and held' : cause || 'alive'})`;
  }

  /** A view is not traced any more; its picture stays. */
  stopped(view: TraceView): void {
    this.live.get(view.id)!.stoppedAt = performance.now();
    this.display.changed();
  }

  /** Tracing is over; the picture stays for as long as it is looked at. */
  over(reason: EndReason): void {
    const { display } = this;
    if (reason === 'target-exited') display.state = { kind: 'exited', how: '' };
    else if (display.state.kind !== 'starting') display.state = { kind: 'detached' };
    this.close();
  }

  /** A view that was changed to cannot be traced: it says why in the place of its picture. */
  refused(view: TraceView, why: string): void {
    this.live.get(view.id)!.failure = why;
  }

  /** All of the last run is gone. */
  ended(end: TraceEnd): void {
    const { display } = this;
    if (end.reason === 'engine-died') display.state = { kind: 'broken' };
    if (end.exit) display.state = { kind: 'exited', how: end.exit.signal ?? end.exit.code ?? 0 };
    if (end.reason === 'failed-to-start' && this.armedAt !== 0) {
      // Another view than the first: its own picture says why, and those of the others stay.
      this.refused(this.traced.view, [end.sentence, ...end.details.slice(0, 3)].join('\n'));
      display.state = stillSame(this.subject.target) ? { kind: 'detached' } : { kind: 'exited', how: '' };
    }
    if (end.sentence !== '') for (const line of [end.sentence, ...end.details]) display.note(line);
    display.changed();
  }

  /** Nothing is measured any more. */
  close(): void {
    clearInterval(this.tick);
  }

  /** Seconds since the first view's probes were in place. */
  armedFor(): number {
    return (performance.now() - this.armedAt) / 1000;
  }

  private second(): void {
    const { traced, display } = this;
    if (!traced.over) display.usage = this.meter.read();
    if (this.live.get(traced.view.id)!.stoppedAt === undefined) display.tick();
  }

  private step(name: string, state: Phase['state'], detail: string): void {
    const { steps } = this.display;
    const at = steps.findIndex((each) => each.name === name);
    const before = steps[at];
    steps[at] = {
      name,
      state,
      detail: sanitize(detail),
      elapsedMs: before.state === 'done' ? before.elapsedMs : this.since(),
    };
    this.display.changed();
  }

  private since(): number {
    return performance.now() - this.began;
  }

  /** ns since the header of a view's stream, on the clock that the engines use too; it stands while nothing is traced. */
  private now(view: TraceView): number {
    const { header } = this.display.opened(view.id).session;
    if (header === undefined) return 0;
    const { stoppedAt } = this.live.get(view.id)!;
    const ago = stoppedAt === undefined ? 0 : (performance.now() - stoppedAt) * 1e6;
    return Math.max(0, Number(engineClock(header.engine) - header.ts) - ago);
  }

  private notice(): string {
    const { target, held } = this.subject;
    const { view, reason } = this.traced;
    if (reason === 'target-exited') return `Process ${target.pid} ended before anything of it was seen.`;
    if (reason !== undefined) return 'The trace ended before anything was seen.';
    const seconds = Math.floor((performance.now() - this.live.get(view.id)!.armedAt) / 1000);
    const filters = filterWords(view, this.guide.options(view));
    if (held && seconds < 2) return 'The program is starting.';
    const { standing } = this.display;
    if (standing.stopped !== null)
      return `No events for ${seconds} s: process ${target.pid} ${standingWords(standing, target.pid)}.`;
    const why = filters === '' ? view.quiet : `nothing that passes ${filters} has been seen yet`;
    return `No events for ${seconds} s: the probes are in place, but ${why}.`;
  }
}

function step(name: string, state: Phase['state'], detail: string, elapsedMs: number | undefined): Phase {
  return { name, state, detail, elapsedMs };
}

function pythonName(target: Target): string {
  return `python${pythonText(target).split('.').slice(0, 2).join('.')}`;
}
