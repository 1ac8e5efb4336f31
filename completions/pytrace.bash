# bash completion for pytrace, made by: pytrace completion bash
_pytrace_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_pytrace_files() { compopt -o filenames 2>/dev/null; local IFS=$'\n'; COMPREPLY=($(compgen -f -- "$cur")); }
_pytrace_processes() { _pytrace_words "$(pgrep '^python' 2>/dev/null)"; }

_pytrace() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word i
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # Behind -- stands a program of its own.
    if [[ $word == -- ]]; then
      _pytrace_files
      return
    fi
    if [[ $word != -* && -z $command ]]; then command=$word; fi
  done
  case $command in
    '') _pytrace_words 'top calls gc objects replay doctor scripts demo completion help -V --version -h --help' ;;
    top)
      case $prev in
        --engine) _pytrace_words 'auto dtrace stap bpftrace' ;;
        --duration) : ;;
        --record) _pytrace_files ;;
        --thread) : ;;
        --file) : ;;
        --function) : ;;
        --min-duration) : ;;
        --depth) : ;;
        --log) _pytrace_files ;;
        --output) _pytrace_words 'table' ;;
        --theme) _pytrace_words 'dark light mono contrast' ;;
        --interval) : ;;
        --sort) : ;;
        --limit) : ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--engine --duration --record --thread --file --function --min-duration --depth --sudo --log --json --output --ascii --no-color --theme --once --interval --counts --sort --limit -h --help'
          else
            _pytrace_processes
          fi
          ;;
      esac
      ;;
    calls)
      case $prev in
        --engine) _pytrace_words 'auto dtrace stap bpftrace' ;;
        --duration) : ;;
        --record) _pytrace_files ;;
        --thread) : ;;
        --file) : ;;
        --function) : ;;
        --min-duration) : ;;
        --depth) : ;;
        --log) _pytrace_files ;;
        --output) _pytrace_words 'flow tree' ;;
        --theme) _pytrace_words 'dark light mono contrast' ;;
        --max-depth) : ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--engine --duration --record --thread --file --function --min-duration --depth --sudo --log --json --output --ascii --no-color --theme --max-depth -h --help'
          else
            _pytrace_processes
          fi
          ;;
      esac
      ;;
    gc)
      case $prev in
        --engine) _pytrace_words 'auto dtrace stap bpftrace' ;;
        --duration) : ;;
        --record) _pytrace_files ;;
        --thread) : ;;
        --file) : ;;
        --function) : ;;
        --min-duration) : ;;
        --depth) : ;;
        --log) _pytrace_files ;;
        --output) _pytrace_words 'list table' ;;
        --theme) _pytrace_words 'dark light mono contrast' ;;
        --interval) : ;;
        --pause-budget) : ;;
        --fail-if) : ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--engine --duration --record --thread --file --function --min-duration --depth --sudo --log --json --output --ascii --no-color --theme --once --interval --pause-budget --fail-if -h --help'
          else
            _pytrace_processes
          fi
          ;;
      esac
      ;;
    objects)
      case $prev in
        --engine) _pytrace_words 'auto dtrace stap bpftrace' ;;
        --duration) : ;;
        --record) _pytrace_files ;;
        --thread) : ;;
        --file) : ;;
        --function) : ;;
        --min-duration) : ;;
        --depth) : ;;
        --log) _pytrace_files ;;
        --output) _pytrace_words 'table' ;;
        --theme) _pytrace_words 'dark light mono contrast' ;;
        --interval) : ;;
        --sort) : ;;
        --limit) : ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--engine --duration --record --thread --file --function --min-duration --depth --sudo --log --json --output --ascii --no-color --theme --once --interval --sort --limit --sites --allow-ptrace -h --help'
          else
            _pytrace_processes
          fi
          ;;
      esac
      ;;
    replay)
      case $prev in
        --output) _pytrace_words 'table flow tree list' ;;
        --theme) _pytrace_words 'dark light mono contrast' ;;
        --sort) : ;;
        --limit) : ;;
        --max-depth) : ;;
        --pause-budget) : ;;
        --fail-if) : ;;
        --view) _pytrace_words 'top calls gc objects' ;;
        --speed) : ;;
        --thread) : ;;
        --file) : ;;
        --function) : ;;
        --depth) : ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--json --output --ascii --no-color --theme --sort --limit --max-depth --pause-budget --fail-if --view --speed --thread --file --function --depth -h --help'
          else
            _pytrace_files
          fi
          ;;
      esac
      ;;
    doctor)
      case $prev in
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--json --ascii --no-color -h --help'
          else
            _pytrace_processes
          fi
          ;;
      esac
      ;;
    scripts)
      case $prev in
        --engine) _pytrace_words 'dtrace stap bpftrace' ;;
        --target) _pytrace_processes ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--engine --target -h --help'
          else
            _pytrace_words 'show calls gc objects objects-alloc top top-small'
          fi
          ;;
      esac
      ;;
    demo)
      case $prev in
        --output) _pytrace_words 'table flow tree list' ;;
        --theme) _pytrace_words 'dark light mono contrast' ;;
        --view) _pytrace_words 'top calls gc objects' ;;
        --duration) : ;;
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '--json --output --ascii --no-color --theme --view --duration --recording -h --help'
          else
            :
          fi
          ;;
      esac
      ;;
    completion)
      case $prev in
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words '-h --help'
          else
            _pytrace_words 'bash zsh fish'
          fi
          ;;
      esac
      ;;
    help)
      case $prev in
        *)
          if [[ $cur == -* ]]; then
            _pytrace_words ''
          else
            _pytrace_words 'top calls gc objects replay doctor scripts demo completion'
          fi
          ;;
      esac
      ;;
  esac
}
complete -F _pytrace pytrace
