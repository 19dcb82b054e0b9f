import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { killGroup } from "./kill-group.ts";
import { ProcessGroups } from "./process-groups.ts";

function sleeper() {
  const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  return { group: child.pid!, ended: once(child, "exit") };
}

test("ends what it has, and leaves what has settled", async () => {
  const [left, settled] = [sleeper(), sleeper()];
  const groups = new ProcessGroups();
  groups.add(left.group);
  groups.add(settled.group);
  groups.settle(left.group);
  expect(groups.size).toBe(2);
  killGroup(settled.group, "SIGKILL");
  await settled.ended;
  groups.settle(settled.group);
  groups.settle(settled.group);
  expect(groups.size).toBe(1);
  groups[Symbol.dispose]();
  expect((await left.ended)[1]).toBe("SIGKILL");
  expect(groups.size).toBe(0);
});

test("the guard has nothing of the program's environment, and ends with it", async () => {
  const { group, ended } = sleeper();
  process.env["MX_TEST_SECRET"] = "sesame-4711";
  const groups = new ProcessGroups();
  groups.add(group);
  delete process.env["MX_TEST_SECRET"];
  const guards = async () => {
    const found: number[] = [];
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      if (line.includes("groups=") && stat.includes(` ${process.pid} `)) found.push(Number(pid));
    }
    return found;
  };
  await expect.poll(guards, { timeout: 10_000 }).toHaveLength(1);
  const [guard] = await guards();
  expect(await readFile(`/proc/${guard}/environ`, "utf8")).not.toContain("sesame-4711");
  groups[Symbol.dispose]();
  await ended;
  await expect.poll(guards, { timeout: 10_000 }).toEqual([]);
});
