import { startCommand } from "../exec/start-command.ts";
import { startRelay } from "../exec/start-relay.ts";
import { shellQuote } from "../modal/shell-quote.ts";
import { containerPaths } from "./container-paths.ts";

/** The folder of mx's own in a container, read-only: pipes, and what the next command is. */
export const runFolder = "/mx/run";

/**
 * What runs first whenever a container is started, as its process 1: when it ends, the kernel ends all others. Plain
 * POSIX sh: dash, bash and busybox run it. It is told what to run by the file `exec`, see `execFile`, and speaks as
 * `initScript` does, over the pipes `say` and `hear`: an engine passes on no more than the three standard descriptors.
 *
 * The pipe `alive` is held open by mx-sandbox: when that is killed, all processes but this one are killed, and so it
 * ends too.
 */
export function containerInit(socat: string): string {
  return `\
exec 3>${runFolder}/say 4<${runFolder}/alive 8<${runFolder}/hear || exit 125
exec </dev/null >${runFolder}/io.out 2>${runFolder}/io.err || { echo 'e it cannot open its pipes' >&3; exit 125; }
unset HOSTNAME container TERM
umask 022
. ${runFolder}/exec || { echo 'e it cannot read its command' >&3; exit 125; }
[ "$mx_links" = 0 ] || ${containerPaths.node} ${runFolder}/place-links.cjs >/dev/null 2>&1 ||
  { echo 'e its mounts cannot be put in place' >&3; exit 125; }
ulimit -c 0
[ "$mx_files" = - ] || ulimit -n "$mx_files" 2>/dev/null || :
[ "$mx_size" = - ] || ulimit -f "$mx_size" 2>/dev/null || :
[ "$mx_data" = - ] || ulimit -d "$mx_data" 2>/dev/null || :
[ -d "$mx_workspace" ] || mkdir -p "$mx_workspace" 2>/dev/null ||
  ${containerPaths.node} ${runFolder}/place-links.cjs "$mx_workspace" >/dev/null 2>&1 || :
cd "$mx_cwd" 2>/dev/null || { echo "e no such folder: $mx_cwd" >&3; exit 125; }
[ "$mx_in" = - ] || exec <"$mx_in"
# What the shell has to say about a command that was killed is not part of the command's stderr.
exec 5>&2 2>/dev/null
( while read -r mx_line; do :; done <&4; kill -9 -1 ) </dev/null >/dev/null 3>&- 5>&- 8<&- &
if [ "$mx_relay" = 1 ]; then
${startRelay(socat)}fi
${startCommand({ answers: 8, before: `. ${runFolder}/env`, after: tellMemoryKills })}`;
}

/** Tells by `m NUMBER` of processes that were killed for want of memory: not every engine does. */
const tellMemoryKills = `\
for mx_file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
  [ ! -r "$mx_file" ] || while read -r mx_name mx_count mx_rest; do
    [ "$mx_name" != oom_kill ] || [ "$mx_count" = 0 ] || echo "m $mx_count" >&3
  done <"$mx_file"
done
`;

/** The next command of a container, as files in its run folder. */
export interface NextCommand {
  argv: string[];
  cwd: string;
  workspace: string;
  /** Of open files, file size in 512-byte blocks, processes, and data in KiB; `-`: none. */
  limits: string[];
  relay: boolean;
  stdin: boolean;
  /** Links are to be made first: see `placeLinks`. */
  links: boolean;
}

/** The file that sets what `containerInit` runs. */
export function execFile(next: NextCommand): string {
  const [files = "-", size = "-", , data = "-"] = next.limits;
  return [
    `mx_files=${files} mx_size=${size} mx_data=${data} mx_relay=${next.relay ? 1 : 0} mx_links=${next.links ? 1 : 0}`,
    `mx_in=${next.stdin ? `${runFolder}/in` : "-"}`,
    `mx_cwd=${shellQuote(next.cwd)} mx_workspace=${shellQuote(next.workspace)}`,
    `set -- ${next.argv.map(shellQuote).join(" ")}`,
    "",
  ].join("\n");
}

/** The file that gives a command its variables. One that a shell does not let go of, such as bash's UID, stays. */
export function envFile(env: Record<string, string>): string {
  const lines = Object.entries({ HOME: containerPaths.home, ...env }).map(
    ([name, value]) => `command export ${shellQuote(`${name}=${value}`)} 2>/dev/null || :`,
  );
  return [...lines, ""].join("\n");
}
