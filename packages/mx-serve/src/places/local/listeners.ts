import { readdir, readFile, readlink } from "node:fs/promises";

/** A process that listens on a port. */
export interface Listener {
  pid: number;
  /** Its program, as the kernel shows it: 15 characters. */
  name: string;
}

/** State 0A of proc(5)'s net/tcp. */
const listening = "0A";

/** Inodes of the sockets of this machine that listen on a TCP port; null: there is no /proc to ask. */
export async function listeningInodes(port: number): Promise<string[] | null> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "latin1").catch(() => null)),
  );
  if (tables.every((table) => table === null)) return null;
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return tables
    .flatMap((table) => table?.split("\n").slice(1) ?? [])
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => local.endsWith(wanted) && state === listening)
    .map((fields) => fields[9] ?? "");
}

/** Who holds these sockets, as far as this user may see. */
export async function holdersOf(inodes: readonly string[]): Promise<Listener[]> {
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => ((await holds(pid, wanted)) ? Number(pid) : null)),
  );
  return Promise.all(
    found
      .filter((pid): pid is number => pid !== null)
      .map(async (pid) => ({ pid, name: await programOf(pid) })),
  );
}

async function holds(pid: string, wanted: ReadonlySet<string>): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const name of names) {
    if (wanted.has(await readlink(`/proc/${pid}/fd/${name}`).catch(() => ""))) return true;
  }
  return false;
}

async function programOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "?")).trim();
}
