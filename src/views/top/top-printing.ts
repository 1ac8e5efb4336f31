import { gathered } from '../../export/pieces.js';
import { arrange } from '../table/arrange.js';
import { TraceJson } from '../trace-json.js';
import type { EndReason, PrintContext, Printing, ViewContext } from '../trace-view.js';
import { printedTable } from './columns.js';
import type { TopSettled } from './options.js';
import { topState, type TopState } from './state.js';
import { rowJson } from './top-json.js';
import type { TopModel } from './top-model.js';
import type { TopSession } from './top-session.js';
import { topPieces } from './top-text.js';

const TEXT_LIMIT = 30;
/** Each printed table tells of the time since the one before: the shortest window holds one interval at least. */
const INTERVAL: Pick<TopState, 'window'> = { window: 1 };
const WHOLE: Pick<TopState, 'window'> = { window: 0 };

interface Top {
  readonly session: TopSession;
  picture(): TopModel;
}

/** `top` without a screen: a table each interval and one at the end, or all sums each interval as JSON. */
export class TopPrinting implements Printing {
  private readonly json: TraceJson | null;
  private readonly state: TopState;
  /** What was asked for has been printed: `--once`. */
  private whole = false;
  /** The snapshot printed last, as JSON. */
  private last = '';

  constructor(
    context: ViewContext,
    private readonly print: PrintContext,
    private readonly settled: TopSettled,
    private readonly opened: () => Top,
  ) {
    this.json = print.form === 'json' ? new TraceJson(context, print) : null;
    this.state = topState(settled.sort, 0);
  }

  begin(): void {
    this.json?.begin(this.opened().session);
    this.json?.stream.flush();
  }

  /** A snapshot is whole. */
  snapshot(): void {
    if (this.settled.once && this.whole) return;
    if (this.json !== null) this.rows(this.json);
    else this.table(this.settled.once ? WHOLE : INTERVAL);
    this.whole = this.settled.once;
    if (this.settled.once) this.print.enough();
  }

  flush(): void {
    this.json?.stream.flush();
  }

  end(reason: EndReason): void {
    const { session } = this.opened();
    if (!this.whole) {
      if (this.json === null) this.table(WHOLE);
      else this.rows(this.json);
    }
    const { partialReason } = session;
    const partial = partialReason === undefined ? {} : { partial: partialReason };
    this.json?.end(reason, session.accepted, session, partial);
    if (this.json === null && partialReason !== undefined) this.print.write(`# PARTIAL: ${partialReason}\n`);
  }

  private table(window: Pick<TopState, 'window'>): void {
    const { print, settled, state } = this;
    const model = this.opened().picture();
    const limit = settled.limit ?? TEXT_LIMIT;
    const pieces = topPieces(model, { ...state, ...window }, print.title, print.ascii, limit);
    for (const text of gathered(pieces)) print.write(text);
    print.write('\n');
  }

  /** All sums as they stand; not the same twice: the end mostly has no more to tell than the last interval. */
  private rows({ stream }: TraceJson): void {
    const { session } = this.opened();
    const model = this.opened().picture();
    const { facts } = model;
    const rows = arrange(model.rows(-1), this.state, printedTable(facts), 0).slice(0, this.settled.limit);
    const text = [
      `{"type":"snapshot","ts":${stream.time(session.snapshotAt)},"cumulative":true}`,
      ...rows.map((row) => rowJson(row, facts.countsOnly)),
    ].join('\n');
    if (text === this.last) return;
    stream.line(text);
    this.last = text;
  }
}
