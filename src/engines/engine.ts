import type { Target } from '../target/target.js';

export type EngineId = 'dtrace' | 'stap';

/** What a view's script is asked to leave out already in the kernel. Names are literals, never patterns. */
export interface ScriptFilters {
  /** 0 = every thread. */
  readonly thread: number;
  /** Only functions whose co_name contains this; '' = all. */
  readonly functionHas: string;
  /** Only functions whose co_filename contains this; '' = all. */
  readonly fileHas: string;
  /** Print completed calls of at least this many ns (record X) in place of entries and returns; 0 = print all. */
  readonly minDurationNs: number;
  /** Do not print calls nested deeper than this, counted from the attach; 0 = no limit. */
  readonly depth: number;
}

export interface TraceRequest {
  /** Base name of the script: `calls` runs scripts-d/calls.d or scripts-stp/calls.stp. */
  readonly script: string;
  readonly target: Target;
  readonly filters: ScriptFilters;
  /** Start the engine (and only it) through sudo. */
  readonly sudo: boolean;
}

/** One program to start, as an argument array: nothing here ever passes through a shell. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What this machine has for an engine to lean on. */
export interface HostFacts {
  readonly platform: NodeJS.Platform;
  /** `uname -r`. */
  readonly release: string;
  /** Reads best in a cure: which package manager's names to give. */
  readonly family: 'debian' | 'fedora' | 'other';
  /** /lib/modules/RELEASE/build is there (Linux; stap compiles its module against it). */
  readonly kernelHeaders: boolean;
  /** Which of gcc and make PATH lacks. */
  readonly missingTools: readonly string[];
}

/** What is installed here. */
export interface EngineFacts {
  readonly id: EngineId;
  readonly host: HostFacts;
  /** Absolute path, or null where it is not on PATH (nor in /usr/sbin, /sbin, /usr/local/sbin). */
  readonly path: string | null;
  /** For instance `2.0.7`; '' where it would not say. */
  readonly version: string;
}

/** What one line of an engine's stderr means. */
export type EngineMessage =
  | { readonly kind: 'progress'; readonly phase: 'compile' | 'arm'; readonly text: string }
  | { readonly kind: 'loss'; readonly cause: string; readonly count: number }
  /** The engine's start failed; `retry` says that the same request may be tried again with that change. */
  | { readonly kind: 'failure'; readonly sentence: string; readonly retry?: 'library' }
  | { readonly kind: 'noise' }
  | { readonly kind: 'other'; readonly text: string };

/** Folders that dtrace is given in place of its own; stap needs none. */
export interface EngineFolders {
  readonly syslibdir?: string | undefined;
  readonly procfs?: string | undefined;
}

/** One tracer: a pure description of how it is called and what its stderr says. The supervisor does the rest. */
export interface Engine {
  readonly id: EngineId;
  /** Why this engine cannot trace this target for this script, in one sentence with its cure; null where it can. */
  objection(facts: EngineFacts, request: TraceRequest): string | null;
  command(facts: EngineFacts, request: TraceRequest, folders?: EngineFolders): Command;
  message(line: string): EngineMessage;
}

/** How an engine's run ended. */
export interface EngineEnd {
  readonly reason: 'stopped' | 'failed-to-start' | 'died';
  /** One sentence for failed-to-start and died. */
  readonly sentence: string;
  readonly details: readonly string[];
}

export interface EngineHandlers {
  /** Raw bytes of the engine's stdout, as they come. Called synchronously: never blocks the pipe for long. */
  data(chunk: Uint8Array): void;
  progress(phase: 'compile' | 'arm', text: string): void;
  /** Comes at most ten times a second and cause; may still come after end(), until gone(): dtrace counts up at its end. */
  loss(cause: string, count: number): void;
  note(text: string): void;
  end(end: EngineEnd): void;
}

/** A running engine. `stop()` resolves once tracing has ended (end record seen or engine gone), not when it is reaped. */
export interface RunningEngine {
  /** The engine's own pid; 0 until its guard has told it. */
  readonly pid: number;
  /** To be called when the A record came: from then on silence is no longer a failed start. */
  armed(): void;
  /** To be called when the Z record came: tracing has ended, whatever the process still does (dtrace: seconds). */
  ended(): void;
  stop(): Promise<void>;
  /** Resolves when the engine's process and its kernel events are gone; true where that was checked and is so. */
  gone(): Promise<boolean>;
}
