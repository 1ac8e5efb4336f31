import { plain } from '../../text/plain.js';
import { intervalOf } from '../table-options.js';
import { TraceJson } from '../trace-json.js';
import type { EndReason, PrintContext, Printing, ViewContext } from '../trace-view.js';
import { isNamed, type Collection } from './collection.js';
import { gcJson } from './gc-json.js';
import type { GcModel } from './gc-model.js';
import type { GcSession } from './gc-session.js';
import { listEnd, listHeading, listLine, tableText, violationLine, whatIsListed } from './gc-text.js';

/** A collection waits so long for its names, ns. */
const WAIT = 1e9;

interface Gc {
  readonly session: GcSession;
  /** Since the attach, whatever was reset. */
  picture(): GcModel;
  endFields(): Readonly<Record<string, unknown>>;
}

/** So many wait for their names; then the first of them is written without. */
const MAX_WAITING = 10_000;

/** The collections without a screen: as JSON lines, as a list, or as a table. */
export class GcPrinting implements Printing {
  private readonly json: TraceJson | null;
  private waiting: Collection[] = [];
  private printed = 0;
  private begun = false;
  private asked = false;
  /** When the table was printed last, ns since the header. */
  private printedAt = 0;

  constructor(
    private readonly context: ViewContext,
    private readonly print: PrintContext,
    private readonly opened: () => Gc,
  ) {
    this.json = print.form === 'json' ? new TraceJson(context, print) : null;
  }

  /** Hears of each collection. */
  readonly sink = (collection: Collection): void => {
    this.waiting.push(collection);
    if (this.begun && this.waiting.length >= 2 * MAX_WAITING) this.write(this.waiting.splice(0, MAX_WAITING));
  };

  begin(): void {
    const { session } = this.opened();
    this.begun = true;
    this.printedAt = session.attachedAt;
    if (this.json) this.json.begin(session);
    else this.print.write(`# ${this.print.title}${this.heading()}`);
    this.flush();
  }

  flush(): void {
    if (!this.begun) return;
    const now = this.context.now();
    this.writeWaiting((one) => isNamed(one) || now - one.ts > WAIT);
    const interval = intervalOf(this.own) * 1e9;
    if (this.own.once === true) {
      if (!this.asked && now - this.opened().session.attachedAt >= interval) {
        this.asked = true;
        this.print.enough();
      }
    } else if (this.print.form === 'table' && this.own.interval !== undefined && now - this.printedAt >= interval) {
      this.printedAt = now;
      this.print.write(`${tableText(this.opened().picture(), 0, this.print.ascii)}\n`);
    }
  }

  end(reason: EndReason): void {
    const { session } = this.opened();
    this.writeWaiting(() => true);
    if (this.json) this.json.end(reason, this.printed, session, this.opened().endFields());
    else if (this.listing) this.print.write(listEnd(this.opened().picture(), this.print.ascii));
    else this.print.write(tableText(this.opened().picture(), 0, this.print.ascii));
  }

  private get own(): Readonly<Record<string, unknown>> {
    return this.context.options.own;
  }

  private get listing(): boolean {
    return this.print.form === 'list' && this.own.once !== true;
  }

  /** Behind the title: what is going to be listed. */
  private heading(): string {
    const model = this.opened().picture();
    const { ascii } = this.print;
    if (this.listing) return `: ${whatIsListed(model, ascii)}\n${listHeading()}`;
    if (model.listed === undefined || model.store.budget === 0) return '\n';
    return `\n# of the pauses over the budget those in ${plain(model.listed.words, ascii)} are listed\n`;
  }

  /** In the order in which they came: one that waits for its names holds up those behind it. */
  private writeWaiting(ready: (one: Collection) => boolean): void {
    const { waiting } = this;
    let end = 0;
    while (end < waiting.length && ready(waiting[end])) end++;
    if (end > 0) this.write(waiting.slice(0, end));
    this.waiting = waiting.slice(end);
    this.json?.stream.flush();
  }

  private write(collections: readonly Collection[]): void {
    const model = this.opened().picture();
    const { ascii } = this.print;
    const { budget } = model.store;
    let text = '';
    for (const one of collections) {
      if (model.listed?.has(one) === false) continue;
      this.printed++;
      if (this.json) this.json.stream.line(gcJson(this.json.stream, one, budget));
      else if (this.listing) text += listLine(model, one, budget, ascii);
      else if (budget > 0 && one.pause > budget) text += violationLine(model, one, budget, ascii);
    }
    if (text !== '') this.print.write(text);
  }
}
