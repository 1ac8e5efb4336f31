import { CommanderError } from 'commander';
import { ExitCode } from '../target/user-error.js';
import { buildProgram, type Actions } from './program.js';
import { sayError } from './say.js';
import { hasScreen, standardOutput } from './stdout.js';
import { loadViews } from '../views/registry.js';

/**
 * Runs the command line and returns the exit status. What is needed by one command alone is loaded by it, so that
 * `--help` and pipes do not wait for a terminal library.
 */
export async function main(argv: readonly string[]): Promise<number> {
  standardOutput.open();
  const status = await run(argv);
  await standardOutput.drained();
  return standardOutput.failed ? ExitCode.trace : status;
}

async function run(argv: readonly string[]): Promise<number> {
  const dashes = argv.indexOf('--');
  const own = dashes < 0 ? argv : argv.slice(0, dashes);
  const program = dashes < 0 ? null : argv.slice(dashes + 1);
  let status = 0;
  const actions: Actions = {
    trace: (view) => async (words, raw) => {
      const loaded = loadViews();
      const options = (await import('./options.js')).parseOptions(raw, view);
      (await import('./filters.js')).refuseFilters(view, options);
      const screen = hasScreen() && !options.json && options.output === undefined && options.own.once !== true;
      const { findSubject, requireView } = await import('./subject.js');
      const subject = await findSubject(view.id, words, program, screen);
      try {
        await loaded;
        requireView(view, subject.target, options);
        status = screen
          ? await (await import('./show-live.js')).showLive(view, subject, options)
          : await (await import('./print-live.js')).printLive(view, subject, options);
      } catch (error) {
        subject.held?.kill();
        throw error;
      } finally {
        subject.release();
      }
    },
    replay: async ([file], raw) => {
      const { replay } = await import('./replay.js');
      status = await replay(file, raw, hasScreen());
    },
    doctor: async (words, raw) => {
      status = await (await import('./doctor.js')).doctor(words[0], raw);
    },
    scripts: async (words, raw) => {
      status = await (await import('./scripts.js')).scripts(words, raw);
    },
    demo: async (_words, raw) => {
      status = await (await import('./demo.js')).demo(raw);
    },
    completion: async ([shell]) => {
      const { completion } = await import('./completion.js');
      standardOutput.write(completion(shell, buildProgram()));
    },
    man: async () => {
      const { manPage } = await import('./man-page.js');
      standardOutput.write(manPage(buildProgram()));
    },
  };
  const command = buildProgram(actions);
  for (const each of [command, ...command.commands])
    each.exitOverride().configureOutput({ writeOut: standardOutput.write });
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
