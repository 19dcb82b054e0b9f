/**
 * What the scripts that keep a server have in common, for /bin/sh. `mx_wait` waits until the process `mx_server` has
 * ended, its exit status in `mx_status`; a trap that sets `mx_signalled` does not end the waiting. `mx_marked` lists the
 * processes with the token `mx_token` in their environment.
 */
export const serverShell = `\
mx_wait() {
  while :; do
    wait "$mx_server"
    mx_status=$?
    [ "$mx_signalled" ] || return 0
    mx_signalled=
  done
}
mx_marked() {
  grep -slzxF -e "MX_SERVER_TOKEN=$mx_token" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
}
`;
