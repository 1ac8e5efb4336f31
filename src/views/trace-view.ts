import type { DebugFile } from '../engines/engine.js';
import type { ScriptParameter } from '../engines/parameters.js';
import type { Pieces } from '../export/pieces.js';
import type { Session } from '../models/session.js';
import type { Target } from '../target/target.js';
import type { RecordSpec } from '../wire/records.js';
import type { ViewSlot } from './view-slot.js';

/** What was asked for on the command line, as far as it concerns what is traced and shown. */
export interface TraceOptions {
  /** 0 = all. */
  readonly thread: number;
  /** Globs on co_name and co_filename; '' = all. */
  readonly function: string;
  readonly file: string;
  /** ns; 0 = all. */
  readonly minDuration: number;
  /** 0 = no limit. */
  readonly depth: number;
  /** The view's own options by their names in camel case, as its `ViewOption.parse` gave them. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** An option that one view has beyond those of all. */
export interface ViewOption {
  /** As commander takes it: `--pause-budget <time>`. */
  readonly flags: string;
  readonly about: string;
  /** The value of a text; throws an Error that says what is needed, without a full stop. Left out for switches. */
  readonly parse?: (text: string) => unknown;
  /** Also for replay: it changes what is shown, not what is traced. */
  readonly shown?: boolean;
}

/** What is to run for a view: a bundled script with its parameters. */
export interface ScriptChoice {
  /** Base name in scripts-d, scripts-stp and scripts-bt. */
  readonly script: string;
  /** The same for a bpftrace before 0.22, where `script` is too large for it and a smaller one does for this target. */
  readonly smallScript?: string | undefined;
  readonly parameters: readonly ScriptParameter[];
  /** dtrace must hold the target by ptrace for it: `allowed` where that was asked for. Left out: it need not. */
  readonly ptrace?: 'needed' | 'allowed' | undefined;
  /** What goes before the engine's command so that function-entry fires on CPython 3.11. */
  readonly lineSemaphore?: readonly string[] | undefined;
  /** For SystemTap: names functions that the interpreter's file has no symbols of. */
  readonly debugFile?: DebugFile | undefined;
  /** For bpftrace: a probe at a place of the interpreter's file that has no symbol, which it takes with --unsafe only. */
  readonly unsafe?: boolean | undefined;
}

/** A moment that a person has marked. */
export interface TimeMark {
  /** `m1`. */
  readonly name: string;
  /** ns since the header. */
  readonly at: number;
}

/** What an opened view is told of the trace around it. */
export interface ViewContext {
  readonly options: TraceOptions;
  readonly pid: number;
  /** `3.15.2`; '' where it is not known. */
  readonly python: string;
  /** What the trace began with. */
  readonly since: 'attach' | 'launch';
  /** The trace's clock, ns since the header. */
  now(): number;
  /** Rises when something is to be drawn anew. */
  revision(): number;
  /** Why there is nothing to show yet; asked only then. */
  notice(): string;
  readonly marks: readonly TimeMark[];
  /** Set where the view is printed instead of drawn. */
  readonly print?: PrintContext;
}

export interface PrintContext {
  /** `json`, or the id of one of the view's forms. */
  readonly form: string;
  readonly ascii: boolean;
  /** What is traced, in one line. */
  readonly title: string;
  readonly threadNames: ReadonlyMap<number, string>;
  write(text: string): void;
  /** What the end record says beyond what the view knows. */
  endFields?(): Readonly<Record<string, unknown>>;
  /** All that was asked for has been seen (`--once`): the trace can end. */
  enough(): void;
}

export type EndReason = 'duration' | 'target-exited' | 'interrupted' | 'engine-died';

/** A view without a screen. */
export interface Printing {
  /** The probes are armed: the session has its header. */
  begin(): void;
  /** Writes what has been gathered. */
  flush(): void;
  end(reason: EndReason): void;
}

export interface ThreadChoice {
  /** 0 stands for all. */
  readonly id: number;
  readonly name: string;
  /** What helps to choose: `1.2k calls/s`, `ended`. */
  readonly note: string;
}

/** One way to write what has been seen to a file. */
export interface ExportChoice {
  /** For file names, with its dot. */
  readonly extension: string;
  /** One clause for a list of choices. */
  readonly about: string;
  /** The whole text, of what was to be seen when the choices were asked for. */
  readonly pieces: (title: string) => Pieces;
}

/** A view at work: its session, its picture, and what it can say of both. */
export interface OpenView {
  readonly session: Session;
  /** Its face on the screens. */
  readonly slot: ViewSlot;
  /** Without a screen; there where the context asked for it. */
  readonly printing: Printing | undefined;
  /** From here on the picture stays as it is, while counting goes on. */
  freeze(): void;
  thaw(): void;
  /** Counts from zero again; undefined where the view cannot. */
  reset?(): void;
  threads(): readonly ThreadChoice[];
  /** What was corrected, left out or could not be known, in words. */
  diagnostics(): readonly string[];
  /** All of one moment: what comes later does not change them. */
  exports(): readonly ExportChoice[];
  /** What is said after the trace, beyond how it ended. */
  summary(): readonly string[];
  /** What the end record of JSON has beyond the reason, the events and the lost ones. */
  endFields(): Readonly<Record<string, unknown>>;
  /**
   * Looks up in the target what the script could only give addresses of; called some times a second while it is traced,
   * and at the end. Gives lines of records for the session, which a recording then holds too: a replay has no target.
   */
  lookUp?(target: Target): readonly string[];
  /** The terminal's bell is to be rung; asked with each frame, and told only once. */
  bell?(): boolean;
  /** What was asked for and does not hold (`--fail-if`), in one sentence; the exit status is then 1. '' where all is well. */
  failure?(): string;
}

/** Filters of the command line, by their names in `TraceOptions`. */
export type Filter = 'thread' | 'file' | 'function' | 'minDuration' | 'depth';

/**
 * One kind of trace, all that pytrace knows of it: what is run, what its records mean, how it looks. A new one is a folder
 * here, its scripts, and a line in the registry.
 */
export interface TraceView {
  readonly id: string;
  /** Names of the scripts whose streams it reads. */
  readonly scripts: readonly string[];
  readonly title: string;
  readonly words: {
    /** For the list of commands. */
    readonly summary: string;
    readonly description: string;
    /** Lines of examples, command first. */
    readonly examples: string;
  };
  readonly options: readonly ViewOption[];
  /** What it can filter by while it traces. */
  readonly filters: readonly Filter[];
  /** What can still be asked for when a recording is looked at. */
  readonly replayFilters: readonly Filter[];
  /** Forms of text without a screen; the first is the default. */
  readonly forms: readonly { readonly id: string; readonly about: string }[];
  /** Records that its script writes beyond those of all. */
  readonly records: readonly RecordSpec[];
  /** Probes as they are shown while the trace starts. */
  readonly probes: string;
  /** Why nothing comes although the probes are in place: `no Python function has been called yet`. */
  readonly quiet: string;
  /** Why it cannot work on this target, its cause and its cure; null where it can. */
  objection(target: Target, options: TraceOptions): string | null;
  script(target: Target, options: TraceOptions): ScriptChoice;
  /** Loads what shows and prints it; before `open`. */
  load(): Promise<void>;
  open(context: ViewContext): OpenView;
}
