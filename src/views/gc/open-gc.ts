import { count } from '../../text/amounts.js';
import type { Target } from '../../target/target.js';
import { LiveModel } from '../live-model.js';
import type { OpenView, ThreadChoice, ViewContext } from '../trace-view.js';
import { viewSlot } from '../view-slot.js';
import { violated, type Condition } from './fail-if.js';
import { figures } from './figures.js';
import { functionFilter, type FunctionFilter } from './function-filter.js';
import { GC_EXPORTS } from './gc-exports.js';
import { tableJson } from './gc-json.js';
import type { GcModel } from './gc-model.js';
import { GcPrinting } from './gc-printing.js';
import { GcSession } from './gc-session.js';
import type { GcStore } from './gc-store.js';
import { gcSummary, oddWords } from './gc-summary.js';
import { gcView } from './gc-view.js';
import { generationNames } from './generations.js';
import type { CodeNames } from '../../target/code-names.js';
import { codeNames, lookUpCodes } from './look-up.js';
import { initialState, type GcState } from './state.js';

/** The bell rings at most so often, ms. */
const BELL_MS = 1000;

export class OpenGc implements OpenView {
  readonly session: GcSession;
  readonly slot;
  readonly printing: GcPrinting | undefined;
  private readonly model: LiveModel<GcModel>;
  private readonly names: readonly string[];
  private readonly listed: FunctionFilter | undefined;
  private state: GcState;
  private codes: CodeNames | null | undefined;
  private rung = 0;
  private rungAt = -Infinity;

  constructor(private readonly context: ViewContext) {
    const { options, python, print } = context;
    const budget = typeof options.own.pauseBudget === 'number' ? options.own.pauseBudget : 0;
    this.names = generationNames(python);
    this.listed = functionFilter(options);
    this.printing = print ? new GcPrinting(context, print, () => this) : undefined;
    this.session = new GcSession(
      { thread: options.thread, minPause: options.minDuration },
      budget,
      this.printing?.sink,
    );
    this.model = new LiveModel(context, (now, frozen) => {
      const { store } = this.session;
      return this.modelOf(frozen ? store.clone() : store, now);
    });
    this.state = initialState(budget);
    // Bell, counts and files follow what is chosen on the screen.
    const view: typeof gcView = {
      ...gcView,
      reduce: (...given) => this.chosen(gcView.reduce(...given)),
      filter: (...given) => this.chosen(gcView.filter(...given)),
    };
    this.slot = viewSlot(view, () => this.model.get(), { state: this.state, now: () => this.model.now() });
  }

  /** Since the attach. */
  picture(): GcModel {
    return this.modelOf(this.session.ever, Math.max(this.context.now(), this.session.newest));
  }

  freeze(): void {
    this.model.freeze();
  }

  thaw(): void {
    this.model.thaw();
  }

  reset(): void {
    this.session.reset(this.context.now());
  }

  lookUp(target: Target): readonly string[] {
    if (this.session.wanted.length === 0) return [];
    this.codes ??= codeNames(target);
    return lookUpCodes(this.session, this.codes);
  }

  bell(): boolean {
    const { violations } = this.session;
    const now = performance.now();
    if (violations <= this.rung || now - this.rungAt < BELL_MS) return false;
    this.rung = violations;
    this.rungAt = now;
    return true;
  }

  failure(): string {
    const conditions = this.context.options.own.failIf as readonly Condition[] | undefined;
    return conditions === undefined ? '' : violated(conditions, this.picture());
  }

  threads(): readonly ThreadChoice[] {
    const { store, threadNames } = this.model.get();
    const counts = new Map<number, number>();
    for (const { tid } of store.listed()) counts.set(tid, (counts.get(tid) ?? 0) + 1);
    return [
      { id: 0, name: 'all threads', note: `${counts.size}` },
      ...[...counts].map(([id, listed]) => ({ id, name: threadNames.get(id) ?? '', note: `${count(listed)} listed` })),
    ];
  }

  diagnostics(): readonly string[] {
    return oddWords(this.session.oddities).map((words) => `corrected: ${words}`);
  }

  exports() {
    const { state } = this;
    const model = this.model.lasting();
    return GC_EXPORTS.map(({ extension, about, pieces }) => ({
      extension,
      about,
      pieces: (title: string) => pieces(model, state, title),
    }));
  }

  summary(): readonly string[] {
    const { partialReason } = this.session;
    return [
      ...gcSummary(this.picture(), this.session),
      ...(partialReason === undefined ? [] : [`partial: ${partialReason}`]),
    ];
  }

  endFields() {
    const { ends, starts, absurd } = this.session.oddities;
    const model = this.picture();
    const { budget, over } = model.store;
    return {
      ...tableJson(model, figures(model, 0)),
      ...(model.partial === '' ? {} : { partial: model.partial }),
      ...(budget > 0 ? { pauseBudgetNs: budget, overBudget: over.at(-1) } : {}),
      corrections: { endsWithoutStart: ends, startsWithoutEnd: starts, absurdPauses: absurd },
    };
  }

  private chosen(state: GcState): GcState {
    this.state = state;
    this.session.budget = state.budget;
    return state;
  }

  private modelOf(store: GcStore, clock: number): GcModel {
    const { session, context } = this;
    const now = session.known(clock);
    const { oddities, codes } = session;
    const seen = session.accepted + session.leftOut > 0;
    return {
      store,
      now,
      watchedFrom: (from) => session.watchedFrom(from, now),
      wall: session.header?.wall ?? 0n,
      names: this.names,
      threadNames: session.threadNames,
      marks: context.marks,
      since: store.from > 0 ? 'reset' : context.since,
      minPause: context.options.minDuration,
      odd: oddities.ends + oddities.starts + oddities.absurd,
      lost: session.lost,
      partial: session.partialReason ?? '',
      withoutFunctions:
        session.accepted === 0 || codes.readable
          ? ''
          : !session.framed
            ? 'where this Python keeps its frames is not known; the usual build of 3.13 or later tells'
            : codes.unreadable
              ? 'the memory of the process may not be read; run pytrace as root'
              : '',
      listed: this.listed,
      notice: seen ? '' : context.notice(),
    };
  }
}
