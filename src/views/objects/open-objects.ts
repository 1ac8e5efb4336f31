import type { Target } from '../../target/target.js';
import { LiveModel } from '../live-model.js';
import type { ExportChoice, OpenView, ThreadChoice, TraceOptions, ViewContext } from '../trace-view.js';
import { viewSlot, type ViewSlot } from '../view-slot.js';
import { classCsv, classJson, classPieces } from './class-text.js';
import { counted } from './counted.js';
import { BASELINE } from './keys.js';
import { LookUp } from './look-up.js';
import type { ObjectsModel } from './objects-model.js';
import { endFields, ObjectsPrinting } from './objects-printing.js';
import { ObjectsSession } from './objects-session.js';
import { objectsSummary } from './objects-summary.js';
import { arranged, objectsView } from './objects-view.js';
import { settled, type ObjectsSettled } from './options.js';
import { initialState, type ObjectsState } from './state.js';

export class OpenObjects implements OpenView {
  readonly session: ObjectsSession;
  readonly slot: ViewSlot;
  readonly printing: ObjectsPrinting | undefined;
  private readonly model: LiveModel<ObjectsModel>;
  private readonly settled: ObjectsSettled;
  private state: ObjectsState;
  private names: LookUp | undefined;

  constructor(private readonly context: ViewContext) {
    const { options, print } = context;
    this.settled = settled(options);
    this.session = new ObjectsSession(options.file);
    this.printing = print && new ObjectsPrinting(context, print, this.settled, () => this);
    this.session.onBegin = () => this.printing?.next();
    this.session.onSnapshot = () => this.printing?.snapshot();
    this.model = new LiveModel(context, (_now, frozen) => this.picture(frozen));
    this.state = initialState(this.settled.sort);
    const slot = viewSlot(objectsView, () => this.model.get(), {
      state: this.state,
      now: () => this.model.now(),
      changed: (state) => (this.state = state),
    });
    this.slot = {
      ...slot,
      // The counts are the session's, and so is where they begin.
      command: (command, viewport, now) => {
        if (command === BASELINE) this.session.rebase('baseline');
        else slot.command(command, viewport, now);
      },
    };
  }

  picture(frozen = false): ObjectsModel {
    const { session, context } = this;
    return {
      table: frozen ? session.table.clone() : session.table,
      destroying: frozen
        ? new Map([...session.destroying].map(([name, lasted]) => [name, lasted.clone()]))
        : session.destroying,
      unsure: frozen ? new Map(session.unsure) : session.unsure,
      fromProbes: session.fromProbes,
      since: context.since,
      marks: context.marks,
      sites: this.settled.sites,
      ignored: ignoredWords(context.options, session.fromProbes),
      notice: session.accepted > 0 ? '' : context.notice(),
    };
  }

  freeze(): void {
    this.model.freeze();
  }

  thaw(): void {
    this.model.thaw();
  }

  reset(): void {
    this.session.rebase('reset');
  }

  lookUp(target: Target): readonly string[] {
    this.names ??= LookUp.of(target, this.session);
    const lines = this.names.lines(target);
    this.printing?.lookedUp();
    return lines;
  }

  threads(): readonly ThreadChoice[] {
    const { thread } = this.context.options;
    return thread === 0
      ? [{ id: 0, name: 'all threads', note: 'instances are not counted by thread; --thread counts those of one' }]
      : [{ id: thread, name: this.session.threadNames.get(thread) ?? '', note: 'the only one that is counted' }];
  }

  diagnostics(): readonly string[] {
    const { session } = this;
    const { table } = session;
    const lines = [session.fromProbes ? 'source: instance probes' : 'source: allocations of heap types'];
    let nameless = 0;
    for (let row = 0; row < table.count; row++) if (table.has(row) && !table.names[row].named) nameless++;
    if (nameless > 0) lines.push(`shown by address, as no name could be read in time: ${counted(nameless, 'class')}`);
    if (session.halves > 0) lines.push(`left out, as no end of it came: ${counted(session.halves, 'snapshot')}`);
    const ignored = ignoredWords(this.context.options, session.fromProbes);
    return ignored === '' ? lines : [...lines, ignored];
  }

  exports(): readonly ExportChoice[] {
    const { state } = this;
    const model = this.model.lasting();
    const { lost } = this.session;
    const rows = () => arranged(model, state);
    return [
      { extension: '.csv', about: 'a table: a row for each class', pieces: () => classCsv(rows()) },
      {
        extension: '.json',
        about: 'one JSON object a line, as --json prints them',
        pieces: () => classJson(rows()),
      },
      {
        extension: '.txt',
        about: 'the table as plain text',
        pieces: (title) => classPieces(model, state, { title, ascii: false, limit: Infinity, lost }),
      },
    ];
  }

  summary(): readonly string[] {
    return objectsSummary(this.picture());
  }

  endFields() {
    return endFields(this.session);
  }
}

function ignoredWords(options: TraceOptions, fromProbes: boolean): string {
  return options.file === '' || fromProbes ? '' : '--file not applied: allocations do not tell the file of a class';
}
