import type { CommandWords, OptionWords, Values } from './command-tree.js';

export function fishCompletion([program, ...commands]: readonly [CommandWords, ...CommandWords[]]): string {
  const first = '-n __fish_use_subcommand';
  const lines = [
    '# fish completion for pytrace, made by: pytrace completion fish',
    'complete -c pytrace -f',
    '# Behind -- stands a program of its own.',
    "complete -c pytrace -n 'contains -- -- (commandline -opc)' -F",
    ...program.options.map((option) => `complete -c pytrace ${first} ${optionPart(option)}`),
    ...commands.map(({ name, summary }) => `complete -c pytrace ${first} -a ${name} -d ${quote(summary)}`),
  ];
  for (const { name, options, args } of commands) {
    const here = `-n '__fish_seen_subcommand_from ${name}'`;
    for (const option of options) lines.push(`complete -c pytrace ${here} ${optionPart(option)}`);
    for (const { values } of args) {
      const part = argumentPart(values);
      if (part !== '') lines.push(`complete -c pytrace ${here} ${part}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function optionPart({ short, long, description, value, values }: OptionWords): string {
  const parts = [
    short === '' ? '' : `-s ${short.slice(1)}`,
    long === '' ? '' : `-l ${long.slice(2)}`,
    `-d ${quote(description)}`,
  ];
  // -r: a value must follow; -x: and it is no file.
  if (value !== '') parts.push(values.kind === 'files' ? '-r -F' : `-x ${argumentPart(values)}`);
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .trim();
}

function argumentPart(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `-a ${quote(values.words.join(' '))}`;
    case 'files':
      return '-F';
    case 'processes':
      return `-a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \\t)"`;
    case 'free':
      return '';
  }
}

const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
