import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTarget } from '../target/find.js';
import { inspectTarget } from '../target/inspect.js';
import { launchHeld, type Held } from '../target/launch.js';
import type { Target } from '../target/target.js';
import { ExitCode, UserError } from '../target/user-error.js';
import type { TraceOptions, TraceView } from '../views/trace-view.js';
import { lendTerminal } from './lost-terminal.js';
import { onSignals } from './signals.js';

/** The process to be traced, and how it came to be. */
export interface Subject {
  readonly target: Target;
  /** The program, standing, where pytrace started it. */
  readonly held: Held | null;
  /** Where the program's output goes while a screen is drawn; null where it goes to standard error. */
  readonly outputFile: string | null;
  /** To be called when signals are seen to otherwise: until then they end pytrace, and a held program with it. */
  handOver(): void;
  /** Removes what was made for it; what it printed is kept until then. */
  release(): void;
}

/** `words` name a process; `program` is what stood behind `--`. Throws UserError. */
export async function findSubject(
  command: string,
  words: readonly string[],
  program: readonly string[] | null,
  screen: boolean,
): Promise<Subject> {
  if (program !== null && program.length > 0) {
    if (words.length > 0) {
      throw new UserError(`Give either a process or, after --, a program: not both.`, ExitCode.usage);
    }
    return startProgram(program, screen);
  }
  if (words.length === 0) {
    throw new UserError(
      `Which process? Give a pid or a name, or a program after --: pytrace ${command} -- python3 app.py`,
      ExitCode.usage,
    );
  }
  if (words.length > 1) {
    throw new UserError(
      `Give one process; a program to start stands after --: pytrace ${command} -- python3 app.py`,
      ExitCode.usage,
    );
  }
  return {
    target: inspectTarget(findTarget(words[0])),
    held: null,
    outputFile: null,
    handOver: () => undefined,
    release: () => undefined,
  };
}

async function startProgram(program: readonly string[], screen: boolean): Promise<Subject> {
  let folder: string | null = null;
  let output: 'inherit' | number = 2;
  if (screen) {
    // Its own output would wreck the screen; the file outlives a detach, which a pipe would not.
    folder = mkdtempSync(join(tmpdir(), 'pytrace-'));
    output = openSync(join(folder, 'output'), 'wx', 0o600);
  }
  // Until the trace has its own: a signal's default would leave the program standing for ever.
  const handOver = onSignals(() => process.exit(1));
  const release = (): void => {
    handOver();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  if (!screen) lendTerminal();
  try {
    const held = await launchHeld(program, { stdout: output, stderr: output, stdin: screen ? 'ignore' : 'inherit' });
    try {
      return {
        target: inspectTarget(held.pid),
        held,
        outputFile: folder === null ? null : join(folder, 'output'),
        handOver,
        release,
      };
    } catch (error) {
      held.kill();
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  } finally {
    if (typeof output === 'number' && output > 2) closeSync(output);
  }
}

/** Throws a UserError where the view cannot work on this process, saying why and what would. */
export function requireView(view: TraceView, target: Target, options: TraceOptions): void {
  const sentence = view.objection(target, options);
  if (sentence !== null) throw new UserError(sentence);
}
