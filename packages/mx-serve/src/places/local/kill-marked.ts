import { readdir, readFile } from "node:fs/promises";

/** True where a process belongs to the start of a server that has this token. */
export async function isMarked(pid: number, token: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => null);
  // It may be gone by now, or be another user's; then it is none of ours.
  return environment?.split("\0").includes(`MX_SERVER_TOKEN=${token}`) ?? false;
}

/** Rounds until what a process starts while others are being ended is ended, too. */
const mostRounds = 5;

/** Ends all processes of one start of a server, whoever their parents are. */
export async function killMarked(token: string): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
    const found = await Promise.all(
      pids.map(async (pid) => ((await isMarked(Number(pid), token)) ? Number(pid) : null)),
    );
    const left = found.filter((pid) => pid !== null);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has just gone.
      }
    }
  }
}
