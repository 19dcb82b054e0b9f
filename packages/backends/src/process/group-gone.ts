import { killGroup } from "@mx/cli/kill-group";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** What was killed is gone within this, unless the kernel cannot end it: a disk that hangs, for example. */
const mostMs = 2_000;
/** After so long it may be that nobody takes note of the dead, as in a container whose first process does not. */
const zombieMs = 100;

/** Settles when no process of a killed group runs any more, or after two seconds. `group` undefined: it never was. */
export async function groupGone(group: number | undefined): Promise<void> {
  const began = performance.now();
  for (let pauseMs = 1; killGroup(group, 0); pauseMs = Math.min(pauseMs * 2, 50)) {
    const waited = performance.now() - began;
    if (waited > mostMs || (waited > zombieMs && !(await anyRuns(group ?? 0)))) return;
    await sleep(pauseMs);
  }
}

/** False: what is left of the group are zombies, which run no more. True also where there is no /proc to ask. */
async function anyRuns(group: number): Promise<boolean> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return true;
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
    // proc(5): the name may hold anything; after it come state, parent and group.
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(itsGroup) === group && state !== "Z" && state !== "X") return true;
  }
  return false;
}
