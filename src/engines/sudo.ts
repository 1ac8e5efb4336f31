import { UserError } from '../target/user-error.js';
import type { EngineId } from './engine.js';
import { findForRoot } from './find-engine.js';
import { weakness } from './not-for-root.js';
import { askingEnvironment } from './root-environment.js';
import { isRoot } from './root-only.js';

/** Why this user may not start a tracer, with the cure; null where nothing is to be said (stap has groups of its own). */
export function rightsObjection(id: EngineId, sudo: boolean): string | null {
  if (isRoot() || sudo) return null;
  if (id === 'stap') return null; // staprun says it better: stapusr and stapdev are enough
  return `${id} needs root: run pytrace as root, or add --sudo to start only the tracer through sudo.`;
}

/** Absolute path of the sudo to start with; null for root, who needs none. Throws a UserError where there is none. */
export async function findSudo(): Promise<string | null> {
  if (isRoot()) return null;
  const { path, passedOver } = await findForRoot('sudo');
  if (path !== null) return path;
  const lack = passedOver === undefined ? 'which is not installed' : `but ${weakness(passedOver)}`;
  throw new UserError(`--sudo needs sudo, ${lack}; run pytrace as root.`);
}

/**
 * Asks for the password on the terminal, before a full-screen view takes it; afterwards `sudo -n` needs none. Throws a
 * UserError where sudo refuses.
 */
export async function askSudo(sudo: string): Promise<void> {
  const { runOnTerminal } = await import('./child.js');
  if ((await runOnTerminal(sudo, ['-v'], askingEnvironment())) !== 0) {
    throw new UserError('sudo refused; run pytrace as root, or ask for the right to use sudo.');
  }
}

/** The same start through sudo. It closes file descriptors from 3 on: the guard needs none of them. */
export function withSudo(
  sudo: string,
  file: string,
  args: readonly string[],
): { readonly file: string; readonly args: readonly string[] } {
  return { file: sudo, args: ['-n', '--', file, ...args] };
}

/** What sudo itself says on stderr, as a failure's sentence; null for anything else. */
export function sudoFailure(line: string): string | null {
  const text = /^sudo: (.*)$/.exec(line)?.[1];
  if (text === undefined) return null;
  if (/^unable to resolve host/.test(text)) return null; // only a warning
  if (/password is required|terminal is required|no tty/.test(text)) {
    // `sudo -v` has gone well before: it asks whether any command may be run.
    return 'sudo wants a password for /bin/sh, in which the tracer and its guard run (a rule for dtrace alone is not enough); run pytrace as root, or ask for that right.';
  }
  return `sudo refused: ${text}.`;
}
