import type { CommandWords, OptionWords, Values } from './command-tree.js';

/** Needs neither bash-completion nor a bash newer than 3.2, which macOS still has. */
export function bashCompletion([program, ...commands]: readonly [CommandWords, ...CommandWords[]]): string {
  const cases = commands.map((command) => commandCase(command)).join('');
  return `# bash completion for pytrace, made by: pytrace completion bash
_pytrace_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_pytrace_files() { compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur")); }
_pytrace_processes() { _pytrace_words "$(pgrep '^python' 2>/dev/null)"; }

_pytrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' word i
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # Behind -- stands a program of its own.
    if [[ $word == -- ]]; then
      _pytrace_files
      return
    fi
    if [[ $word != -* && -z $command ]]; then command=$word; fi
  done
  case $command in
    '') _pytrace_words '${[...commands.map(({ name }) => name), ...flags(program.options)].join(' ')}' ;;
${cases}  esac
}
complete -F _pytrace pytrace
`;
}

function commandCase({ name, options, args }: CommandWords): string {
  const values = options
    .filter(({ value }) => value !== '')
    .map((option) => `        ${option.long}) ${action(option.values)} ;;\n`);
  const rest = args.length > 0 ? action(args[0].values) : ':';
  return `    ${name})
      case $prev in
${values.join('')}        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '${flags(options).join(' ')}'
          else
            ${rest}
          fi
          ;;
      esac
      ;;
`;
}

const flags = (options: readonly OptionWords[]): string[] =>
  options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== ''));

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `_pytrace_words '${values.words.join(' ')}'`;
    case 'files':
      return '_pytrace_files';
    case 'processes':
      return '_pytrace_processes';
    case 'free':
      return ':';
  }
}
