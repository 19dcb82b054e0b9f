/** Name of the init among the tools of a sandbox: what an agent that lists processes sees is short. */
export const initTool = "mx-init";

/** The folder of mx's own in a sandbox: control pipes and what is on its way in. */
export const runFolder = "/mx/run";

/**
 * Makes the folders of a sandbox, where they are not there yet: a test costs less than a process. Not in a sandbox
 * whose processes are those of $mx_host, a pid namespace.
 */
export const makeFolders = `\
{ [ -d ${runFolder} ] || { [ "$(readlink /proc/self/ns/pid)" != "$mx_host" ] && mkdir -p -m 700 ${runFolder}; } } &&
  { [ -d /workspace ] && [ -d /home/agent ] && [ -d /mx/out ] && [ -d /tmp ] ||
    mkdir -p /workspace /home/agent /mx/out /tmp; }`;

/**
 * What runs first in every exec of an agent in the cloud: it makes the folders, starts the command, holds its clock, and ends
 * whatever the command has left. Plain POSIX sh: dash, bash and busybox run it.
 *
 * Modal tells only how an exec ended, has no call that ends one, and lets go of nothing that the command started. So
 * - the last line on stderr is the init's, `NONCE WHAT STATUS UPTIME UPTIME TEXT`, written when nothing else is
 *   alive that could write: `e` ended, `x` is not there, or is no program, `n` could not be set up, `t` the clock, `s` was
 *   told to stop; the uptimes are those of the command's start and end, in seconds;
 * - a line in the pipe /mx/run/NONCE ends the command;
 * - every process that was not there before the command is killed after it, and first of all by the clock.
 * The init itself exits 0. Any other exit status means that it was killed.
 *
 * Arguments: pid namespace of mx's own process (a sandbox that has the same is none: killing there would kill the
 * host's processes); nonce; open files; seconds; working folder; `in` where stdin is the command's; a file that sets
 * the command, for one that is too long for an argument; a folder that goes with the command; then the command. `-`
 * stands for none.
 */
export const remoteInit = `\
mx_nonce=$2 mx_files=$3 mx_limit=$4 mx_cwd=$5 mx_in=$6 mx_words=$7 mx_mount=$8
mx_start=0 mx_pipe=${runFolder}/$mx_nonce
mx_done() {
  rm -f "$mx_pipe"
  [ "$mx_mount" = - ] || rm -rf $mx_mount
  read -r mx_end mx_rest </proc/uptime || mx_end=$mx_start
  printf '\\n%s %s %s %s %s %s\\n' "$mx_nonce" "$1" "$2" "$mx_start" "$mx_end" "$3" >&2
  exit 0
}
umask 022
mx_host=$1
shift 8
${makeFolders} || mx_done n 0 'its folders cannot be made, or it is not isolated: its processes are those of this host'
mkfifo -m 600 "$mx_pipe" || mx_done n 0 'cannot make a pipe'
if [ "$mx_words" != - ]; then . "$mx_words"; rm -f "$mx_words"; fi
cd "$mx_cwd" || mx_done n 0 "no such folder: $mx_cwd"
# Asked before there is a command that could pretend it: a shell's exit status does not tell.
case $1 in
  */*) [ -e "$1" ] || mx_done x 127 ''; [ -f "$1" ] && [ -x "$1" ] || mx_done x 126 '' ;;
  *) command -v -- "$1" >/dev/null || mx_done x 127 '' ;;
esac
[ "$mx_files" = - ] || ulimit -n "$mx_files" 2>/dev/null || :
ulimit -c 0
mx_known=' '
for mx_p in /proc/[0-9]*; do mx_known="$mx_known\${mx_p#/proc/} "; done
# Stopped first: a shell whose child is killed before it has its say about that.
mx_sweep() {
  read -r mx_me mx_rest </proc/self/stat
  mx_signal=STOP mx_round=0
  while [ "$mx_round" -lt 50 ]; do
    mx_found=
    for mx_p in /proc/[0-9]*; do
      mx_p=\${mx_p#/proc/}
      case "$mx_known$mx_me $$ " in *" $mx_p "*) continue ;; esac
      read -r mx_stat <"/proc/$mx_p/stat" || continue
      case "\${mx_stat##*) }" in [ZX]*) continue ;; esac
      kill -s "$mx_signal" "$mx_p" && mx_found=1
    done
    [ "$mx_found" ] || return 0
    mx_signal=KILL
    mx_round=$((mx_round + 1))
  done
}
mx_why=e
trap 'mx_why=t' USR1
trap 'mx_why=s' USR2
trap '' HUP INT TERM
exec 5>&2 2>/dev/null
( trap - HUP INT TERM; read -r mx_rest <"$mx_pipe" && kill -USR2 $$ && mx_sweep ) 5>&- >/dev/null </dev/null &
if [ "$mx_limit" != - ]; then
  ( trap - HUP INT TERM; sleep "$mx_limit" && kill -USR1 $$ && mx_sweep ) 5>&- >/dev/null </dev/null &
fi
[ "$mx_in" = in ] || exec </dev/null
read -r mx_start mx_rest </proc/uptime
( trap - USR1 USR2 HUP INT TERM; exec "$@" 2>&5 5>&- )
mx_status=$? mx_ended=$mx_why
exec >/dev/null </dev/null
mx_sweep
exec 2>&5
mx_done "$mx_ended" "$mx_status" ''
`;
