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
        'top:the costliest functions of a process, summed in the kernel'
        'calls:every call of a process, as a calling context tree or as a flow'
        'gc:pauses of the garbage collector, by generation and one by one'
        'objects:instances made, destroyed and alive, by class'
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
        top)
          _arguments \
            '--engine=[tracer to use; auto takes the first that can trace this process]:engine:(auto dtrace stap bpftrace)' \
            '--duration=[stop after so many seconds from when the probes are armed]:seconds: ' \
            '--record=[write what is seen to a new file, for `pytrace replay`]:file:_files' \
            '--thread=[only this thread]:tid: ' \
            '--file=[only functions whose file matches, for instance '\''*/shop/*.py'\'']:glob: ' \
            '--function=[only functions whose name matches, for instance '\''get_*'\'']:glob: ' \
            '--min-duration=[only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s]:time: ' \
            '--depth=[only calls nested at most so deep, counted from the attach]:n: ' \
            '--sudo[start the tracer, and only the tracer, through sudo]' \
            '--log=[append the tracer'\''s messages and pytrace'\''s notes to a file]:file:_files' \
            '--json[print one JSON object a line]' \
            '--output=[print text: table, a table each interval, and one of all at the end]:form:(table)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--once[print one table after one interval, and end]' \
            '--interval=[read and show the sums so often (default: 1)]:seconds: ' \
            '--counts[count calls only, without times: costs the process a third]' \
            '--sort=[sort by self%, self, total%, calls, calls/s, avg, p50, p99, max, change, function, module]:column: ' \
            '--limit=[print at most so many rows (default: 30 in a table, all with --json)]:n: ' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_pytrace_processes'
          ;;
        calls)
          _arguments \
            '--engine=[tracer to use; auto takes the first that can trace this process]:engine:(auto dtrace stap bpftrace)' \
            '--duration=[stop after so many seconds from when the probes are armed]:seconds: ' \
            '--record=[write what is seen to a new file, for `pytrace replay`]:file:_files' \
            '--thread=[only this thread]:tid: ' \
            '--file=[only functions whose file matches, for instance '\''*/shop/*.py'\'']:glob: ' \
            '--function=[only functions whose name matches, for instance '\''get_*'\'']:glob: ' \
            '--min-duration=[only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s]:time: ' \
            '--depth=[only calls nested at most so deep, counted from the attach]:n: ' \
            '--sudo[start the tracer, and only the tracer, through sudo]' \
            '--log=[append the tracer'\''s messages and pytrace'\''s notes to a file]:file:_files' \
            '--json[print one JSON object a line]' \
            '--output=[print text: flow, each event as it comes, or tree, the tree, at the end]:form:(flow tree)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--max-depth=[cut folded stacks (e on the screen) in the middle to so many frames; 512 unless given]:n: ' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_pytrace_processes'
          ;;
        gc)
          _arguments \
            '--engine=[tracer to use; auto takes the first that can trace this process]:engine:(auto dtrace stap bpftrace)' \
            '--duration=[stop after so many seconds from when the probes are armed]:seconds: ' \
            '--record=[write what is seen to a new file, for `pytrace replay`]:file:_files' \
            '--thread=[only this thread]:tid: ' \
            '--file=[only functions whose file matches, for instance '\''*/shop/*.py'\'']:glob: ' \
            '--function=[only functions whose name matches, for instance '\''get_*'\'']:glob: ' \
            '--min-duration=[only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s]:time: ' \
            '--depth=[only calls nested at most so deep, counted from the attach]:n: ' \
            '--sudo[start the tracer, and only the tracer, through sudo]' \
            '--log=[append the tracer'\''s messages and pytrace'\''s notes to a file]:file:_files' \
            '--json[print one JSON object a line]' \
            '--output=[print text: list, each collection as it ends, or table, the table by generation, at the end and with --interval each interval]:form:(list table)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--once[print one table after one interval, and end]' \
            '--interval=[read and show the sums so often (default: 1)]:seconds: ' \
            '--pause-budget=[mark, count and ring for pauses longer than this]:time: ' \
            '--fail-if=[exit status 1 if one holds at the end: p50, p90, p99, max, total, share or count, as in '\''p99>20ms,gen2.max>0.1s'\'']:conditions: ' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_pytrace_processes'
          ;;
        objects)
          _arguments \
            '--engine=[tracer to use; auto takes the first that can trace this process]:engine:(auto dtrace stap bpftrace)' \
            '--duration=[stop after so many seconds from when the probes are armed]:seconds: ' \
            '--record=[write what is seen to a new file, for `pytrace replay`]:file:_files' \
            '--thread=[only this thread]:tid: ' \
            '--file=[only functions whose file matches, for instance '\''*/shop/*.py'\'']:glob: ' \
            '--function=[only functions whose name matches, for instance '\''get_*'\'']:glob: ' \
            '--min-duration=[only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s]:time: ' \
            '--depth=[only calls nested at most so deep, counted from the attach]:n: ' \
            '--sudo[start the tracer, and only the tracer, through sudo]' \
            '--log=[append the tracer'\''s messages and pytrace'\''s notes to a file]:file:_files' \
            '--json[print one JSON object a line]' \
            '--output=[print text: table, a table each interval, and one of all at the end]:form:(table)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--once[print one table after one interval, and end]' \
            '--interval=[read and show the sums so often (default: 1)]:seconds: ' \
            '--sort=[sort by alive, new, freed, peak, last, trend, created, destroyed, class, site, file]:column: ' \
            '--limit=[print at most so many rows (default: 30 in a table, all with --json)]:n: ' \
            '--sites[count too by the line of Python that made an instance: costs more]' \
            '--allow-ptrace[let dtrace hold a process of one thread by ptrace, which it needs here; the process dies if dtrace is killed]' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:_pytrace_processes'
          ;;
        replay)
          _arguments \
            '--json[print one JSON object a line]' \
            '--output=[print text: table, a table each interval, and one of all at the end, or flow, each event as it comes, or tree, the tree, at the end, or list, each collection as it ends]:form:(table flow tree list)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--sort=[sort by self%, self, total%, calls, calls/s, avg, p50, p99, max, change, function, module]:column: ' \
            '--limit=[print at most so many rows (default: 30 in a table, all with --json)]:n: ' \
            '--max-depth=[cut folded stacks (e on the screen) in the middle to so many frames; 512 unless given]:n: ' \
            '--pause-budget=[mark, count and ring for pauses longer than this]:time: ' \
            '--fail-if=[exit status 1 if one holds at the end: p50, p90, p99, max, total, share or count, as in '\''p99>20ms,gen2.max>0.1s'\'']:conditions: ' \
            '--view=[begin with this view, or print it; unless given, the one that the recording begins with]:view:(top calls gc objects)' \
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
            '--engine=[for which tracer]:engine:(dtrace stap bpftrace)' \
            '--target=[the process that stands in the command]:pid:_pytrace_processes' \
            '-h[print this help]' '--help[print this help]' \
            '*:argument:(show calls gc objects objects-alloc top top-small)'
          ;;
        demo)
          _arguments \
            '--json[print one JSON object a line]' \
            '--output=[print text: table, a table each interval, and one of all at the end, or flow, each event as it comes, or tree, the tree, at the end, or list, each collection as it ends]:form:(table flow tree list)' \
            '--ascii[draw with ASCII only (the default where the locale is not UTF-8)]' \
            '--no-color[no colours (also: environment variable NO_COLOR)]' \
            '--theme=[colours]:theme:(dark light mono contrast)' \
            '--view=[begin the tour here, or print it; calls unless given]:view:(top calls gc objects)' \
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
            '*:argument:(top calls gc objects replay doctor scripts demo completion)'
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
