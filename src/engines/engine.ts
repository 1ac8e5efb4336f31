import type { Target } from '../target/target.js';
import type { ScriptParameter } from './parameters.js';

export const ENGINE_IDS = ['dtrace', 'stap', 'bpftrace'] as const;
export type EngineId = (typeof ENGINE_IDS)[number];

/** What people call them. */
export const ENGINE_NAMES: Readonly<Record<EngineId, string>> = {
  dtrace: 'dtrace',
  stap: 'SystemTap',
  bpftrace: 'bpftrace',
};

export interface TraceRequest {
  /** Base name of the script: `calls` runs scripts-d/calls.d, scripts-stp/calls.stp or scripts-bt/calls.bt. */
  readonly script: string;
  readonly target: Target;
  /** Base name of a script for a bpftrace that `script` is too large for; left out: there is none for this target. */
  readonly smallScript?: string | undefined;
  readonly parameters: readonly ScriptParameter[];
  /** Whether dtrace must hold the target by ptrace (-p) for this script, and may; SystemTap never does. Left out: never. */
  readonly ptrace?: 'never' | 'needed' | 'allowed' | undefined;
  /** Names functions that the interpreter's ELF file has no symbol for; SystemTap reads it. */
  readonly debugFile?: DebugFile | undefined;
  /** A probe at a place of the interpreter's file that has no symbol: bpftrace takes it with --unsafe only. */
  readonly unsafe?: boolean | undefined;
  /** What goes before the engine's command so that the semaphore of CPython 3.11's line probe is up: see line-semaphore.ts. */
  readonly lineSemaphore?: readonly string[] | undefined;
  /** Absolute path of the sudo through which the engine, and only it, is started; false: it runs as who we are. */
  readonly sudo: string | false;
  /** pytrace has started the target: it ends when pytrace does, however that ends. */
  readonly own?: boolean;
  /** The terminal that pytrace draws on, which its guard gives back where pytrace was killed. */
  readonly terminal?: HeldTerminal | undefined;
}

export interface HeldTerminal {
  /** /dev/pts/N or the like. */
  readonly path: string;
  /** The control sequence that gives it back. */
  readonly leave: string;
}

/** A file of separate debugging information. */
export interface DebugFile {
  /** Where it lies in its folder: `.build-id/ab/cdef.debug`. */
  readonly path: string;
  readonly bytes: Uint8Array;
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
  /** pytrace runs in a PID namespace of its own, as in a container: the kernel numbers all processes otherwise. */
  readonly nestedPids?: boolean | undefined;
}

/** What is installed here. */
export interface EngineFacts {
  readonly id: EngineId;
  readonly host: HostFacts;
  /** Absolute path, or null where it is neither on PATH nor in the system's folders, or not where root may take it from. */
  readonly path: string | null;
  /** One that stands before `path` on PATH. */
  readonly passedOver?: PassedOver;
  /** For instance `2.0.7`; '' where it would not say. */
  readonly version: string;
}

/** A program that is not run as root, since others than root could change it, or put another in its stead at `place`. */
export interface PassedOver {
  readonly file: string;
  readonly place: string;
}

/** What one line of an engine's stderr means. */
export type EngineMessage =
  | { readonly kind: 'progress'; readonly phase: 'compile' | 'arm'; readonly text: string }
  | { readonly kind: 'loss'; readonly cause: string; readonly count: number }
  /** The engine's start failed; `retry` says that the same request may be tried again with that change. */
  | { readonly kind: 'failure'; readonly sentence: string; readonly retry?: 'library' }
  | { readonly kind: 'noise' }
  | { readonly kind: 'other'; readonly text: string };

/** Folders that an engine is given in place of its own: the first two are dtrace's, the last is SystemTap's. */
export interface EngineFolders {
  readonly syslibdir?: string | undefined;
  readonly procfs?: string | undefined;
  readonly debug?: string | undefined;
}

/** One tracer: a pure description of how it is called and what its stderr says. The supervisor does the rest. */
export interface Engine {
  readonly id: EngineId;
  /** Why this engine cannot trace this target for this script, in one sentence with its cure; null where it can. */
  objection(facts: EngineFacts, request: TraceRequest): string | null;
  command(facts: EngineFacts, request: TraceRequest, folders?: EngineFolders): Command;
  message(line: string): EngineMessage;
  /** For an engine that does not print wire records itself. */
  translator?(facts: EngineFacts, request: TraceRequest): StreamTranslator;
}

/** Makes wire records of what an engine prints. Keeps what is not yet whole. */
export interface StreamTranslator {
  push(chunk: Uint8Array): Uint8Array;
  /** The engine is about to be told to stop. */
  stopping(): void;
  /** What is left when the engine has ended. */
  end(): Uint8Array;
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
