import { FlowText } from '../../export/flow-text.js';
import { JsonCalls } from '../../export/json-calls.js';
import { gathered } from '../../export/pieces.js';
import { treeText } from '../../export/tree-text.js';
import type { CallsModel } from '../../models/callsmodel.js';
import type { CallSink } from '../../models/calltree.js';
import type { CallsSession } from '../../models/calls-session.js';
import { TraceJson } from '../trace-json.js';
import type { EndReason, PrintContext, Printing, ViewContext } from '../trace-view.js';

interface Calls {
  readonly session: CallsSession;
  endFields(): Readonly<Record<string, unknown>>;
  picture(now: number): CallsModel;
}

/** The calls without a screen: as JSON lines, as a flow of text, or as a tree at the end. */
export class CallsPrinting implements Printing {
  private readonly json: TraceJson | null;
  private readonly calls: JsonCalls | null;
  private readonly flow: FlowText | null;

  constructor(
    context: ViewContext,
    private readonly print: PrintContext,
    private readonly opened: () => Calls,
  ) {
    this.json = print.form === 'json' ? new TraceJson(context, print) : null;
    this.calls = this.json && new JsonCalls(this.json.stream);
    this.flow =
      print.form === 'flow'
        ? new FlowText((text) => print.write(text), {
            title: print.title,
            several: false,
            // Asked for with each line: the session whose they are is not there yet.
            get threadNames() {
              return print.threadNames;
            },
          })
        : null;
  }

  /** Hears of each call; undefined where only the end counts. */
  get sink(): CallSink | undefined {
    return this.calls ?? this.flow ?? undefined;
  }

  begin(): void {
    const { session } = this.opened();
    this.json?.begin(session);
    this.calls?.begin(session.functions);
    this.flow?.begin(session.functions);
    this.flush();
  }

  flush(): void {
    this.json?.stream.flush();
    this.flow?.flush();
  }

  end(reason: EndReason): void {
    const { session } = this.opened();
    this.flush();
    this.json?.end(reason, this.calls!.events, session, this.opened().endFields());
    if (session.partialReason !== undefined && this.print.form !== 'json') {
      this.print.write(`# PARTIAL: ${session.partialReason}\n`);
    }
    if (this.print.form === 'tree') this.tree();
    else if (session.lost > 0 && this.flow) this.print.write(`# ${session.lost} events were lost\n`);
  }

  private tree(): void {
    const model = this.opened().picture(this.opened().session.newest);
    for (const text of gathered(treeText(model, this.print.title))) this.print.write(text);
  }
}
