import type { Session } from '../models/session.js';
import { FREE, standingLabel, type Standing } from '../target/standstill.js';
import type { Action, ActionContext, ActionName, Answer, AppSource, Stage } from '../ui/app-source.js';
import type { Badge, HeaderModel, RunState } from '../ui/header.js';
import type { Phase } from '../ui/start.js';
import type { OpenView, ThreadChoice, TimeMark, TraceView } from '../views/trace-view.js';
import type { ViewSlot } from '../views/view-slot.js';
import { sanitize, sanitizeLines } from '../text/printable.js';
import { exportRun } from './export-run.js';

/** What the header says that does not change while one looks. */
export interface DisplayIdentity {
  readonly pid: number;
  /** `python3.15`. */
  readonly python: string;
  readonly command: string;
  /** Names of users that may stand in what is drawn. */
  readonly users: readonly string[];
  /** `dtrace 2.0.7`; known once an engine has been chosen. */
  engine: string;
}

/** What a live trace knows of its target, and a recording does not. */
export interface TargetUsage {
  readonly cpu: number | undefined;
  readonly cpuBefore: number | undefined;
  readonly rssBytes: number | undefined;
  readonly threads: number | undefined;
}

/** A view as the display takes it. */
export interface DisplayedView {
  readonly view: TraceView;
  readonly open: (marks: readonly TimeMark[]) => OpenView;
  /** Why it cannot be shown; undefined where it can. */
  readonly unavailable: () => string | undefined;
  /** What is worth finding in it. */
  readonly tip?: string | undefined;
}

const MAX_NOTES = 200;
const NO_USAGE: TargetUsage = { cpu: undefined, cpuBefore: undefined, rssBytes: undefined, threads: undefined };

/** So long the picture of the view before stays while the new one has its probes but no data, ns. */
const NOTHING_CAME = 2e9;

/** Views of one trace as the screens see them: live or replayed, flowing or frozen. */
export class TraceDisplay implements AppSource {
  readonly views: readonly ViewSlot[];
  readonly steps: Phase[] = [];
  state: RunState = { kind: 'starting' };
  current: Stage;
  usage: TargetUsage = NO_USAGE;
  /** Whether others keep the process from running. */
  standing: Standing = FREE;
  /** Further words for the header, most important first. */
  extra: readonly string[] = [];
  /** Turns traces into screen actions; a recording cannot be detached from. */
  detach: (() => void) | undefined;
  /** Another view is looked at; a live trace has to be told. */
  chosen: ((view: string) => void) | undefined;
  /** What a view that was chosen waits for; undefined where it has all that it needs. */
  waits: (view: string) => string | undefined = () => undefined;
  /** Further lines for the diagnostics: where the program's output goes, and its end. */
  further: () => readonly string[] = () => [];
  /** A recording is being read, and what is there is not the whole: settles when it is. */
  reading: Promise<unknown> | undefined;
  /** What of the whole has been seen, where it is known to be a part: `the first 12s of the recording`; else ''. */
  part: () => string = () => '';
  /** Others watch the screen. */
  hidden = false;
  private readonly notes: string[] = [];
  private readonly opens = new Map<string, OpenView>();
  private readonly marks = new Map<string, TimeMark[]>();
  private marked = 0;
  private news = 0;
  private frozen = false;
  private shown: OpenView;

  constructor(
    private readonly identity: DisplayIdentity,
    views: readonly DisplayedView[],
    first: string,
    title: string,
  ) {
    this.current = { kind: 'starting', title, hint: '' };
    for (const { view, open } of views) {
      const marks: TimeMark[] = [];
      this.marks.set(view.id, marks);
      this.opens.set(view.id, open(marks));
    }
    this.views = views.map(({ view, unavailable, tip }) => {
      const { slot, session } = this.opened(view.id);
      // A picture with nothing in it takes the place of another one only where nothing comes.
      const ready = () =>
        session.armed && (session.newest > session.attachedAt || session.watched(slot.now()) > NOTHING_CAME);
      // Its reasons hold paths, and words of tracers and of the system.
      const fit = () => {
        const why = unavailable();
        return why === undefined ? undefined : sanitizeLines(why);
      };
      return { ...slot, unavailable: fit, ready, tip: tip && `To find here: ${tip}` };
    });
    for (const { view, tip } of views) if (tip !== undefined) this.note(`to find in ${view.id}: ${tip}`);
    this.shown = this.opened(first);
  }

  opened(view: string): OpenView {
    return this.opens.get(view)!;
  }

  /** View id -> its session. */
  sessions(): ReadonlyMap<string, Session> {
    return new Map([...this.opens].map(([id, { session }]) => [id, session]));
  }

  allOpened(): readonly OpenView[] {
    return [this.shown, ...[...this.opens.values()].filter((each) => each !== this.shown)];
  }

  /** Something is to be drawn anew. */
  changed(): void {
    this.news++;
  }

  note(sentence: string): void {
    this.notes.push(sanitize(sentence));
    if (this.notes.length > MAX_NOTES) this.notes.shift();
    this.changed();
  }

  revision(): number {
    return this.news;
  }

  /** A second is over. */
  tick(): void {
    this.shown.session.tick(this.shown.slot.now());
    this.changed();
  }

  stage(): Stage {
    return this.current;
  }

  phases(): readonly Phase[] {
    return this.steps;
  }

