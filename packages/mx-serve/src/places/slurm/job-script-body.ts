import { serverShell } from "../server-shell.ts";

/**
 * The part of a job's script that is the same for all servers. It finds a free port and the node's address, starts
 * `mx_serve`, and sees whose the port is by the sockets of its own processes, which are those of its process group and
 * those with the token in their environment. What it finds is in JOB/status, put in place whole: a line of JSON with
 * node, address, port, owner (nobody, ours, stranger, or unknown where another user's process holds it for us) and
 * token. The exit status of the server is in JOB/exit. With a port that was not asked for, another is tried where
 * somebody was faster.
 */
export const jobScriptBody = `\
${serverShell}umask 077
mx_say() { echo "mx-serve: $*" >&2; }
mx_put() { printf '%s\\n' "$2" >"$mx_job/$1.tmp" && mv "$mx_job/$1.tmp" "$mx_job/$1"; }
mx_node=\${SLURMD_NODENAME:-$(hostname)}

mx_address=$(scontrol show node "$mx_node" 2>/dev/null | sed -n 's/.*NodeAddr=\\([^ ]*\\).*/\\1/p' | head -n 1)
mx_address=\${mx_address:-$mx_node}
case $mx_address in
  *[!0-9.]*) mx_host=$(getent ahostsv4 "$mx_address" 2>/dev/null | awk '{ print $1; exit }') ;;
  *) mx_host=$mx_address ;;
esac
# Many systems have their own name stand for a loopback address, which nobody else can reach.
case $mx_address:$mx_host in
  127.*:*) ;;
  *:127.*|*:) mx_host=0.0.0.0 ;;
esac

mx_group=$(sed 's/.*) //' "/proc/$$/stat" | cut -d ' ' -f 3)
mx_uid=$(id -u)
mx_processes() {
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v group="$mx_group" '{ pid = $1; sub(/.*\\) /, ""); if ($3 == group) print pid }'
  mx_marked
}
mx_owner() {
  mx_listeners=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port="$(printf ':%04X' "$mx_port")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $8 ":" $10 }')
  [ "$mx_listeners" ] || { echo nobody; return; }
  mx_sockets=$(for mx_pid in $(mx_processes); do ls -l "/proc/$mx_pid/fd" 2>/dev/null; done)
  for mx_listener in $mx_listeners; do
    case $mx_sockets in *"socket:[\${mx_listener#*:}]"*) continue ;; esac
    # A container's port is held by a process of root's.
    if [ "\${mx_listener%%:*}" = 0 ] && [ "$mx_uid" != 0 ]; then echo unknown; else echo stranger; fi
    return
  done
  echo ours
}
mx_report() {
  mx_put status "{\\"node\\":\\"$mx_node\\",\\"address\\":\\"$mx_address\\",\\"port\\":$mx_port,\\"owner\\":\\"$1\\",\\"token\\":\\"$mx_token\\"}"
}
mx_free_port() {
  # Below the ports that the kernel gives to outgoing connections, where there is room.
  read -r mx_low mx_rest </proc/sys/net/ipv4/ip_local_port_range
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v seed="$((\${SLURM_JOB_ID:-0} * 31 + $$ + $mx_try * 7919))" -v high="$mx_low" '
    { used[substr($2, length($2) - 3)] = 1 }
    END {
      if (high < 21000) high = 65535
      srand(seed)
      # Near seeds have near first numbers.
      for (i = 0; i < 20; i++) rand()
      do port = 20000 + int(rand() * (high - 20000)); while (sprintf("%04X", port) in used)
      print port
    }'
}
mx_watch() {
  mx_last=
  while kill -0 "$mx_server" 2>/dev/null; do
    mx_now=$(mx_owner)
    [ "$mx_now" = "$mx_last" ] || mx_report "$mx_now"
    mx_last=$mx_now
    case $mx_now in ours | unknown) sleep 3 ;; *) sleep 0.5 ;; esac
  done
}
mx_end() {
  mx_put exit "$1"
  exit "$1"
}

if ! mx_put started "$(date +%s)"; then
  mx_say "$mx_node cannot write to $mx_job, which has to be on a file system that the nodes share"
  exit 74
fi
if [ "$mx_needs" ] && ! command -v "$mx_needs" >/dev/null; then
  mx_say "$mx_needs is not on $mx_node: $mx_hint; --slurm.setup takes lines to run before, such as module load"
  mx_end 127
fi
mx_stopped= mx_signalled= mx_server= mx_try=0
mx_stop() {
  mx_stopped=1 mx_signalled=1
  [ -z "$mx_server" ] || kill -"$mx_signal" "$mx_server" 2>/dev/null
}
trap mx_stop TERM INT HUP
while :; do
  [ -z "$mx_stopped" ] || mx_end 143
  mx_try=$((mx_try + 1))
  mx_port=\${mx_asked:-$(mx_free_port)}
  if [ "$(mx_owner)" != nobody ]; then
    mx_report stranger
    mx_say "port $mx_port of $mx_node is taken by another program"
    mx_end 75
  fi
  ( mx_serve ) </dev/null &
  mx_server=$!
  mx_watch &
  mx_watcher=$!
  mx_wait
  kill "$mx_watcher" 2>/dev/null
  [ "$mx_stopped$mx_asked" ] || [ "$mx_status" -eq 0 ] || [ "$mx_try" -ge 5 ] && break
  grep -q '"owner":"ours"' "$mx_job/status" 2>/dev/null && break
  tail -n 30 "$mx_log" | grep -Eiq "address (already )?in use|EADDRINUSE|errno 98\\b|os error 98\\b|couldn't bind" || break
  mx_say "port $mx_port was taken meanwhile; trying another"
done
mx_left=$(mx_marked)
[ -z "$mx_left" ] || kill -KILL $mx_left 2>/dev/null
mx_end "$mx_status"
`;
