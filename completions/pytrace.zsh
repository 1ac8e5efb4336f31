#compdef pytrace
# zsh completion for pytrace, made by: pytrace completion zsh

_pytrace_processes() {
  local -a found
  found=(${(f)"$(pgrep -l '^python' 2>/dev/null)"})
  found=(${found/ /:})
  _describe -t processes 'Python process' found
}

_pytrace() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \
    '-V[print the version]' '--version[print the version]' \
    '-h[print this help]' '--help[print this help]' \
    '1:command:->command' \
    '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
        'calls:every call of a process, as a calling context tree or as a flow'
        'replay:look at a recording again, in the same screens; no rights needed'
        'doctor:what this machine and this Python can and cannot do, each with its cure'
        'scripts:list the bundled tracing scripts; print exactly what would run'
        'demo:a bundled Python program, traced live where possible, else a real recording of it'
        'completion:print a completion script for a shell'
        'help:print the help of a command'
      )
      _describe -t commands 'command' commands
      ;;
    argument)
      # Behind -- stands a program of its own.
      if (( $words[(i)--] < CURRENT )); then
        _files
        return
      fi
      case $words[1] in
        calls)
          _arguments \
            '--engine=[tracer to use; auto takes the first that can trace this process]:engine:(auto dtrace stap)' \
            '--duration=[stop after so many seconds from when the probes are armed]:seconds: ' \
            '--record=[write what is seen to a new file, for `pytrace replay`]:file:_files' \
            '--thread=[only this thread]:tid: ' \
            '--file=[only functions whose file matches, for instance '\''*/shop/*.py'\'']:glob: ' \
            '--function=[only functions whose name matches, for instance '\''get_*'\'']:glob: ' \
            '--min-duration=[only calls that lasted this long or longer: 5ms, 200us, 1s]:time: ' \
            '--depth=[only calls nested at most so deep, counted from the attach]:n: ' \
            '--sudo[start the tracer, and only the tracer, through sudo]' \
            '--log=[append the tracer'\''s messages and pytrace'\''s notes to a file]:file:_files' \
            '--json[print one JSON object a line]' \
            '--output=[print text: flow, each event as it comes, or tree, at the end]:form:(flow tree)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_pytrace_processes'
          ;;
        replay)
          _arguments \
            '--json[print one JSON object a line]' \
            '--output=[print text: flow, each event as it comes, or tree, at the end]:form:(flow tree)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--speed=[play at so many times the speed at which it happened; max shows all at once]:factor: ' \
            '--thread=[only this thread]:tid: ' \
            '--file=[only functions whose file matches]:glob: ' \
            '--function=[only functions whose name matches]:glob: ' \
            '--depth=[only calls nested at most so deep]:n: ' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_files'
          ;;
        doctor)
          _arguments \
            '--json[print one JSON object a line]' \
            '--ascii[ASCII only]' \
            '--no-color[no colours]' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_pytrace_processes'
          ;;
        scripts)
          _arguments \
            '--engine=[for which tracer]:engine:(dtrace stap)' \
            '--target=[the process that stands in the command]:pid:_pytrace_processes' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:(show calls)'
          ;;
        demo)
          _arguments \
            '--json[print one JSON object a line]' \
            '--output=[print text: flow, each event as it comes, or tree, at the end]:form:(flow tree)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--duration=[stop after so many seconds]:seconds: ' \
            '--recording[show the recording even where it could be traced live]' \
            '-h[print this help]' '--help[print this help]'
          ;;
        completion)
          _arguments \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:(bash zsh fish)'
          ;;
        help)
          _arguments \
            '*:argument:(calls replay doctor scripts demo completion)'
          ;;
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _pytrace ]]; then
  _pytrace "$@"
else
  compdef _pytrace pytrace
fi
