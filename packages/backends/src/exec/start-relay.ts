import { endianness } from "node:os";

/** Where the relay listens inside a sandbox. */
export const relayPort = 3128;

/** The relay's listener as /proc/net/tcp shows it: 127.0.0.1:3128, in the byte order of the machine. */
const listener = `${endianness() === "LE" ? "0100007F" : "7F000001"}:0${relayPort.toString(16).toUpperCase()}`;

/**
 * Lines of an init that start the relay to the model's socket and wait until it listens; on failure descriptor 3 is
 * told. `socat`: how it is called, as words of a shell. Plain POSIX sh.
 */
export function startRelay(socat: string): string {
  return `\
  ${socat} -t 3600 TCP-LISTEN:${relayPort},bind=127.0.0.1,fork,reuseaddr,backlog=128,forever,intervall=0.05 \\
    UNIX-CONNECT:/mx/proxy.sock </dev/null >/dev/null 3>&- 5>&- &
  mx_up=
  until [ "$mx_up" ]; do
    while read -r mx_n mx_local mx_remote mx_state mx_rest; do
      [ "$mx_local $mx_state" != "${listener} 0A" ] || mx_up=1
    done </proc/net/tcp
    [ "$mx_up" ] || kill -0 $! || { echo 'e the relay did not start' >&3; exit 125; }
  done
`;
}
