import { startCommand } from "./start-command.ts";
import { startRelay } from "./start-relay.ts";

/**
 * What runs first in a sandbox: joins the control groups, sets the rlimits, starts the relay and becomes the
 * parent of the command. Plain POSIX sh: dash, bash and busybox run it.
 *
 * Descriptor 3 speaks lines. `r`: ready. The host answers with a nonce, which starts the command.
 * `xNONCE STATUS`: the command could not be executed. The nonce makes that line trustworthy: it is known to a
 * shell that becomes the command, and never to the command.
 *
 * The answer also says that the host is alive now that all is in force that kills its children with it
 * (bwrap's --die-with-parent, which bwrap asks for at the end of its set-up only; descriptor 4 here). To be able
 * to write to the host is not enough: a process that is being killed keeps its sockets for milliseconds.
 *
 * Arguments: open files, file size (512-byte blocks), processes, data segment (KiB), each `-` for no limit;
 * how many control groups are to be joined, their lists being descriptors 6 and 7; `relay`, `watch` or `-`;
 * then the command. `watch`: descriptor 4 closing ends the process group.
 */
export const initScript = `\
if [ "$5" -gt 0 ]; then
  echo 0 >&6 && { [ "$5" -lt 2 ] || echo 0 >&7; } || { echo 'e it cannot join its control group' >&3; exit 125; }
  exec 6>&- 7>&-
fi
ulimit -c 0
[ "$1" = - ] || ulimit -n "$1" 2>/dev/null || :
[ "$2" = - ] || ulimit -f "$2" 2>/dev/null || :
[ "$3" = - ] || ulimit -u "$3" 2>/dev/null || ulimit -p "$3" 2>/dev/null || :
[ "$4" = - ] || ulimit -d "$4" 2>/dev/null || :
mx_mode=$6
shift 6
# What the shell has to say about a command that was killed is not part of the command's stderr.
exec 5>&2 2>/dev/null
if [ "$mx_mode" = relay ]; then
${startRelay("socat")}elif [ "$mx_mode" = watch ]; then
  ( while read -r mx_line; do :; done <&4; kill -9 0 ) </dev/null >/dev/null 3>&- 5>&- &
fi
${startCommand({ answers: 3 })}`;
