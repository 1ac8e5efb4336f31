import { asciiOnly } from '../export/ascii-only.js';
import { FlowText } from '../export/flow-text.js';
import { JsonLines, type EndReason as JsonReason } from '../export/json.js';
import { treeText } from '../export/tree-text.js';
import type { CallSink } from '../models/calltree.js';
import type { Session } from '../models/session.js';
import { callsModel, type ModelFacts } from './model.js';
import type { Options } from './options.js';

/** What is said of the trace at the head of what is printed. */
export interface PrintedTrace {
  readonly pid: number;
  readonly python: string;
  readonly facts: ModelFacts;
  readonly title: string;
  readonly severalThreads: boolean;
}

/** Prints a session without a screen: as JSON lines, as a flow of text, or as a tree at the end. */
export class Printer {
  readonly form: 'json' | 'flow' | 'tree';
  private readonly json: JsonLines | null;
  private readonly flow: FlowText | null;
  private readonly write: (text: string) => void;
  private begun = false;
  private session: Session | undefined;

  constructor(
    options: Pick<Options, 'json' | 'output' | 'ascii'>,
    private readonly trace: PrintedTrace,
    threadNames: ReadonlyMap<number, string>,
    write: (text: string) => void,
  ) {
    this.write = options.ascii && !options.json ? (text) => write(asciiOnly(text)) : write;
    this.form = options.json ? 'json' : (options.output ?? 'flow');
    this.json = this.form === 'json' ? new JsonLines(this.write) : null;
    this.flow =
      this.form === 'flow'
        ? new FlowText(this.write, { title: trace.title, several: trace.severalThreads, threadNames })
        : null;
  }

  /** Hears of each call; undefined where only the end counts. */
  get sink(): CallSink | undefined {
    return this.json ?? this.flow ?? undefined;
  }

  /** The probes are armed: the session has its header. */
  begin(session: Session): void {
    if (this.begun || session.header === undefined) return;
    this.begun = true;
    this.session = session;
    const { header } = session;
    this.json?.begin(
      {
        engine: header.engine,
        script: header.script,
        pid: this.trace.pid,
        python: this.trace.python,
        wall: header.wall,
        ts: header.ts,
        quality: session.quality,
      },
      session.functions,
    );
    this.flow?.begin(session.functions);
    this.flush();
  }

  flush(): void {
    this.json?.flush();
    this.flow?.flush();
  }

  end(reason: JsonReason, now: number): void {
    const { session } = this;
    if (session === undefined) return;
    this.flush();
    this.json?.end({ reason, events: this.json.events, lost: session.lost, corrections: session.tree.corrections });
    if (this.form === 'tree') this.write(treeText(callsModel(session, now, this.trace.facts), this.trace.title));
  }
}
