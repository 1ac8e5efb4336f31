import { callsLayout } from '../../engines/parameters.js';
import { correctionWords } from '../../export/correction-words.js';
import { topFunctions } from '../../export/top-functions.js';
import type { CallsModel } from '../../models/callsmodel.js';
import { threadName } from '../../models/frames.js';
import { CallsSession, type SessionFilters } from '../../models/calls-session.js';
import type { Target } from '../../target/target.js';
import { GreenletWatch } from '../greenlet-watch.js';
import { LiveModel } from '../live-model.js';
import type { OpenView, ThreadChoice, TraceOptions, ViewContext } from '../trace-view.js';
import { viewSlot } from '../view-slot.js';
import { CALLS_EXPORTS } from './calls-exports.js';
import { CallsPrinting } from './calls-printing.js';
import { callsView } from './calls-view.js';
import { maxDepth } from './options.js';
import { initialState } from './state.js';

export class OpenCalls implements OpenView {
  readonly session: CallsSession;
  readonly slot;
  readonly printing: CallsPrinting | undefined;
  private readonly model: LiveModel<CallsModel>;
  private readonly greenlets = new GreenletWatch();

  constructor(private readonly context: ViewContext) {
    this.printing = context.print ? new CallsPrinting(context, context.print, () => this) : undefined;
    this.session = new CallsSession(sessionFilters(context.options), this.printing?.sink);
    this.model = new LiveModel(context, (now, frozen) => this.picture(now, frozen));
    // A program seen from its first call begins with the hundreds of calls by which Python starts.
    const threshold = context.since === 'launch' ? 0.001 : 0;
    this.slot = viewSlot(callsView, () => this.model.get(), {
      state: { ...initialState(), threshold },
      now: () => this.model.now(),
    });
  }

  picture(now: number, frozen = false): CallsModel {
    const { session, context } = this;
    return {
      picture: frozen ? session.frozenPicture(now) : session.picture(now),
      flow: frozen ? session.flow.clone() : session.flow,
      functions: session.functions,
      threadNames: frozen ? new Map(session.threadNames) : session.threadNames,
      wall: session.header?.wall ?? 0n,
      since: context.since,
      minDurationNs: context.options.minDuration,
      notice: session.accepted > 0 ? '' : context.notice(),
    };
  }

  freeze(): void {
    this.model.freeze();
  }

  thaw(): void {
    this.model.thaw();
  }

  threads(): readonly ThreadChoice[] {
    const model = this.model.get();
    const { threads } = model.picture;
    return [
      { id: 0, name: 'all threads', note: `${threads.length}` },
      ...threads.map(({ tid, top }) => ({
        id: tid,
        name: model.threadNames.has(tid) ? threadName(model, tid) : '',
        note: top >= 0 ? 'in Python' : '',
      })),
    ];
  }

  diagnostics(): readonly string[] {
    return correctionWords(this.session.tree.corrections).map((words) => `corrected: ${words}`);
  }

  exports() {
    const model = this.model.lasting();
    const { pid, options } = this.context;
    return CALLS_EXPORTS.map(({ extension, about, pieces }) => ({
      extension,
      about,
      pieces: (title: string) => pieces(model, { pid, title, maxDepth: maxDepth(options) }),
    }));
  }

  summary(): readonly string[] {
    const { session } = this;
    const mended = correctionWords(session.tree.corrections);
    return [
      ...(session.accepted === 0
        ? ['No call or return was seen: what ran all the time shows only when it calls, or returns.']
        : topFunctions(session.picture(session.newest))),
      ...(mended.length > 0 ? [`corrected: ${mended.join(', ')}`] : []),
      ...(session.partialReason === undefined ? [] : [`partial: ${session.partialReason}`]),
    ];
  }

  endFields() {
    const { partialReason, tree } = this.session;
    return { corrections: tree.corrections, ...(partialReason === undefined ? {} : { partial: partialReason }) };
  }

  lookUp(target: Target): readonly string[] {
    return this.greenlets.lines(target, callsLayout(target) !== null, this.context.now() - this.session.attachedAt);
  }
}

/** What is asked for, as the session checks it exactly. */
export function sessionFilters(options: TraceOptions): Required<SessionFilters> {
  return {
    thread: options.thread,
    functionGlob: options.function,
    fileGlob: options.file,
    minDurationNs: options.minDuration,
    depth: options.depth,
  };
}
