/** Exit codes of the `pytrace` command. */
export const ExitCode = {
  ok: 0,
  /** The trace began but did not end well: engine died, disk full, recording damaged. */
  trace: 1,
  /** The command line, or a file named on it, cannot be used. */
  usage: 2,
  /** This target, on this machine, with these rights, cannot be traced. */
  target: 3,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure that its reader can do something about: one sentence that names the cause and the cure. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;
  /** Further lines for those who want to know more: a compiler's first error, a log's path. */
  readonly details: readonly string[];

  constructor(message: string, exitCode: ExitCode = ExitCode.target, details: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}
