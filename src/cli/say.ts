import { UserError } from '../target/user-error.js';

/** Says a sentence to the person at the keyboard, beside what is printed as the result. */
export function say(sentence: string, details: readonly string[] = []): void {
  process.stderr.write(`pytrace: ${sentence}\n${details.map((line) => `  ${line}\n`).join('')}`);
}

/** Tells a failure and returns the exit status for it. */
export function sayError(error: unknown): number {
  if (error instanceof UserError) {
    say(error.message, error.details);
    return error.exitCode;
  }
  say(
    `This is a fault in pytrace, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 70;
}
