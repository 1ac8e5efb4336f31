import { rate, thousands } from '../../text/amounts.js';
import type { Target } from '../../target/target.js';
import { GreenletWatch } from '../greenlet-watch.js';
import { LiveModel } from '../live-model.js';
import type { OpenView, ThreadChoice, ViewContext } from '../trace-view.js';
import { viewSlot } from '../view-slot.js';
import { settled, type TopSettled } from './options.js';
import { pictureOf } from './picture.js';
import { topState, type TopState } from './state.js';
import { topExports } from './top-exports.js';
import { type TopFacts, TopModel } from './top-model.js';
import { TopPrinting } from './top-printing.js';
import { TopSession } from './top-session.js';
import { topSummary } from './top-summary.js';
import { topView } from './top-view.js';

export class OpenTop implements OpenView {
  readonly session: TopSession;
  readonly slot;
  readonly printing: TopPrinting | undefined;
  private readonly model: LiveModel<TopModel>;
  private readonly settled: TopSettled;
  private readonly greenlets = new GreenletWatch();
  private state: TopState;
  /** The newest picture of the live tables, and how many snapshots it is of. */
  private newest: { readonly model: TopModel; readonly snapshots: number } | undefined;
  private resetAt = -1;
  private resetWatched = 0;

  constructor(private readonly context: ViewContext) {
    const { options, print } = context;
    this.settled = settled(options);
    this.session = new TopSession({
      function: options.function,
      file: options.file,
      interval: this.settled.interval,
      countsOnly: this.settled.countsOnly,
    });
    this.printing = print && new TopPrinting(context, print, this.settled, () => this);
    this.session.onSnapshot = () => this.printing?.snapshot();
    this.model = new LiveModel(context, (now, frozen) => this.picture(now, frozen));
    this.state = topState(this.settled.sort);
    this.slot = viewSlot(topView, () => this.model.get(), {
      state: this.state,
      now: () => this.model.now(),
      changed: (state) => (this.state = state),
    });
  }

  picture(now = this.context.now(), frozen = false): TopModel {
    const { session, newest } = this;
    const facts = this.facts(now);
    if (frozen) return new TopModel(pictureOf(session.tables, true), facts);
    // Rows are made once for each snapshot, however often they are drawn.
    const model =
      newest?.snapshots === session.snapshots
        ? newest.model.with(facts)
        : new TopModel(pictureOf(session.tables, false), facts);
    this.newest = { model, snapshots: session.snapshots };
    return model;
  }

  freeze(): void {
    this.model.freeze();
  }

  thaw(): void {
    this.model.thaw();
  }

  reset(): void {
    const { session } = this;
    session.tables.reset();
    this.resetAt = session.snapshotAt;
    this.resetWatched = session.watchedThen;
    this.newest = undefined;
  }

  threads(): readonly ThreadChoice[] {
    const model = this.model.get();
    const calls = new Map<number, number>();
    for (const row of model.rows(10))
      for (const each of model.threads(row)) calls.set(each.tid, (calls.get(each.tid) ?? 0) + each.calls);
    const seconds = model.scope(10).span / 1e9;
    const { tids } = model.facts;
    return [
      {
        id: 0,
        name: 'all threads',
        note: tids.length > 0 ? `${tids.length}` : 'not told apart here; --thread traces one alone',
      },
      ...tids.map((tid) => ({
        id: tid,
        name: model.facts.threadNames.get(tid) ?? '',
        note: seconds > 0 ? `${rate((calls.get(tid) ?? 0) / seconds)} calls/s` : '',
      })),
    ];
  }

  diagnostics(): readonly string[] {
    const { tables, halves, noRoom } = this.session;
    const lines: string[] = [];
    const say = (number: number, words: string): void => {
      if (number > 0) lines.push(`${thousands(number)} ${words}`);
    };
    say(halves, 'snapshots came without their end and were left out: the next one holds what they did');
    say(tables.functions.unnamed, 'functions are shown as ? because their names never came');
    say(tables.backwards, 'sums were smaller than before');
    say(tables.noRoom + tables.functions.noRoom + noRoom, 'rows of snapshots found no room in pytrace');
    say(tables.functions.folded, 'names stand for functions without room, which are one row');
    return lines;
  }

  exports() {
    return topExports(this.model.lasting(), this.state);
  }

  summary(): readonly string[] {
    const { partialReason } = this.session;
    return [...topSummary(this.picture()), ...(partialReason === undefined ? [] : [`partial: ${partialReason}`])];
  }

  endFields() {
    const { partialReason } = this.session;
    return partialReason === undefined ? {} : { partial: partialReason };
  }

  lookUp(target: Target): readonly string[] {
    return this.greenlets.lines(target, false, this.context.now() - this.session.attachedAt);
  }

  private facts(now: number): TopFacts {
    const { session, context, settled } = this;
    const { tables } = session;
    return {
      countsOnly: settled.countsOnly || (tables.calls > 0 && !tables.timed),
      interval: settled.interval,
      since: context.since,
      minDurationNs: context.options.minDuration,
      notice: session.snapshots > 0 && tables.sums.count > 0 ? '' : context.notice(),
      lost: session.lost,
      now,
      watched: session.watchedThen,
      resetWatched: this.resetWatched,
      resetAt: this.resetAt,
      threadNames: session.threadNames,
      tids: [...tables.tids].sort((a, b) => a - b),
      threadCount: context.options.thread === 0 ? tables.tids.size || session.threadNames.size : 1,
      marks: [...context.marks],
    };
  }
}
