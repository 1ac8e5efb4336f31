import { tmpdir } from 'node:os';
import { startChild, type ChildEnd, type GuardedChild } from './child.js';
import type {
  Engine,
  EngineEnd,
  EngineFacts,
  EngineHandlers,
  RunningEngine,
  StreamTranslator,
  TraceRequest,
} from './engine.js';
import { guarded } from './guard.js';
import { hasEnded, isAlive, removeEvents } from './left-behind.js';
import { StderrLog } from './stderr-log.js';
import { StderrReader } from './stderr-reader.js';
import { environmentFor, rootEnvironment, rootPath } from './root-environment.js';
import { isRoot } from './root-only.js';
import { withSudo } from './sudo.js';
import { makeDebugFolder, type DebugFolder } from './debug-folder.js';
import { makePrivateFolder, type PrivateFolder } from './private-folder.js';
import { userSyslibdir } from './syslibdir.js';

export interface SupervisorOptions {
  /** How long an engine may take to arm its probes: from its start, or, where it tells of compiling, from the end of that. */
  readonly armTimeoutMs?: number;
  /** How long one that tells of compiling may be silent at it. */
  readonly compileTimeoutMs?: number;
  /** How long an orderly stop may take before the supervisor kills what the guard did not. */
  readonly stopTimeoutMs?: number;
  /** `--log FILE`: gets the engine's stderr as it comes, and is named in place of a temporary log. */
  readonly log?: { readonly path: string; write(chunk: Uint8Array): void };
}

/** dtrace and bpftrace arm in a second, 8 s under load. */
export const ARM_TIMEOUT_MS = 20_000;
/** stap's pass 4 was seen to take over 70 s in silence, on a slow machine. */
export const COMPILE_TIMEOUT_MS = 600_000;
/** The guard itself needs 10 s and up to 2 s of cleaning. */
const stopTimeout = 15_000;
/** Where dtrace holds the target, killing it may kill the target: see the guard. */
const ptraceStopTimeout = 75_000;
const giveUpMs = 2_000;
const HOLD_MS = 500;
/** bpftrace 0.27 reads its buffers each 0.1 s, and may leave what is in them when it is told to end. */
const DRAIN_MS = 400;

/**
 * Starts an engine under its guard and watches over it. handlers.end() comes exactly once, and nothing but losses
 * after it; never from within this call, nor from within armed(), ended() or stop().
 */
export function startEngine(
  engine: Engine,
  facts: EngineFacts,
  request: TraceRequest,
  handlers: EngineHandlers,
  options: SupervisorOptions = {},
): RunningEngine {
  const run = new Supervision(engine, facts, request, handlers, options);
  run.begin();
  return run;
}

class Supervision implements RunningEngine {
  pid = 0;
  private state: 'starting' | 'armed' | 'stopping' | 'over' = 'starting';
  private child!: GuardedChild;
  private begun = false;
  private stderr!: StderrReader;
  private readonly log = new StderrLog();
  private folder: PrivateFolder | null = null;
  private translator: StreamTranslator | undefined;
  private debug: DebugFolder | null = null;
  private ownLibrary = false;
  private watchdog: NodeJS.Timeout | undefined;
  /** It does not compile any more: its time runs, whatever it says. */
  private arming = false;
  private escalation: NodeJS.Timeout | undefined;
  private verdict: string | null = null;
  private readonly over: Promise<void>;
  private readonly whole: Promise<boolean>;
  private isOver!: () => void;
  private isGone!: (clean: boolean) => void;
  private readonly atExit = (): void => {
    this.folder?.remove();
    this.debug?.remove();
  };

  constructor(
    private readonly engine: Engine,
    private readonly facts: EngineFacts,
    private readonly request: TraceRequest,
    private readonly handlers: EngineHandlers,
    private readonly options: SupervisorOptions,
  ) {
    this.over = new Promise((resolve) => (this.isOver = resolve));
    this.whole = new Promise((resolve) => (this.isGone = resolve));
    process.once('exit', this.atExit);
  }

  begin(): void {
    const { id } = this.engine;
    const { path, host } = this.facts;
    if (id === 'dtrace' && path !== null && host.platform === 'linux') {
      this.folder = makePrivateFolder(path, this.request.target.pid);
      if (this.folder === null) {
        // Without it dtrace might take hold of the target by ptrace.
        this.verdict = `No folder can be made in ${tmpdir()}, which dtrace needs: make room there, or set TMPDIR to another folder.`;
        this.finish();
        this.isGone(true);
        return;
      }
    }
    if (id === 'stap' && this.request.debugFile !== undefined) this.debug = makeDebugFolder(this.request.debugFile);
    this.start();
  }

