import type { Engine, EngineHandlers, EngineMessage } from './engine.js';
import { GUARD_CLEAN, GUARD_ENGINE, GUARD_LEFT } from './guard.js';
import { LineJoiner } from './line-joiner.js';
import { lineSemaphoreFailure } from './line-semaphore.js';
import { sudoFailure } from './sudo.js';

const flushMs = 100;
const notesPerFlush = 5;
const keptFirst = 8;
const keptLast = 4;

type Failure = Extract<EngineMessage, { kind: 'failure' }>;

/** What the reader passes on; losses and notes at a bounded rate, whatever the engine prints. */
export interface StderrEvents extends Pick<EngineHandlers, 'progress' | 'loss' | 'note'> {
  enginePid(pid: number): void;
}

/** Reads one run's stderr: the guard's lines, those of what starts the engine, and the engine's, which it classifies and adds up. */
export class StderrReader {
  /** The first failure: what follows is usually its consequence. */
  failure: Failure | null = null;
  /** What the guard said last: everything removed, or what is left; null where it said nothing. */
  left: string | null = null;
  private firstError: string | null = null;
  private readonly first: string[] = [];
  private last: string[] = [];
  private readonly losses = new Map<string, number>();
  private notes: string[] = [];
  private notesLeftOut = 0;
  private timer: NodeJS.Timeout | null = null;
  private lastLine = '';
  private lastMessage: EngineMessage = { kind: 'noise' };
  private readonly joiner = new LineJoiner((line) => this.line(line));

  constructor(
    private readonly engine: Engine,
    private readonly events: StderrEvents,
  ) {}

  push(chunk: Uint8Array): void {
    this.joiner.push(chunk);
  }

  end(): void {
    this.joiner.end();
    this.flush();
  }

  /** The engine's own words about a failure: the first compiler error, then the first and last unclassified lines. */
  details(): string[] {
    const lines = [...(this.firstError === null ? [] : [this.firstError]), ...this.first, ...this.last];
    return [...new Set(lines)];
  }

  private line(line: string): void {
    // A probe that faults prints the same line a million times: classify it once.
    if (line !== this.lastLine) {
      if (this.ownLine(line)) return;
      const sentence = sudoFailure(line) ?? lineSemaphoreFailure(line);
      this.lastLine = line;
      this.lastMessage = sentence === null ? this.engine.message(line) : { kind: 'failure', sentence };
    }
    this.message(this.lastMessage, line);
  }

  private ownLine(line: string): boolean {
    if (line.startsWith(GUARD_ENGINE)) {
      const pid = Number(line.slice(GUARD_ENGINE.length));
      if (Number.isSafeInteger(pid) && pid > 1) this.events.enginePid(pid);
      return true;
    }
    if (line === GUARD_CLEAN) this.left = '';
    else if (line.startsWith(GUARD_LEFT)) this.left = line.slice(GUARD_LEFT.length).trim();
    else return false;
    return true;
  }

  private message(message: EngineMessage, line: string): void {
    switch (message.kind) {
      case 'noise':
        return;
      case 'progress':
        this.events.progress(message.phase, message.text);
        return;
      case 'loss':
        this.losses.set(message.cause, (this.losses.get(message.cause) ?? 0) + message.count);
        this.flushLater();
        return;
      case 'failure':
        this.failure ??= message;
        this.keep(line);
        return;
      case 'other':
        this.keep(line);
        if (this.notes.length < notesPerFlush) this.notes.push(message.text);
        else this.notesLeftOut += 1;
        this.flushLater();
        return;
    }
  }

  private keep(line: string): void {
    if (/\berror:/.test(line)) this.firstError ??= line;
    if (this.first.length < keptFirst) this.first.push(line);
    else {
      this.last.push(line);
      if (this.last.length > keptLast) this.last.shift();
    }
  }

  private flushLater(): void {
    this.timer ??= setTimeout(() => this.flush(), flushMs);
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const losses = [...this.losses];
    const notes = this.notes;
    if (this.notesLeftOut > 0) notes.push(`… and ${this.notesLeftOut} more lines from ${this.engine.id}`);
    this.losses.clear();
    this.notes = [];
    this.notesLeftOut = 0;
    for (const [cause, count] of losses) this.events.loss(cause, count);
    for (const note of notes) this.events.note(note);
  }
}
