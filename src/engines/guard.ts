import type { EngineId, HeldTerminal } from './engine.js';

/**
 * The guard stands between pytrace and an engine, because pytrace can die by SIGKILL and then nobody else would stop
 * a tracer that slows a live process down. It is a POSIX sh program (dash and busybox too), run in a session of its
 * own so that a terminal's ^C or hangup reaches neither it nor the engine:
 *
 *     sh -c TEXT pytrace-guard KIND FOLDER OWN TERMINAL LEAVE PATH ENGINE ARGS…
 *
 * KIND is dtrace, stap or bpftrace (what has to be cleaned up), or dtrace-p where dtrace holds the target by ptrace:
 * killed, it would leave breakpoints in it that kill it at its next dlopen, so it gets a minute for its own end. FOLDER is
 * the private folder to remove, or ''. Its proc, if there is one, gets a link to the engine's own entry in /proc before
 * the engine runs. OWN is a program that pytrace has started, as PID:STARTTIME, or '': it may still be held, and when
 * pytrace dies nobody else would let it go or end it. TERMINAL is the one that pytrace draws on, or '': when pytrace dies,
 * it gets back its line discipline and LEAVE. PATH is where the guard finds its own tools, or '': where it was given.
 * Its stdin is the lifeline. EOF means that pytrace is gone: SIGTERM, and SIGKILL a second later, since nobody reads
 * the end record any more. The line `stop` before EOF means an orderly stop: ten seconds of patience, since dtrace may
 * still have full buffers to print after its end record, but half a second once its events are gone: it takes them out
 * after all output, and may then be busy for seconds with nothing but freeing memory.
 * It is three processes, so that none of them can be stopped for good (SIGSTOP): the first waits for the engine and cleans
 * up, the watcher waits for the end of the lifeline, and neither can do anything else meanwhile; the waker continues both
 * once a second, and is itself needed by none.
 * It passes the engine's exit status on, and says two things on fd 2: GUARD_ENGINE with the engine's pid as its first
 * line, and as its last GUARD_CLEAN or GUARD_LEFT with what could not be removed.
 *
 * Facts it rests on, measured with dtrace 2.0.7: SIGINT may be inherited as ignored, SIGTERM ends in good order; death
 * by SIGKILL or SIGPIPE leaves two uprobe_events named dt_<pid>_dtrace/*, and nothing else, unless SIGKILL comes while it
 * closes a probe: then the kernel cannot get at the target's page any more, and leaves breakpoint and semaphore in it
 * (uprobe_unregister, Linux 6.18; once in 110 kills within the 0.2 s that it takes its probes out).
 */
export const GUARD_ENGINE = 'pytrace-guard: engine ';
export const GUARD_CLEAN = 'pytrace-guard: clean';
export const GUARD_LEFT = 'pytrace-guard: left ';

