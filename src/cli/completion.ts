import type { Command } from 'commander';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitizeStart } from '../text/printable.js';
import { bundledScripts } from './bundled-scripts.js';
import { commandTree } from './command-tree.js';
import { bashCompletion } from './completion-bash.js';
import { fishCompletion } from './completion-fish.js';
import { zshCompletion } from './completion-zsh.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** The completion script for a shell, made from the command line's own tree. Throws UserError. */
export function completion(shell: string, program: Command): string {
  const write = Object.hasOwn(SHELLS, shell) ? SHELLS[shell as keyof typeof SHELLS] : undefined;
  if (write === undefined) {
    throw new UserError(
      `There is no completion for ${sanitizeStart(shell, 40)}: say bash, zsh or fish.`,
      ExitCode.usage,
    );
  }
  return write(
    commandTree(
      program,
      bundledScripts().map(({ name }) => name),
    ),
  );
}