  header(): HeaderModel {
    const { identity } = this;
    const { session, slot } = this.shown;
    const { holder, stopped } = this.standing;
    const rates = session.eventRates;
    return {
      pid: identity.pid,
      python: identity.python,
      command: identity.command,
      state: this.shownState(session.armed),
      badge: this.badge(),
      elapsedMs: session.armed ? session.watched(slot.now()) / 1e6 : 0,
      engine: identity.engine,
      events: session.accepted,
      eventRate: rates.at(-1) ?? 0,
      rateHistory: rates,
      lost: session.lost,
      ...this.usage,
      extra:
        holder !== null && stopped === null ? [`held by ${holder.name} (${holder.pid})`, ...this.extra] : this.extra,
    };
  }

  private shownState(armed: boolean): RunState {
    if (this.state.kind !== 'live') return this.state;
    // The trace lives, but this view's probes are not in place yet.
    if (!armed) return { kind: 'starting' };
    const label = standingLabel(this.standing);
    return label === '' ? this.state : { kind: 'standing', how: label };
  }

  threads(): readonly ThreadChoice[] {
    return this.shown.threads();
  }

  diagnostics(): readonly string[] {
    const { session } = this.shown;
    const lines = [...this.notes];
    if (session.partialReason !== undefined) lines.push(`partial: ${session.partialReason}`);
    for (const [cause, count] of session.losses) lines.push(`lost: ${count} by ${cause}`);
    if (session.foldedCauses > 0)
      lines.push(`lost: ${session.foldedCauses} more reports, of which only the sum is kept`);
    if (session.forgottenNames > 0) lines.push(`${session.forgottenNames} names of threads made room for others`);
    const { malformed, firstMalformed } = session.scanner;
    if (malformed > 0) lines.push(`lost: ${malformed} lines that are no records, the first: ${firstMalformed}`);
    return [...lines, ...this.shown.diagnostics(), ...(this.hidden ? [] : this.further())];
  }

  waiting(view: string): string | undefined {
    return this.waits(view);
  }

  secrets(): readonly string[] {
    const names = new Set(this.identity.users);
    for (const { session } of this.opens.values()) for (const name of session.threadNames.values()) names.add(name);
    return [...names];
  }

  hide(on: boolean): void {
    this.hidden = on;
  }

  /** What was asked for and does not hold, in one sentence; '' where all is well. */
  failure(): string {
    for (const opened of this.opens.values()) {
      const failure = opened.failure?.() ?? '';
      if (failure !== '') return failure;
    }
    return '';
  }

  bell(): boolean {
    return this.shown.bell?.() ?? false;
  }

  traceNow(): number {
    return this.shown.slot.now();
  }

  /** The view that is traced, where another one that was chosen is refused. */
  show(view: string): void {
    this.shown = this.opened(view);
    this.changed();
  }

  choose(view: string): void {
    const next = this.opens.get(view);
    if (next === undefined || next === this.shown) return;
    if (this.frozen) next.freeze();
    this.shown = next;
    this.chosen?.(view);
    this.changed();
  }

  freeze(): void {
    this.frozen = true;
    this.shown.freeze();
  }

  thaw(): void {
    this.frozen = false;
    for (const each of this.opens.values()) each.thaw();
  }

  action(name: ActionName): Action | undefined {
    switch (name) {
      case 'copy':
        return ({ lines }) => ({
          copy: `${lines.map((line) => line.trimEnd()).join('\n')}\n`,
          say: 'the picture was given to the terminal to copy',
        });
      case 'export':
        return (context) => this.export(context);
      case 'detach': {
        const { detach } = this;
        if (detach === undefined || this.state.kind !== 'live') return undefined;
        return () => {
          detach();
          return { say: 'the probes are being removed; the picture stays' };
        };
      }
      case 'reset': {
        const { shown } = this;
        if (shown.reset === undefined || this.state.kind !== 'live') return undefined;
        return () => {
          shown.reset!();
          this.changed();
          return { say: 'counting from zero again' };
        };
      }
      case 'mark':
        return this.state.kind === 'live' ? () => this.mark() : undefined;
    }
  }

  private mark(): { say: string } {
    const name = `m${++this.marked}`;
    for (const [id, opened] of this.opens) {
      if (opened.session.header === undefined) continue;
      // One moment on the clock of each view.
      this.marks.get(id)!.push({ name, at: opened.slot.now() });
    }
    this.changed();
    return { say: `marked this moment as ${name}` };
  }

  private badge(): Badge {
    const { session } = this.shown;
    if (session.quality === 'exact') return { kind: 'exact', from: session.source };
    return { kind: 'partial', share: session.lost / Math.max(1, session.lost + session.accepted) };
  }

  /** Writes what the view has seen by now; of a recording that is being read, what it holds in the end. */
  private async export(context: ActionContext): Promise<Answer> {
    const { pid } = this.identity;
    const { shown } = this;
    if (this.reading !== undefined) {
      context.progress('waiting until the recording has been read');
      const called = new Promise<void>((resolve) =>
        context.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      await Promise.race([this.reading, called]);
      if (context.signal.aborted) return { say: 'called off: no file was written' };
    }
    const stamp = new Date().toTimeString().slice(0, 8).replaceAll(':', '');
    const { id } = shown.slot;
    const part = this.part();
    return exportRun(
      {
        name: `pytrace-${id}-${pid}-${stamp}`,
        title: `${id} of ${pid}${part === '' ? '' : `, ${part}`}`,
        choices: shown.exports(),
      },
      context,
    );
  }
}
