import { Command, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { sanitize } from '../text/printable.js';
import { ENGINE_IDS } from '../engines/engine.js';
import { VIEWS } from '../views/registry.js';
import type { TraceView } from '../views/trace-view.js';

/** What a command is given: positional words, and options as commander read them (strings and booleans). */
export type Action = (words: readonly string[], options: Readonly<Record<string, unknown>>) => Promise<void>;

export interface Actions {
  readonly trace: (view: TraceView) => Action;
  readonly replay: Action;
  readonly doctor: Action;
  readonly scripts: Action;
  readonly demo: Action;
  readonly completion: Action;
  readonly man: Action;
}

const nothing: Action = () => Promise.resolve();

/** For whoever only reads the command line's shape: man page and completions. */
const NO_ACTIONS: Actions = {
  trace: () => nothing,
  replay: nothing,
  doctor: nothing,
  scripts: nothing,
  demo: nothing,
  completion: nothing,
  man: nothing,
};

/** Version in package.json, which stands above both src and dist. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const TARGET_HELP = `
The process is named by its pid, or by a name where just one Python process matches: its command, its script or its
module. After -- stands a program that pytrace starts and watches from its first call; it is ended when pytrace ends.

On a terminal this opens the screens, and 1 to ${VIEWS.length} lead to the other views; elsewhere, or with --json or --output, it
prints. Statuses: 0 the trace ended in order, 1 it broke off or a condition of gc --fail-if holds, 2 the command line or
a file is wrong, 3 this process cannot be traced here.`;

function tracing(command: Command): Command {
  return command
    .addOption(
      new Option('--engine <engine>', 'tracer to use; auto takes the first that can trace this process')
        .choices(['auto', ...ENGINE_IDS])
        .default('auto'),
    )
    .option('--duration <seconds>', 'stop after so many seconds from when the probes are armed')
    .option('--record <file>', 'write what is seen to a new file, for `pytrace replay`')
    .option('--thread <tid>', 'only this thread')
    .option('--file <glob>', "only functions whose file matches, for instance '*/shop/*.py'")
    .option('--function <glob>', "only functions whose name matches, for instance 'get_*'")
    .option('--min-duration <time>', 'only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s')
    .option('--depth <n>', 'only calls nested at most so deep, counted from the attach')
    .option('--sudo', 'start the tracer, and only the tracer, through sudo')
    .option('--log <file>', "append the tracer's messages and pytrace's notes to a file");
}

function output(command: Command, forms: TraceView['forms']): Command {
  const about = forms.map(({ id, about }) => `${id}, ${about}`).join(', or ');
  return command
    .option('--json', 'print one JSON object a line')
    .addOption(new Option('--output <form>', `print text: ${about}`).choices(forms.map(({ id }) => id)));
}

/** Every form of every view, once. */
function allForms(): TraceView['forms'] {
  const forms = VIEWS.flatMap((view) => view.forms);
  return forms.filter((form, at) => forms.findIndex(({ id }) => id === form.id) === at);
}

function beginning(command: Command, about: string): Command {
  return command.addOption(new Option('--view <view>', about).choices(VIEWS.map(({ id }) => id)));
}

function screens(command: Command): Command {
  return command
    .option('--ascii', 'draw with ASCII only (the default where the locale is not UTF-8)')
    .option('--no-color', 'no colours (also: environment variable NO_COLOR)')
    .addOption(new Option('--theme <theme>', 'colours').choices(['dark', 'light', 'mono', 'contrast']));
}

/** commander's sentence of what is wrong, which holds the words that were typed; only its own hint begins a line. */
function fitError(text: string): string {
  const [, error = '', hint = ''] = /^(.*?)(\n\(Did you mean [^\n]*\))?\n*$/s.exec(text) ?? [];
  return `${sanitize(error)}${hint}\n`;
}

/** The whole command line. Help, the man page and the completions all come from this tree. */
export function buildProgram(actions: Actions = NO_ACTIONS): Command {
  const program = new Command('pytrace')
    .description('See what a live CPython process is doing, from outside, without touching its code.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({ outputError: (text, write) => write(fitError(text)) })
    .showHelpAfterError('(pytrace --help tells more)')
    .enablePositionalOptions()
    .configureHelp({ sortOptions: false })
    .addHelpText(
      'after',
      `
Examples:
  pytrace top 4242                       the functions of process 4242 that cost most
  pytrace calls 4242                     every call of it, as a tree that grows while you look
  pytrace gc 4242                        pauses of its garbage collector
  pytrace objects 4242                   its instances by class: made, destroyed, alive
  pytrace top -- python3 app.py          a program, from its first call
  pytrace doctor 4242                    what can be seen of process 4242 here, and how to see more
  pytrace demo                           a program of pytrace's own, to look around`,
    );

  for (const view of VIEWS) {
    const command = screens(output(tracing(program.command(view.id)), view.forms));
    for (const { flags, about } of view.options) command.option(flags, about);
    command
      .summary(view.words.summary)
      .description(view.words.description)
      .argument('[target...]', 'a pid or a name; or -- and a program with its arguments')
      .addHelpText('after', `${TARGET_HELP}\n\nExamples:\n${view.words.examples}`)
      .action(actions.trace(view));
  }

  const replay = screens(output(program.command('replay'), allForms()));
  const shown = VIEWS.flatMap((view) => view.options.filter((option) => option.shown));
  for (const flags of new Set(shown.map((option) => option.flags)))
    replay.option(flags, shown.find((option) => option.flags === flags)!.about);
  beginning(replay, 'begin with this view, or print it; unless given, the one that the recording begins with')
    .summary('look at a recording again, in the same screens; no rights needed')
    .description(
      'Show a recording made with --record again, in the same screens or forms. Needs no rights and no tracer.',
    )
    .argument('<file>', 'a recording')
    .option('--speed <factor>', 'play at so many times the speed at which it happened; max shows all at once', 'max')
    .option('--thread <tid>', 'only this thread')
    .option('--file <glob>', 'only functions whose file matches')
    .option('--function <glob>', 'only functions whose name matches')
    .option('--depth <n>', 'only calls nested at most so deep')
    .addHelpText(
      'after',
      '\nExamples:\n  pytrace replay run.ptrace\n  pytrace replay run.ptrace --output tree\n  pytrace replay run.ptrace --speed 1\n  pytrace replay run.ptrace --view gc --json',
    )
    .action((file: string, options: Record<string, unknown>) => actions.replay([file], options));

  program
    .command('doctor')
    .summary('what this machine and this Python can and cannot do, each with its cure')
    .description(
      'Say line by line what this machine, and the process if one is named, can and cannot do, and how to mend it.',
    )
    .argument('[target]', 'a pid or a name')
    .option('--json', 'print one JSON object a line')
    .option('--ascii', 'ASCII only')
    .option('--no-color', 'no colours')
    .action((target: string | undefined, options: Record<string, unknown>) =>
      actions.doctor(target === undefined ? [] : [target], options),
    );

  program
    .command('scripts')
    .summary('list the bundled tracing scripts; print exactly what would run')
    .description('List the scripts that pytrace hands to the tracers, or print one with the command that would run it.')
    .argument('[words...]', 'show <script>: print the script and the command')
    .addOption(new Option('--engine <engine>', 'for which tracer').choices(ENGINE_IDS))
    .option('--target <pid>', 'the process that stands in the command')
    .addHelpText(
      'after',
      '\nExamples:\n  pytrace scripts\n  pytrace scripts show calls --engine stap\n  pytrace scripts show calls --engine dtrace --target 4242',
    )
    .action((words: string[], options: Record<string, unknown>) => actions.scripts(words, options));

  beginning(
    screens(output(program.command('demo'), allForms())),
    'begin the tour here, or print it; calls unless given',
  )
    .summary('a bundled Python program, traced live where possible, else a real recording of it')
    .description(
      'Show a bundled Python program: traced live if a tracer, the rights and a Python with probes are here, else from a recording of a real trace. It says which.',
    )
    .option('--duration <seconds>', 'stop after so many seconds')
    .option('--recording', 'show the recording even where it could be traced live')
    .action((options: Record<string, unknown>) => actions.demo([], options));

  program
    .command('completion')
    .summary('print a completion script for a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      '\nExamples:\n  source <(pytrace completion bash)\n  pytrace completion fish > ~/.config/fish/completions/pytrace.fish',
    )
    .action((shell: string) => actions.completion([shell], {}));

  program
    .command('man', { hidden: true })
    .description('print the man page')
    .action(() => actions.man([], {}));

  return program;
}
