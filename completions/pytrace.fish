# fish completion for pytrace, made by: pytrace completion fish
complete -c pytrace -f
# Behind -- stands a program of its own.
complete -c pytrace -n 'contains -- -- (commandline -opc)' -F
complete -c pytrace -n __fish_use_subcommand -s V -l version -d 'print the version'
complete -c pytrace -n __fish_use_subcommand -s h -l help -d 'print this help'
complete -c pytrace -n __fish_use_subcommand -a calls -d 'every call of a process, as a calling context tree or as a flow'
complete -c pytrace -n __fish_use_subcommand -a replay -d 'look at a recording again, in the same screens; no rights needed'
complete -c pytrace -n __fish_use_subcommand -a doctor -d 'what this machine and this Python can and cannot do, each with its cure'
complete -c pytrace -n __fish_use_subcommand -a scripts -d 'list the bundled tracing scripts; print exactly what would run'
complete -c pytrace -n __fish_use_subcommand -a demo -d 'a bundled Python program, traced live where possible, else a real recording of it'
complete -c pytrace -n __fish_use_subcommand -a completion -d 'print a completion script for a shell'
complete -c pytrace -n __fish_use_subcommand -a help -d 'print the help of a command'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l engine -d 'tracer to use; auto takes the first that can trace this process' -x -a 'auto dtrace stap'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l duration -d 'stop after so many seconds from when the probes are armed' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l record -d 'write what is seen to a new file, for `pytrace replay`' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l thread -d 'only this thread' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l file -d 'only functions whose file matches, for instance \'*/shop/*.py\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l function -d 'only functions whose name matches, for instance \'get_*\'' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l min-duration -d 'only calls that lasted this long or longer: 5ms, 200us, 1s' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l depth -d 'only calls nested at most so deep, counted from the attach' -x
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l sudo -d 'start the tracer, and only the tracer, through sudo'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l log -d 'append the tracer\'s messages and pytrace\'s notes to a file' -r -F
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l output -d 'print text: flow, each event as it comes, or tree, at the end' -x -a 'flow tree'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from calls' -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l output -d 'print text: flow, each event as it comes, or tree, at the end' -x -a 'flow tree'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from replay' -l theme -d 'colours' -x -a 'dark light mono contrast'
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
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -l engine -d 'for which tracer' -x -a 'dtrace stap'
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -l target -d 'the process that stands in the command' -x -a "(pgrep -l '^python' 2>/dev/null | string replace ' ' \t)"
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from scripts' -a 'show calls'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l json -d 'print one JSON object a line'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l output -d 'print text: flow, each event as it comes, or tree, at the end' -x -a 'flow tree'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l ascii -d 'draw with ASCII only (the default where the locale is not UTF-8)'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l no-color -d 'no colours (also: environment variable NO_COLOR)'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l theme -d 'colours' -x -a 'dark light mono contrast'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l duration -d 'stop after so many seconds' -x
complete -c pytrace -n '__fish_seen_subcommand_from demo' -l recording -d 'show the recording even where it could be traced live'
complete -c pytrace -n '__fish_seen_subcommand_from demo' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from completion' -s h -l help -d 'print this help'
complete -c pytrace -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c pytrace -n '__fish_seen_subcommand_from help' -a 'calls replay doctor scripts demo completion'
