import { processesWith } from "@mx/cli/testing/processes";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { noBubblewrap, sandbox, scratchBase, sh, testBackend } from "./testing/test-backend.ts";

const program = fileURLToPath(new URL("testing/run-until-killed.ts", import.meta.url));

/** Runs the program and kills it `after` so many milliseconds of work; its scratch folder. */
async function runAndKill(
  name: string,
  base: string,
  marker: string,
  seconds: number,
  after: number,
) {
  const argv = ["--import", "tsx", program, name, base, marker, `${seconds}`];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  await setTimeout(after);
  child.kill("SIGKILL");
  await once(child, "exit");
  return line.toString().trim();
}

async function goneWithin(ms: number, marker: string): Promise<number[]> {
  for (const until = performance.now() + ms; performance.now() < until; await setTimeout(20)) {
    if (processesWith(marker).length === 0) return [];
  }
  return processesWith(marker);
}

function groupsOf(scratch: string): string[] {
  const owner = JSON.parse(readFileSync(join(scratch, "owner.json"), "utf8")) as {
    groups: string[];
  };
  return owner.groups;
}

test.skipIf(noBubblewrap)(
  "SIGKILL leaves no process, and the next one to open removes the rest",
  async () => {
    const base = scratchBase();
    const marker = `mx-marker-${process.pid}-killed`;
    const scratch = await runAndKill("local", base, marker, 60, 700);
    expect(await goneWithin(1_000, marker)).toEqual([]);
    expect(readdirSync(scratch).filter((name) => name.startsWith("sandbox-"))).toHaveLength(4);
    const groups = groupsOf(scratch);
    await using _ = await testBackend("local", { scratch: base });
    expect(existsSync(scratch)).toBe(false);
    expect(groups.filter((folder) => existsSync(folder))).toEqual([]);
  },
);

test.skipIf(noBubblewrap)(
  "SIGKILL at any moment leaves no process, when sandboxes start all the time",
  async () => {
    const base = scratchBase();
    const marker = `mx-marker-${process.pid}-moments`;
    for (let n = 0; n < 12; n++) {
      await runAndKill("local", base, marker, 30, 9 * n);
      expect(await goneWithin(2_000, marker), `kill ${n}`).toEqual([]);
    }
    await using backend = await testBackend("local", { scratch: base });
    const home = join(base, `mx-${process.getuid?.()}`);
    expect(readdirSync(home).map((name) => join(home, name))).toEqual([backend.scratch]);
  },
  120_000,
);

test("SIGKILL leaves no process of the process backend in its group", async () => {
  const base = scratchBase();
  const marker = `mx-marker-${process.pid}-group`;
  const scratch = await runAndKill("process", base, marker, 60, 700);
  expect(await goneWithin(2_000, marker)).toEqual([]);
  await using _ = await testBackend("process", { scratch: base });
  expect(existsSync(scratch)).toBe(false);
});

test("the scratch folder of somebody who is alive stays, also next to another one", async () => {
  const base = scratchBase();
  await using first = await testBackend("process", { scratch: base });
  const box = await sandbox(first);
  await using second = await testBackend("process", { scratch: base });
  expect(first.scratch).not.toBe(second.scratch);
  expect(await sh(box, "echo alive")).toMatchObject({ stdout: "alive\n" });
});

test("a scratch folder whose owner never got to write its name down goes by the pid in its own", async () => {
  const base = scratchBase();
  const home = join(base, `mx-${process.getuid?.()}`);
  mkdirSync(home, 0o711);
  const gone = spawn("true");
  await once(gone, "exit");
  mkdirSync(join(home, `run-${gone.pid}`));
  mkdirSync(join(home, `run-${process.pid}`));
  writeFileSync(join(home, "not-ours"), "");
  await using backend = await testBackend("process", { scratch: base });
  const names = readdirSync(home).map((name) => join(home, name));
  expect(names.toSorted()).toEqual(
    [backend.scratch, join(home, "not-ours"), join(home, `run-${process.pid}`)].toSorted(),
  );
});

test("a folder that somebody else can write to is not taken for scratch", async () => {
  const base = scratchBase();
  const home = join(base, `mx-${process.getuid?.()}`);
  mkdirSync(home);
  chmodSync(home, 0o777);
  await expect(testBackend("process", { scratch: base })).rejects.toMatchObject({
    code: "scratch_unusable",
  });
});
