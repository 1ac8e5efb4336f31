import type { Argument, Command, Option } from 'commander';

/** What completions and the man page need of a command, as plain data. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly args: readonly ArgWords[];
}

/** Where a value comes from: one of a few words, the file system, the running processes, or a person's head. */
export type Values =
  { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'files' | 'processes' | 'free' };

export interface OptionWords {
  /** `--duration`; with its dashes. */
  readonly long: string;
  /** `-h`, or ''. */
  readonly short: string;
  readonly description: string;
  /** `<seconds>`, or '' where it takes no value. */
  readonly value: string;
  readonly values: Values;
  /** As text; '' where there is none worth telling. */
  readonly fallback: string;
}

export interface ArgWords {
  /** `<file>` or `[target...]`. */
  readonly shown: string;
  readonly description: string;
  readonly values: Values;
}

/** The program itself comes first, then each command that help shows. `scriptNames` complete `scripts show`. */
export function commandTree(program: Command, scriptNames: readonly string[] = []): [CommandWords, ...CommandWords[]] {
  const visible = program.createHelp().visibleCommands(program);
  const names = visible.map((command) => command.name()).filter((name) => name !== 'help');
  return [wordsOf(program, names, scriptNames), ...visible.map((command) => wordsOf(command, names, scriptNames))];
}

function wordsOf(command: Command, commandNames: readonly string[], scriptNames: readonly string[]): CommandWords {
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(optionWords),
    args: command.registeredArguments.map((arg) => argWords(command.name(), arg, commandNames, scriptNames)),
  };
}

function optionWords(option: Option): OptionWords {
  const value = /[<[].*$/.exec(option.flags)?.[0] ?? '';
  return {
    long: option.long ?? '',
    short: option.short ?? '',
    description: option.description,
    value,
    values: option.argChoices ? { kind: 'words', words: option.argChoices } : { kind: kindOf(value) },
    fallback: typeof option.defaultValue === 'string' ? option.defaultValue : '',
  };
}

/** The placeholder says it: `--record <file>` names a file, `--file <glob>` does not. */
function kindOf(value: string): 'files' | 'processes' | 'free' {
  if (value === '<file>') return 'files';
  return value === '<pid>' ? 'processes' : 'free';
}

function argWords(
  command: string,
  arg: Argument,
  commandNames: readonly string[],
  scriptNames: readonly string[],
): ArgWords {
  const name = arg.name();
  const inner = `${name}${arg.variadic ? '...' : ''}`;
  return {
    shown: arg.required ? `<${inner}>` : `[${inner}]`,
    description: arg.description,
    values: valuesOf(command, name, commandNames, scriptNames),
  };
}

function valuesOf(
  command: string,
  name: string,
  commandNames: readonly string[],
  scriptNames: readonly string[],
): Values {
  if (name === 'shell') return { kind: 'words', words: ['bash', 'zsh', 'fish'] };
  if (name === 'command') return { kind: 'words', words: commandNames };
  if (command === 'scripts') return { kind: 'words', words: ['show', ...new Set(scriptNames)] };
  if (name === 'target') return { kind: 'processes' };
  return { kind: name === 'file' ? 'files' : 'free' };
}