export const guardText = `
kind=$1 folder=$2 own=$3 terminal=$4 leave=$5
[ -z "$6" ] || { PATH=$6; export PATH; }
shift 6
hurry=10
[ "$kind" != dtrace-p ] || { kind=dtrace; hurry=600; }
# Caught, not ignored: an ignored signal would stay ignored in the engine, a caught one is reset there.
trap : HUP INT QUIT TERM PIPE USR1 USR2
exec 3<&0 </dev/null

# SystemTap's modules that nobody uses: a live run's stapio holds its module.
modules() {
  cat /proc/modules | while read -r name size users rest; do
    case $name=$users in stap_*=0) echo "$name" ;; esac
  done
} 2>/dev/null
before=
[ "$kind" != stap ] || before=" $(modules | tr '\\n' ' ')"

if [ -n "$folder" ] && [ -d "$folder/proc" ]; then
  sh -c 'ln -s "/proc/$$" "$0/$$"; exec "$@"' "$folder/proc" "$@" </dev/null 3<&- &
else "$@" </dev/null 3<&- & fi
engine=$!
echo "pytrace-guard: engine $engine" >&2
# The reader must see EOF when the engine ends, so the guard keeps no hand on stdout.
exec >/dev/null

nap() { sleep 0.1 2>/dev/null 4>&- || sleep 1 4>&-; }
alive() { # a zombie is dead here, its reaper may be gone too, unless other threads of it run: they hold the probes
  if [ -r "/proc/$1/stat" ]; then
    read -r stat <"/proc/$1/stat" || return 1
    case \${stat##*) } in Z* | X*) set -- "/proc/$1/task"/*; [ $# -gt 1 ] ;; esac
  else kill -0 "$1"; fi
} 2>/dev/null
# Before SIGKILL: stopped, no thread of it is in the middle of close(2). 20 naps are enough for any close.
hold() {
  kill -STOP "$1" || return 0
  tries=0
  while alive "$1" && ! stands "$1" && [ $tries -lt 20 ]; do nap; tries=$((tries + 1)); done
}
stands() {
  for task in "/proc/$1/task"/*; do
    read -r stat <"$task/stat" || continue
    case \${stat##*) } in [TtZX]*) ;; *) return 1 ;; esac
  done
}
# What the engine started (stap: staprun, stapio, make, cc1): its children, and those of this process group. Never by
# the group where the guard does not lead it, as below a sudo without a pty: pytrace itself is in that one.
group=
[ ! -r "/proc/$$/stat" ] || group=$(read -r stat <"/proc/$$/stat"; set -- \${stat##*) }; [ "$3" != "$$" ] || echo "$3")
helpers() {
  [ -r /proc/self/stat ] || return 0
  for dir in /proc/[0-9]*; do
    pid=\${dir#/proc/}
    case $pid in "$$" | "$PPID" | "$engine" | "$watcher" | "$waker") continue ;; esac
    read -r stat <"$dir/stat" || continue
    case $stat in *') '*) ;; *) continue ;; esac
    set -- \${stat##*) }
    [ "$1" != Z ] || continue
    case $stat in *'(sleep) '*) continue ;; esac
    if [ "$2" = "$engine" ] || [ "$3" = "$group" ]; then echo "$pid"; fi
  done
} 2>/dev/null

# The kernel's lists are read by cat: read(1) takes them byte by byte, and then a line is skipped whenever another
# tracer ends and takes its own out meanwhile (tried: 5 % of such reads miss one; of whole reads none).
left_of_dtrace() {
  for events in /sys/kernel/tracing/uprobe_events /sys/kernel/debug/tracing/uprobe_events; do
    [ -r "$events" ] || continue
    cat "$events" | while read -r event rest; do
      case $event in [pr]:dt_"$engine"_*) echo "$events \${event#?:}" ;; esac
    done
    return
  done
} 2>/dev/null
left_of_stap() {
  for module in $(modules); do case $before in *" $module "*) ;; *) echo "$module" ;; esac; done
}
left() { case $kind in dtrace) left_of_dtrace ;; stap) left_of_stap ;; esac; }
remove() { # a module or event still in use refuses: another run's things are safe
  if [ "$kind" = stap ]; then staprun -d "$1" || rmmod "$1"; else echo "-:$2" >>"$1"; fi
} >/dev/null 2>&1
clean() {
  trap '' HUP INT QUIT TERM PIPE USR1 USR2 # a ^C that hit cat would look like a clean kernel
  [ "$kind" != stap ] || for pid in $(helpers); do kill -KILL "$pid" 2>/dev/null; done
  case $folder in */pytrace-*) rm -rf "$folder" ;; esac 2>/dev/null
  tries=0
  while [ -n "$(left)" ] && [ $tries -lt 15 ]; do
    left | while read -r where what; do remove "$where" "$what"; done
    tries=$((tries + 1))
    [ -z "$(left)" ] || nap
  done
  rest=$(left)
  if [ -z "$rest" ]; then echo 'pytrace-guard: clean' >&2
  else echo "pytrace-guard: left $(echo "$rest" | tr '\\n' ' ')" >&2; fi
}

# The start time tells whether the pid is still that program's.
end_own() {
  read -r stat <"/proc/$1/stat" || return
  started=$2 pid=$1; set -- \${stat##*) }
  [ "\${20}" = "$started" ] || return
  kill -TERM "$pid"
  kill -CONT "$pid"
}

# What raw mode takes away.
give_back() {
  stty brkint icrnl ixon icanon iexten echo isig <"$terminal"
  printf %s "$leave" >"$terminal"
}

# A sudo that stands still would stay so, and its user may not continue it. With a pty it is two processes.
continue_sudo() {
  read -r stat <"/proc/$1/stat" || return
  case $stat in *' (sudo) '*) kill -CONT "$1"; set -- \${stat##*) }; continue_sudo "$2" ;; esac
}

watch() {
  # Its own pid, which $$ is not here: helpers must not name it.
  [ ! -r /proc/self/stat ] || read -r watcher stat </proc/self/stat
  order=
  while read -r line <&3; do order=$line; done
  kill -CONT $$ # it may be stopped, and is to clean up
  continue_sudo "$PPID"
  naps=$hurry; [ "$order" != stop ] || [ $hurry -gt 100 ] || naps=100
  [ "$order" = stop ] || [ -z "$own" ] || end_own "\${own%:*}" "\${own#*:}"
  # Beside the rest: a terminal may take nothing.
  [ "$order" = stop ] || [ -z "$terminal" ] || give_back &
  kill -TERM "$engine"
  kill -CONT "$engine" # a stopped engine cannot see its SIGTERM
  half=$((naps / 2))
  # Tried with dtrace 2.0.7 and libctf 2.47: events gone after 0.2 s, probes after 0.3 s, then 3 s of processor time for
  # unlinking one string after another (ctf_dict_close).
  printing=
  [ "$kind" != dtrace ] || [ $hurry -gt 100 ] || printing=$(left_of_dtrace)
  while [ $naps -gt 0 ] && alive "$engine"; do
    nap
    naps=$((naps - 1))
    [ -z "$printing" ] || [ -n "$(left_of_dtrace)" ] || { printing=; [ $naps -lt 5 ] || naps=5; }
    # Nobody waits for the end record any more, though an orderly stop was asked for.
    [ $naps -le $hurry ] || alive "$PPID" || { naps=$hurry; half=$((hurry / 2)); }
    [ $naps -ne $half ] || [ "$kind" != stap ] || for pid in $(helpers); do kill -TERM "$pid"; done
  done
  # While the engine lives, its children can be told.
  orphans=; [ "$kind" != stap ] || ! alive "$engine" || orphans=$(helpers)
  hold "$engine"
  kill -KILL "$engine" $orphans
  # Only when the guard itself was killed is there nobody else to clean up, nor to end the waker.
  alive "$$" || { while alive "$engine"; do nap; done; for pid in $(helpers); do kill -TERM "$pid"; done; clean 2>&4; }
}
wake() {
  trap 'kill "$!"; exit' TERM
  while sleep 1 & wait "$!"; do
    kill -CONT $$ "$watcher"
    alive $$ || alive "$watcher" || exit
  done
}
watcher= waker=
( trap '' HUP INT QUIT TERM PIPE USR1 USR2; watch ) 4>&2 2>/dev/null &
watcher=$!
exec 3<&-
( trap '' HUP INT QUIT PIPE USR1 USR2; wake ) 2>/dev/null &
waker=$!

while :; do
  wait "$engine" 2>/dev/null; status=$? # dash would add "Killed" to the engine's messages
  kill -0 "$engine" 2>/dev/null || break # only a signal to the guard woke it
done
kill -KILL "$watcher" 2>/dev/null
clean
{ kill -TERM "$waker"; kill -CONT "$waker"; } 2>/dev/null
exit $status
`;

/**
 * The argument array that runs `engine` (its file and arguments) under the guard; `own` is PID:STARTTIME or '', `searchPath`
 * the guard's PATH or ''.
 */
export function guarded(
  kind: EngineId | 'dtrace-p',
  folder: string,
  engine: readonly string[],
  own = '',
  terminal: HeldTerminal = { path: '', leave: '' },
  searchPath = '',
): { readonly file: string; readonly args: readonly string[] } {
  const { path, leave } = terminal;
  const args = ['-c', guardText, 'pytrace-guard', kind, folder, own, path, leave, searchPath, ...engine];
  return { file: '/bin/sh', args };
}
