# fish completion for pytrace, made by: pytrace completion fish
complete -c pytrace -f
# Behind -- stands a program of its own.
complete -c pytrace -n 'contains -- -- (commandline -opc)' -F
complete -c pytrace -n __fish_use_subcommand -s V -l version -d 'print the version'
complete -c pytrace -n __fish_use_subcommand -s h -l help -d 'print this help'
complete -c pytrace -n __fish_use_subcommand -a top -d 'the costliest functions of a process, summed in the kernel'
complete -c pytrace -n __fish_use_subcommand -a calls -d 'every call of a process, as a calling context tree or as a flow'
complete -c pytrace -n __fish_use_subcommand -a gc -d 'pauses of the garbage collector, by generation and one by one'
complete -c pytrace -n __fish_use_subcommand -a objects -d 'instances made, destroyed and alive, by class'
complete -c pytrace -n __fish_use_subcommand -a replay -d 'look at a recording again, in the same screens; no rights needed'
complete -c pytrace -n __fish_use_subcommand -a doctor -d 'what this machine and this Python can and cannot do, each with its cure'
complete -c pytrace -n __fish_use_subcommand -a scripts -d 'list the bundled tracing scripts; print exactly what would run'
complete -c pytrace -n __fish_use_subcommand -a demo -d 'a bundled Python program, traced live where possible, else a real recording of it'
complete -c pytrace -n __fish_use_subcommand -a completion -d 'print a completion script for a shell'
complete -c pytrace -n __fish_use_subcommand -a help -d 'print the help of a command'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l engine -d 'tracer to use; auto takes the first that can trace this process' -x -a 'auto dtrace stap bpftrace'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l duration -d 'stop after so many seconds from when the probes are armed' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l record -d 'write what is seen to a new file, for `pytrace replay`' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from top' -l thread -d 'only this thread' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l file -d 'only functions whose file matches, for instance \'*/shop/*.py\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l function -d 'only functions whose name matches, for instance \'get_*\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l min-duration -d 'only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l depth -d 'only calls nested at most so deep, counted from the attach' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l sudo -d 'start the tracer, and only the tracer, through sudo'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l log -d 'append the tracer\'s messages and pytrace\'s notes to a file' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from top' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l output -d 'print text: table, a table each interval, and one of all at the end' -x -a 'table'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l once -d 'print one table after one interval, and end'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l interval -d 'read and show the sums so often (default: 1)' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l counts -d 'count calls only, without times: costs the process a third'
complete -c pytrace -n '__fish_seen_subcommand_from top' -l sort -d 'sort by self%, self, total%, calls, calls/s, avg, p50, p99, max, change, function, module' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -l limit -d 'print at most so many rows (default: 30 in a table, all with --json)' -x
complete -c pytrace -n '__fish_seen_subcommand_from top' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from top' -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l engine -d 'tracer to use; auto takes the first that can trace this process' -x -a 'auto dtrace stap bpftrace'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l duration -d 'stop after so many seconds from when the probes are armed' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l record -d 'write what is seen to a new file, for `pytrace replay`' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l thread -d 'only this thread' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l file -d 'only functions whose file matches, for instance \'*/shop/*.py\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l function -d 'only functions whose name matches, for instance \'get_*\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l min-duration -d 'only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l depth -d 'only calls nested at most so deep, counted from the attach' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l sudo -d 'start the tracer, and only the tracer, through sudo'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l log -d 'append the tracer\'s messages and pytrace\'s notes to a file' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l output -d 'print text: flow, each event as it comes, or tree, the tree, at the end' -x -a 'flow tree'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l max-depth -d 'cut folded stacks (e on the screen) in the middle to so many frames; 512 unless given' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l engine -d 'tracer to use; auto takes the first that can trace this process' -x -a 'auto dtrace stap bpftrace'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l duration -d 'stop after so many seconds from when the probes are armed' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l record -d 'write what is seen to a new file, for `pytrace replay`' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l thread -d 'only this thread' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l file -d 'only functions whose file matches, for instance \'*/shop/*.py\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l function -d 'only functions whose name matches, for instance \'get_*\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l min-duration -d 'only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l depth -d 'only calls nested at most so deep, counted from the attach' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l sudo -d 'start the tracer, and only the tracer, through sudo'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l log -d 'append the tracer\'s messages and pytrace\'s notes to a file' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l output -d 'print text: list, each collection as it ends, or table, the table by generation, at the end and with --interval each interval' -x -a 'list table'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l once -d 'print one table after one interval, and end'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l interval -d 'read and show the sums so often (default: 1)' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l pause-budget -d 'mark, count and ring for pauses longer than this' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -l fail-if -d 'exit status 1 if one holds at the end: p50, p90, p99, max, total, share or count, as in \'p99>20ms,gen2.max>0.1s\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from gc' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from gc' -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l engine -d 'tracer to use; auto takes the first that can trace this process' -x -a 'auto dtrace stap bpftrace'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l duration -d 'stop after so many seconds from when the probes are armed' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l record -d 'write what is seen to a new file, for `pytrace replay`' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l thread -d 'only this thread' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l file -d 'only functions whose file matches, for instance \'*/shop/*.py\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l function -d 'only functions whose name matches, for instance \'get_*\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l min-duration -d 'only calls, or pauses, that lasted this long or longer: 5ms, 200us, 1s' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l depth -d 'only calls nested at most so deep, counted from the attach' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l sudo -d 'start the tracer, and only the tracer, through sudo'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l log -d 'append the tracer\'s messages and pytrace\'s notes to a file' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l output -d 'print text: table, a table each interval, and one of all at the end' -x -a 'table'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l once -d 'print one table after one interval, and end'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l interval -d 'read and show the sums so often (default: 1)' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l sort -d 'sort by alive, new, freed, peak, last, trend, created, destroyed, class, site, file' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l limit -d 'print at most so many rows (default: 30 in a table, all with --json)' -x
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l sites -d 'count too by the line of Python that made an instance: costs more'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -l allow-ptrace -d 'let dtrace hold a process of one thread by ptrace, which it needs here; the process dies if dtrace is killed'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from objects' -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l output -d 'print text: table, a table each interval, and one of all at the end, or flow, each event as it comes, or tree, the tree, at the end, or list, each collection as it ends' -x -a 'table flow tree list'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l sort -d 'sort by self%, self, total%, calls, calls/s, avg, p50, p99, max, change, function, module' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l limit -d 'print at most so many rows (default: 30 in a table, all with --json)' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l max-depth -d 'cut folded stacks (e on the screen) in the middle to so many frames; 512 unless given' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l pause-budget -d 'mark, count and ring for pauses longer than this' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l fail-if -d 'exit status 1 if one holds at the end: p50, p90, p99, max, total, share or count, as in \'p99>20ms,gen2.max>0.1s\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l view -d 'begin with this view, or print it; unless given, the one that the recording begins with' -x -a 'top calls gc objects'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l speed -d 'play at so many times the speed at which it happened; max shows all at once' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l thread -d 'only this thread' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l file -d 'only functions whose file matches' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l function -d 'only functions whose name matches' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l depth -d 'only calls nested at most so deep' -x
complete -c pytrace -n '__fish_seen_subcommand_from replay' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -F
complete -c pytrace -n '__fish_seen_subcommand_from doctor' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from doctor' -l ascii -d 'ASCII only'
complete -c pytrace -n '__fish_seen_subcommand_from doctor' -l no-color -d 'no colours'
complete -c pytrace -n '__fish_seen_subcommand_from doctor' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from doctor' -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -l engine -d 'for which tracer' -x -a 'dtrace stap bpftrace'
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -l target -d 'the process that stands in the command' -x -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -a 'show calls gc objects objects-alloc top top-small'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l output -d 'print text: table, a table each interval, and one of all at the end, or flow, each event as it comes, or tree, the tree, at the end, or list, each collection as it ends' -x -a 'table flow tree list'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l view -d 'begin the tour here, or print it; calls unless given' -x -a 'top calls gc objects'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l duration -d 'stop after so many seconds' -x
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l recording -d 'show the recording even where it could be traced live'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from completion' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c pytrace -n '__fish_seen_subcommand_from help' -a 'top calls gc objects replay doctor scripts demo completion'
