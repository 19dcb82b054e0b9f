import { BlockList, isIP } from "node:net";
import { hostname } from "node:os";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** True where only this machine can reach what listens there. A name other than localhost may be any machine's. */
export function isLoopback(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return host.toLowerCase() === "localhost";
  return loopback.check(host, kind === 6 ? "ipv6" : "ipv4");
}

/** The base URL, with /v1, for programs on this machine. */
export function localUrl(host: string, port: number): string {
  return url(isAny(host) ? (isIP(host) === 6 ? "::1" : "127.0.0.1") : host, port);
}

/** The base URL, with /v1, for whoever can reach the address that is listened on. */
export function reachableUrl(host: string, port: number): string {
  return url(isAny(host) ? hostname() : host, port);
}

/** True for an address that stands for all addresses of the machine. */
function isAny(host: string): boolean {
  return host === "0.0.0.0" || host === "::" || host === "0:0:0:0:0:0:0:0";
}

function url(host: string, port: number): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/v1`;
}
