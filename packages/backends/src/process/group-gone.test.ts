import { killGroup } from "@mx/cli/kill-group";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { groupGone } from "./group-gone.ts";

/** The state letter of a process, as the kernel has it; empty: it is not there. */
async function state(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
}

test("it settles when what a dead leader left in its group runs no more", async () => {
  const leader = spawn("sh", ["-c", "for i in 1 2 3 4 5 6 7 8; do sleep 60 & echo $!; done"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  leader.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(leader, "exit");
  await expect.poll(() => text.trim().split("\n").length).toBe(8);
  const pids = text.trim().split("\n").map(Number);
  expect(killGroup(leader.pid)).toBe(true);
  await groupGone(leader.pid);
  for (const pid of pids) expect(["", "Z", "X"]).toContain(await state(pid));
});

test("dead processes that their parent takes no note of are not waited for", async () => {
  // A parent outside of the group that never reaps.
  const code =
    "import os,time\npid=os.fork()\nif pid==0:\n os.setpgid(0,0)\n os._exit(0)\nprint(pid,flush=True)\ntime.sleep(60)";
  const parent = spawn("python3", ["-c", code], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const group = Number(line.toString());
    await expect.poll(() => state(group)).toBe("Z");
    await groupGone(group);
    expect(killGroup(group, 0)).toBe(true);
  } finally {
    parent.kill("SIGKILL");
  }
});

test("a group that never was is gone", async () => groupGone(undefined));
