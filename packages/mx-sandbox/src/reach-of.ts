import type { Backend, Network, Reach } from "@mx/backends";

/** How agents get to the proxy of a run: a sandbox with the host's own network needs no socket. */
export function reachOf({ reach }: Backend, network: Network): Exclude<Reach, "relay"> {
  if (reach === "relay") return "socket";
  return reach === "socket" && network === "full" ? "loopback" : reach;
}
