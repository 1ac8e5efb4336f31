import { correctionWords } from '../export/correction-words.js';
import { EXPORT_FORMATS, exportFile, FileExists } from '../export/export-file.js';
import type { CallsModel } from '../models/callsmodel.js';
import type { Session } from '../models/session.js';
import { invokingUser } from '../target/owner.js';
import { sanitize } from '../wire/names.js';
import type { Action, ActionName, AppSource, Stage } from '../ui/app-source.js';
import type { Badge, HeaderModel, RunState } from '../ui/header.js';
import type { ThreadChoice } from '../ui/picker.js';
import type { Phase } from '../ui/start.js';
import { viewSlot, type ViewSlot } from '../ui/view-slot.js';
import { VIEWS } from '../views/registry.js';
import { callsModel, type ModelFacts } from './model.js';

/** What the header says that does not change while one looks. */
export interface DisplayIdentity {
  readonly pid: number;
  /** `python3.15`. */
  readonly python: string;
  readonly command: string;
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

const MAX_NOTES = 200;
const NO_USAGE: TargetUsage = { cpu: undefined, cpuBefore: undefined, rssBytes: undefined, threads: undefined };

/** A session as the screens see it: live or replayed, flowing or frozen. */
export class SessionDisplay implements AppSource {
  readonly views: readonly ViewSlot[];
  readonly steps: Phase[] = [];
  state: RunState = { kind: 'starting' };
  current: Stage;
  usage: TargetUsage = NO_USAGE;
  /** Turns traces into screen actions; a recording cannot be detached from. */
  detach: (() => void) | undefined;
  /** Further lines for the diagnostics: where the program's output goes, and its end. */
  further: () => readonly string[] = () => [];
  private readonly notes: string[] = [];
  private news = 0;
  private frozenAt: number | undefined;
  private frozenModel: CallsModel | undefined;
  private live: { model: CallsModel; revision: number; now: number } | undefined;

  constructor(
    readonly session: Session,
    private readonly identity: DisplayIdentity,
    private readonly facts: ModelFacts,
    title: string,
    private readonly clock: () => number,
  ) {
    this.current = { kind: 'starting', title, hint: '' };
    // A program seen from its first call begins with the hundreds of calls by which Python starts.
    const threshold = facts.since === 'launch' ? 0.001 : 0;
    this.views = VIEWS.map((view) => viewSlot(view, () => this.model(), { state: { ...view.initial(), threshold } }));
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

  stage(): Stage {
    return this.current;
  }

  phases(): readonly Phase[] {
    return this.steps;
  }

  header(): HeaderModel {
    const { session, identity } = this;
    const rates = session.eventRates;
    return {
      pid: identity.pid,
      python: identity.python,
      command: identity.command,
      state: this.state,
      badge: this.badge(),
      elapsedMs: Math.max(0, (this.clock() - session.tree.threads.attachedAt) / 1e6),
      engine: identity.engine,
      events: session.accepted,
      eventRate: rates.at(-1) ?? 0,
      rateHistory: rates,
      lost: session.lost,
      ...this.usage,
      extra: [],
    };
  }

  threads(): readonly ThreadChoice[] {
    const { picture } = this.model();
    const all: ThreadChoice[] = [{ id: 0, name: 'all threads', note: `${picture.threads.length}` }];
    for (const { tid, top } of picture.threads) {
      all.push({ id: tid, name: this.session.threadNames.get(tid) ?? '', note: top >= 0 ? 'in Python' : '' });
    }
    return all;
  }

  diagnostics(): readonly string[] {
    const { session } = this;
    const lines = [...this.notes];
    for (const [cause, count] of session.losses) lines.push(`lost: ${count} by ${sanitize(cause)}`);
    const { malformed, firstMalformed } = session.scanner;
    if (malformed > 0)
      lines.push(`lost: ${malformed} lines that are no records, the first: ${sanitize(firstMalformed).slice(0, 100)}`);
    for (const words of correctionWords(session.tree.corrections)) lines.push(`corrected: ${words}`);
    return [...lines, ...this.further()];
  }

  traceNow(): number {
    return this.frozenAt ?? this.clock();
  }

  freeze(): void {
    this.frozenAt = this.clock();
    this.frozenModel = callsModel(this.session, this.frozenAt, this.facts, true);
  }

  thaw(): void {
    this.frozenAt = undefined;
    this.frozenModel = undefined;
  }

  action(name: ActionName): Action | undefined {
    switch (name) {
      case 'copy':
        return ({ lines }) => ({
          copy: `${lines.map((line) => line.trimEnd()).join('\n')}\n`,
          say: 'the picture was given to the terminal to copy',
        });
      case 'export':
        return () => this.export();
      case 'detach': {
        const { detach } = this;
        if (detach === undefined || this.state.kind !== 'live') return undefined;
        return () => {
          detach();
          return { say: 'the probes are being removed; the picture stays' };
        };
      }
      case 'reset':
      case 'mark':
      case 'privacy':
        return undefined;
    }
  }

  private model(): CallsModel {
    if (this.frozenModel) return this.frozenModel;
    const now = this.clock();
    // Several rectangles are drawn from one moment.
    if (this.live?.revision !== this.news || this.live.now !== now) {
      this.live = { model: callsModel(this.session, now, this.facts), revision: this.news, now };
    }
    return this.live.model;
  }

  private badge(): Badge {
    const { session } = this;
    if (session.quality === 'exact') return { kind: 'exact', from: 'usdt' };
    return { kind: 'partial', share: session.lost / Math.max(1, session.lost + session.scanner.events) };
  }

  private export(): { show: { title: string; lines: string[] } } {
    const model = this.frozenModel ?? callsModel(this.session, this.clock(), this.facts, true);
    const stamp = new Date().toTimeString().slice(0, 8).replaceAll(':', '');
    const lines: string[] = [];
    for (const format of EXPORT_FORMATS) {
      const path = `pytrace-${this.identity.pid}-${stamp}${format.extension}`;
      try {
        exportFile(
          path,
          format,
          model,
          { pid: this.identity.pid, title: `calls of ${this.identity.pid}` },
          { owner: invokingUser() },
        );
        lines.push(path, `    ${format.about}`);
      } catch (error) {
        lines.push(
          error instanceof FileExists
            ? `${path} is there already`
            : `${path} could not be written: ${(error as Error).message}`,
        );
      }
    }
    return { show: { title: `written to ${sanitize(process.cwd())}`, lines } };
  }
}
