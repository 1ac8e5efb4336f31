import { CommanderError } from 'commander';
import { ExitCode } from '../target/user-error.js';
import { buildProgram, type Actions } from './program.js';
import { sayError } from './say.js';
import { hasScreen } from './stdout.js';

/**
 * Runs the command line and returns the exit status. What is needed by one command alone is loaded by it, so that
 * `--help` and pipes do not wait for a terminal library.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const dashes = argv.indexOf('--');
  const own = dashes < 0 ? argv : argv.slice(0, dashes);
  const program = dashes < 0 ? null : argv.slice(dashes + 1);
  let status = 0;
  const actions: Actions = {
    calls: async (words, raw) => {
      const options = (await import('./options.js')).parseOptions(raw);
      const screen = hasScreen() && !options.json && options.output === undefined;
      const { findSubject, requireFunctionProbes } = await import('./subject.js');
      const subject = await findSubject(words, program, screen);
      try {
        requireFunctionProbes(subject.target);
        status = screen
          ? await (await import('./show-live.js')).showLive(subject, options)
          : await (await import('./print-live.js')).printLive(subject, options);
      } catch (error) {
        subject.held?.kill();
        throw error;
      } finally {
        subject.release();
      }
    },
    replay: async ([file], raw) => {
      const options = (await import('./options.js')).parseOptions(raw);
      const screen = hasScreen() && !options.json && options.output === undefined;
      status = screen
        ? await (await import('./show-replay.js')).showReplay(file, options)
        : await (await import('./print-replay.js')).printReplay(file, options);
    },
    doctor: async (words, raw) => {
      status = await (await import('./doctor.js')).doctor(words[0], raw);
    },
    scripts: async (words, raw) => {
      status = await (await import('./scripts.js')).scripts(words, raw);
    },
    demo: async (_words, raw) => {
      status = await (
        await import('./demo.js')
      ).demo((await import('./options.js')).parseOptions(raw), raw.recording === true);
    },
    completion: async ([shell]) => {
      const { completion } = await import('./completion.js');
      process.stdout.write(completion(shell, buildProgram(actions)));
    },
    man: async () => {
      const { manPage } = await import('./man-page.js');
      process.stdout.write(manPage(buildProgram(actions)));
    },
  };
  const command = buildProgram(actions);
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    if (own.length === 0) {
      command.outputHelp();
      return ExitCode.ok;
    }
    await command.parseAsync(own, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return sayError(error);
  }
}
