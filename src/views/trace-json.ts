import { JsonStream } from '../export/json-stream.js';
import type { Session } from '../models/session.js';
import type { EndReason, PrintContext, ViewContext } from './trace-view.js';

/** What is the same in the JSON of every view: the header and the end. */
export class TraceJson {
  readonly stream: JsonStream;

  constructor(
    private readonly context: Pick<ViewContext, 'pid' | 'python'>,
    private readonly print: PrintContext,
  ) {
    this.stream = new JsonStream((text) => print.write(text));
  }

  begin(session: Session): void {
    const { header } = session;
    if (header === undefined) return;
    this.stream.begin({
      engine: header.engine,
      script: header.script,
      pid: this.context.pid,
      python: this.context.python,
      wall: header.wall,
      ts: header.ts,
      quality: session.quality,
    });
  }

  /** `events` were written before. */
  end(reason: EndReason, events: number, session: Session, more: Readonly<Record<string, unknown>> = {}): void {
    this.stream.end({ reason, events, lost: session.lost, ...more, ...this.print.endFields?.() });
  }
}
