import type { CommandWords, OptionWords, Values } from './command-tree.js';

export function zshCompletion([program, ...commands]: readonly [CommandWords, ...CommandWords[]]): string {
  const list = commands.map(({ name, summary }) => `        ${quote(`${name}:${summary}`)}\n`).join('');
  const cases = commands.map(commandCase).join('');
  return `#compdef pytrace
# zsh completion for pytrace, made by: pytrace completion zsh

_pytrace_processes() {
  local -a found
  found=(\${(f)"$(pgrep -l '^python' 2>/dev/null)"})
  found=(\${found/ /:})
  _describe -t processes 'Python process' found
}

_pytrace() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${program.options.map((option) => `    ${spec(option)} \\\n`).join('')}    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${list}      )
      _describe -t commands 'command' commands
      ;;
    argument)
      # Behind -- stands a program of its own.
      if (( $words[(i)--] < CURRENT )); then
        _files
        return
      fi
      case $words[1] in
${cases}      esac
      ;;
  esac
}

if [[ $funcstack[1] == _pytrace ]]; then
  _pytrace "$@"
else
  compdef _pytrace pytrace
fi
`;
}

function commandCase({ name, options, args }: CommandWords): string {
  const specs = [
    ...options.map(spec),
    ...args.map(({ values }) => (values.kind === 'free' ? '' : quote(`*:argument:${action(values)}`))),
  ];
  return `        ${name})
          _arguments \\
${specs
  .filter((text) => text !== '')
  .map((text) => `            ${text}`)
  .join(' \\\n')}
          ;;
`;
}

/** `--engine=[text]:engine:(auto dtrace stap bpftrace)`: the value in the same word or the next. */
function spec({ long, short, description, value, values }: OptionWords): string {
  const text = `[${description.replace(/[[\]\\]/g, '\\$&')}]`;
  if (value === '')
    return [short, long]
      .filter((flag) => flag !== '')
      .map((flag) => quote(flag + text))
      .join(' ');
  const message = value.replace(/[<>[\]]/g, '');
  return quote(`${long}=${text}:${message}:${action(values)}`);
}

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'files':
      return '_files';
    case 'processes':
      return '_pytrace_processes';
    case 'free':
      return ' ';
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
