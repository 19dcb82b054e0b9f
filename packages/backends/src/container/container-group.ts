import { existsSync, readFileSync } from "node:fs";
import { GroupFile } from "../cgroups/group-file.ts";
import type { Group } from "../exec/sandbox-watch.ts";

const mounted = "/sys/fs/cgroup";

/** The control groups that an engine has made for a running container, read from the host. */
export class ContainerGroup implements Group {
  readonly #members: GroupFile;
  readonly #processEvents: GroupFile;
  #refused = 0;

  /** `pid`: of the container's first process, as the host counts. */
  constructor(pid: number) {
    const folder = folderOf(pid);
    this.#members = new GroupFile(`${folder}/cgroup.procs`);
    this.#processEvents = new GroupFile(`${folder}/pids.events`);
  }

  /** The engine tells, when the container has ended. */
  memoryKills(): number {
    return 0;
  }

  refusedForks(): number {
    this.#refused = Math.max(this.#refused, quietly(() => this.#processEvents.count("max")) ?? 0);
    return this.#refused;
  }

  pids(): number[] {
    return (quietly(() => this.#members.read()) ?? "").split("\n").filter(Boolean).map(Number);
  }

  close(): void {
    this.#members.close();
    this.#processEvents.close();
  }
}

/** The folder that counts the container's processes. */
function folderOf(pid: number): string {
  const lines = (quietly(() => readFileSync(`/proc/${pid}/cgroup`, "latin1")) ?? "").split("\n");
  const path = (match: RegExp) => lines.map((line) => match.exec(line)?.[1]).find(Boolean);
  const own = path(/^\d+:pids:(.+)$/);
  if (own !== undefined) return `${mounted}/pids${own}`;
  const unified = path(/^0::(.+)$/) ?? "/";
  const folder = `${mounted}${unified}`;
  return existsSync(folder) ? folder : `${mounted}/unified${unified}`;
}

/** A group whose last process has ended cannot be read any more. */
function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