  private start(): void {
    this.begun = true;
    const { folder } = this;
    const { id } = this.engine;
    const chosen = id === 'dtrace' ? userSyslibdir() : undefined;
    const command = this.engine.command(this.facts, this.request, {
      syslibdir: chosen ?? (this.ownLibrary ? undefined : (folder?.library ?? undefined)),
      procfs: folder?.procfs,
      debug: this.debug?.path,
    });
    const { target, own, ptrace, terminal, sudo, lineSemaphore = [] } = this.request;
    const asRoot = sudo !== false || isRoot();
    const added = asRoot ? { ...rootEnvironment(), ...command.env } : command.env;
    const settings = Object.entries(added).map(([name, value]) => `${name}=${value}`);
    // Through env(1), since sudo has its own view of what to pass on; it executes the engine, so the pid stays the engine's.
    const environment = settings.length === 0 ? [] : ['/usr/bin/env', ...(asRoot ? ['-i'] : []), ...settings];
    const call = [...environment, ...lineSemaphore, command.file, ...command.args];
    const kind = id === 'dtrace' && ptrace === 'allowed' ? 'dtrace-p' : id;
    const started = own === true ? `${target.pid}:${target.startTime}` : '';
    const guard = guarded(kind, (folder ?? this.debug)?.path ?? '', call, started, terminal, asRoot ? rootPath() : '');
    const program = sudo === false ? guard : withSudo(sudo, guard.file, guard.args);
    // What `sudo -v` has allowed counts for that terminal's session only (tried with sudo 1.9.17: in a new session it
    // wants the password again). sudo, by default, gives its command a session of its own, and leaves our keys alone.
    const detached = program === guard;
    this.stderr = new StderrReader(this.engine, {
      enginePid: (pid) => (this.pid = pid),
      progress: (phase, text) => {
        if (this.state !== 'starting') return;
        this.watch(phase);
        this.handlers.progress(phase, text);
      },
      loss: (cause, count) => this.handlers.loss(cause, count),
      note: (text) => {
        // Before that, every line may belong to a failure, which will tell it as a detail.
        if (this.state === 'armed') this.handlers.note(text);
      },
    });
    this.translator = this.engine.translator?.(this.facts, this.request);
    this.watch(id === 'stap' ? 'begin' : 'arm');
    this.child = startChild(
      program.file,
      program.args,
      (chunk) => this.data(this.translator?.push(chunk) ?? chunk),
      (chunk) => {
        this.log.push(chunk);
        this.options.log?.write(chunk);
        this.stderr.push(chunk);
      },
      () => this.guardExited(),
      detached,
      environmentFor(asRoot),
    );
    void this.child.done.then((end) => this.childDone(end));
  }

  armed(): void {
    if (this.state !== 'starting') return;
    clearTimeout(this.watchdog);
    this.state = 'armed';
  }

  ended(): void {
    if (this.state === 'over') return;
    if (this.state !== 'stopping') {
      this.verdict ??= `${this.engine.id} ended the trace without being asked to; someone may have stopped it.`;
      this.child.stop(); // so that the guard sees to the rest
    }
    this.finish();
  }

  stop(): Promise<void> {
    if (this.state === 'starting' || this.state === 'armed') {
      this.state = 'stopping';
      clearTimeout(this.watchdog);
      if (this.translator === undefined) this.stopChild();
      else {
        this.translator.stopping();
        setTimeout(() => this.stopChild(), DRAIN_MS);
      }
    }
    return this.over;
  }

  gone(): Promise<boolean> {
    return this.whole;
  }

  private data(chunk: Uint8Array): void {
    if (this.state !== 'over' && chunk.length > 0) this.handlers.data(chunk);
  }

  /** Nothing that an engine says lengthens its arming, but each word of its compiling shows that it gets on. */
  private watch(phase: 'begin' | 'compile' | 'arm'): void {
    if (this.arming) return;
    clearTimeout(this.watchdog);
    this.arming = phase === 'arm';
    const { compileTimeoutMs = COMPILE_TIMEOUT_MS, armTimeoutMs = ARM_TIMEOUT_MS } = this.options;
    const limit = phase === 'compile' ? compileTimeoutMs : armTimeoutMs;
    this.watchdog = setTimeout(() => {
      const seconds = Math.ceil(limit / 1000);
      this.verdict = this.arming
        ? `${this.engine.id} did not arm its probes within ${seconds} s, and was stopped.`
        : `${this.engine.id} did not arm its probes: it was stopped when nothing had been heard of it for ${seconds} s.`;
      this.stopChild();
    }, limit);
  }

