import { sanitize, sanitizeLines } from '../text/printable.js';
import { UserError } from '../target/user-error.js';

/**
 * Says a sentence to the person at the keyboard, beside what is printed as the result. Sentences hold paths, names and
 * what the system says of them: they are made fit here, at the last.
 */
export function say(sentence: string, details: readonly string[] = []): void {
  process.stderr.write(`pytrace: ${sanitize(sentence)}\n${details.map((line) => `  ${sanitize(line)}\n`).join('')}`);
}

/** Tells a failure and returns the exit status for it. */
export function sayError(error: unknown): number {
  if (error instanceof UserError) {
    say(error.message, error.details);
    return error.exitCode;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`pytrace: This is a fault in pytrace, please report it: ${sanitizeLines(trace)}\n`);
  return 70;
}
