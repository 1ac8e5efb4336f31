import { gathered } from '../../export/pieces.js';
import { arrange } from '../table/arrange.js';
import { TraceJson } from '../trace-json.js';
import type { EndReason, PrintContext, Printing, ViewContext } from '../trace-view.js';
import { classTable } from './class-columns.js';
import { classPieces, rowJson } from './class-text.js';
import { classRows, type ObjectsModel } from './objects-model.js';
import type { ObjectsSession } from './objects-session.js';
import type { ObjectsSettled } from './options.js';
import { initialState, type ObjectsState } from './state.js';

const TEXT_LIMIT = 30;
/** Each printed table tells of the time since the one before: the shortest window holds one interval at least. */
const INTERVAL = 1;

interface Objects {
  readonly session: ObjectsSession;
  picture(): ObjectsModel;
}

/**
 * Instances without a screen: a table each interval and one at the end, or all sums each interval as JSON. The names of
 * new classes are read after the snapshot in which they appear, so it is printed once they have been looked for.
 */
export class ObjectsPrinting implements Printing {
  private readonly json: TraceJson | null;
  private readonly state: ObjectsState;
  private waiting = false;
  private named = false;
  /** Snapshots that there were when one was printed last, and the state of the table then. */
  private printed = -1;
  private printedVersion = -1;

  constructor(
    context: ViewContext,
    private readonly print: PrintContext,
    private readonly settled: ObjectsSettled,
    private readonly opened: () => Objects,
  ) {
    this.json = print.form === 'json' ? new TraceJson(context, print) : null;
    this.state = { ...initialState(settled.sort), builtins: true };
  }

  begin(): void {
    this.json?.begin(this.opened().session);
    this.json?.stream.flush();
  }

  /** A snapshot is whole. */
  snapshot(): void {
    if (this.settled.once) {
      this.print.enough();
      return;
    }
    this.waiting = true;
    this.named = false;
  }

  /** The names of its classes have been looked for. */
  lookedUp(): void {
    this.named = true;
  }

  /** Another snapshot is about to replace it. */
  next(): void {
    if (this.waiting) this.table(INTERVAL);
    this.waiting = false;
  }

  flush(): void {
    if (this.named) this.next();
    this.json?.stream.flush();
  }

  end(reason: EndReason): void {
    const { session } = this.opened();
    this.waiting = false;
    // As JSON all snapshots are cumulative: the last one may have been told, unless names have come since.
    const told = this.printed === session.snapshots && this.printedVersion === session.table.version;
    if (this.json === null || !told) this.table(0);
    this.json?.end(reason, session.accepted, session, endFields(session));
  }

  private table(window: number): void {
    const { print, settled, state } = this;
    const { session } = this.opened();
    const model = this.opened().picture();
    this.printed = session.snapshots;
    this.printedVersion = session.table.version;
    if (this.json === null) {
      const facts = { title: print.title, ascii: print.ascii, limit: settled.limit ?? TEXT_LIMIT, lost: session.lost };
      const pieces = classPieces(model, { ...state, table: { ...state.table, window } }, facts);
      for (const text of gathered(pieces)) print.write(text);
      print.write('\n');
      return;
    }
    const { stream } = this.json;
    stream.line(`{"type":"snapshot","ts":${stream.time(session.snapshotAt)},"cumulative":true}`);
    const rows = arrange(classRows(model, 0), state.table, classTable(model, false), Infinity);
    const limit = Math.min(rows.length, settled.limit ?? Infinity);
    for (let at = 0; at < limit; at++) stream.line(rowJson(rows[at]));
  }
}

/** Why the counts are partial, where they are. */
export function endFields({ partialReason }: ObjectsSession): Readonly<Record<string, unknown>> {
  return partialReason === undefined ? {} : { partial: partialReason };
}