  private stopChild(): void {
    this.child.stop();
    this.escalation ??= setTimeout(
      () => {
        // As the guard does: killed within close(2), it would leave a probe in the target.
        this.kill('SIGSTOP');
        this.escalation = setTimeout(() => {
          this.kill('SIGKILL');
          this.escalation = setTimeout(() => {
            this.verdict = `${this.engine.id} (process ${this.pid}) could not be stopped; stop it by hand.`;
            this.finish();
            this.isGone(false);
          }, giveUpMs);
        }, HOLD_MS);
      },
      this.options.stopTimeoutMs ?? (this.request.ptrace === 'allowed' ? ptraceStopTimeout : stopTimeout),
    );
  }

  private kill(signal: 'SIGTERM' | 'SIGSTOP' | 'SIGKILL'): void {
    try {
      if (this.pid > 1) process.kill(this.pid, signal);
    } catch {
      // gone, or root's: then the guard, which is root's too, has to do it
    }
  }

  /** Usual when the engine has ended; when the guard was killed, the engine still runs and holds the pipes. */
  private guardExited(): void {
    if (this.stderr.left !== null || this.pid === 0 || !isAlive(this.pid)) return;
    this.verdict ??= `The guard of ${this.engine.id} was killed, so the trace was stopped.`;
    this.kill('SIGTERM');
    this.stopChild();
  }

  private childDone(end: ChildEnd): void {
    clearTimeout(this.escalation);
    this.escalation = undefined;
    this.stderr.end();
    if (this.translator) this.data(this.translator.end());
    if (this.state === 'starting' && this.verdict === null && this.retry()) return;
    clearTimeout(this.watchdog);
    this.verdict ??= this.sentence(end);
    this.finish();
    this.atExit();
    process.removeListener('exit', this.atExit);
    void this.checkGone().then(this.isGone);
  }

  /** A dtrace that cannot do with the small library is started once more with its own. */
  private retry(): boolean {
    if (this.stderr.failure?.retry !== 'library' || this.ownLibrary || (this.folder?.library ?? null) === null)
      return false;
    this.ownLibrary = true;
    this.folder?.remove(); // the guard may have been first
    this.folder = makePrivateFolder(this.facts.path!, this.request.target.pid);
    this.pid = 0;
    this.handlers.progress('compile', 'trying again with the whole library of dtrace');
    this.start();
    return true;
  }

  private sentence(end: ChildEnd): string {
    const name = this.engine.id;
    if (end.startError !== '') return `${name} could not be started: ${end.startError}`;
    if (this.stderr.failure !== null) return this.stderr.failure.sentence;
    if (end.signal !== undefined) return `The guard of ${name} was killed, so the trace was stopped.`;
    const code = end.exitCode ?? 0;
    const how =
      code === 127 || code === 126
        ? 'could not be executed'
        : code > 128
          ? `was killed by signal ${code - 128}`
          : `ended by itself with exit status ${code}`;
    return this.state === 'armed' ? `${name} ${how} during the trace.` : `${name} ${how} before its probes were armed.`;
  }

  private finish(): void {
    if (this.state === 'over') return;
    clearTimeout(this.watchdog);
    const reason = this.state === 'stopping' ? 'stopped' : this.state === 'armed' ? 'died' : 'failed-to-start';
    this.state = 'over';
    const end: EngineEnd =
      reason === 'stopped'
        ? { reason, sentence: '', details: [] }
        : { reason, sentence: this.verdict ?? '', details: this.details() };
    queueMicrotask(() => {
      this.handlers.end(end);
      this.isOver();
    });
  }

  private details(): string[] {
    if (!this.begun) return [];
    const lines = this.stderr.details();
    if (lines.length === 0) return [];
    const file = this.options.log?.path ?? this.log.save(this.engine.id);
    return file === null ? lines : [...lines, `All messages: ${file}`];
  }

  private async checkGone(): Promise<boolean> {
    if (this.pid === 0) return true; // it has never run
    if (!(await hasEnded(this.pid))) return false;
    if (this.stderr.left !== null) return this.stderr.left === '';
    return this.engine.id === 'dtrace' && (await removeEvents(this.pid));
  }
}
