import { readFile } from "node:fs/promises";
import { isMarked } from "./kill-marked.ts";
import { holdersOf, listeningInodes, type Listener } from "./listeners.ts";

/** Whose a port is: our server's, a stranger's, nobody's; `unknown` where the system does not say. */
export type PortOwner =
  { kind: "ours" } | { kind: "stranger"; who: Listener } | { kind: "nobody" } | { kind: "unknown" };

/** Programs that hold the port of a container for it. */
const portProxies = /^(docker-proxy|rootlessport|slirp4netns|pasta|conmon|containerd|gvproxy)/;

/** Tells whether a port is held by the processes of one server, which are known by their group or their token. */
export class PortWatch {
  readonly #port: number;
  readonly #group: number;
  readonly #token: string;
  /** Sockets that have been seen to be ours: an inode is not given away while its socket is there. */
  readonly #ours = new Set<string>();

  constructor(port: number, group: number, token: string) {
    this.#port = port;
    this.#group = group;
    this.#token = token;
  }

  async owner(): Promise<PortOwner> {
    const inodes = await listeningInodes(this.#port);
    if (inodes === null) return { kind: "unknown" };
    if (inodes.length === 0) return { kind: "nobody" };
    const others = inodes.filter((inode) => !this.#ours.has(inode));
    if (others.length === 0) return { kind: "ours" };
    const holders = await holdersOf(others);
    if (holders.length === 0) return { kind: "unknown" };
    for (const who of holders) {
      if (!portProxies.test(who.name) && !(await this.#isOurs(who.pid)))
        return { kind: "stranger", who };
    }
    for (const inode of others) this.#ours.add(inode);
    return { kind: "ours" };
  }

  async #isOurs(pid: number): Promise<boolean> {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
    // Fields after the name, which may hold spaces: state, ppid, pgrp.
    const group = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2];
    if (Number(group) === this.#group) return true;
    return isMarked(pid, this.#token);
  }
}
