import { serverShell } from "../server-shell.ts";

/**
 * Runs a server and sees to its end, for /bin/sh. It leads a session and a process group of its own.
 *
 * Arguments: folder of the server, signal that ends it in order, seconds until it is ended by force, token, command.
 * Descriptor 3 reads FOLDER/lease, a fifo that every mx-serve which uses the server holds open for writing. When the
 * last of them is gone, however it went, the kernel says end of file, and the server is ended. A line `stay` has the
 * keeper hold the fifo itself, so that the server outlives all users until the keeper gets SIGTERM. A second SIGTERM
 * does not wait. The exit status is in FOLDER/exit when the keeper is gone. What has left the process group is found by
 * the token in its environment.
 */
export const keeperScript = `\
${serverShell}mx_dir=$1 mx_signal=$2 mx_grace=$3 mx_token=$4
shift 4
mx_stops= mx_signalled=
( MX_SERVER_TOKEN=$mx_token; export MX_SERVER_TOKEN; exec 3<&-; exec "$@" ) </dev/null &
mx_server=$!
# What a shell says of a command that a signal ended is no part of its log.
exec >/dev/null 2>&1
mx_stop() {
  mx_signalled=1
  # Nobody can begin to use what is ending.
  rm -f "$mx_dir/lease"
  if [ "$mx_stops" ]; then kill -KILL "$mx_server"; return; fi
  mx_stops=1
  kill -"$mx_signal" "$mx_server"
  ( sleep "$mx_grace"; kill -KILL "$mx_server" ) 3<&- &
}
trap mx_stop TERM INT HUP
mx_watch() {
  # A process that comes in the moment that another goes is seen by the second look.
  for mx_look in 1 2; do
    while read -r mx_line; do
      [ "$mx_line" != stay ] || [ ! -p "$mx_dir/lease" ] || exec 4<>"$mx_dir/lease"
    done
  done
  kill -TERM $$
}
mx_watch <&3 &
exec 3<&-
mx_wait
echo "$mx_status" >"$mx_dir/exit.tmp" && mv "$mx_dir/exit.tmp" "$mx_dir/exit"
for mx_round in 1 2 3; do
  mx_left=$(mx_marked)
  [ "$mx_left" ] || break
  kill -KILL $mx_left
done
kill -KILL 0
`;
