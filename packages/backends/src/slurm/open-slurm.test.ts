import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSlurm } from "./open-slurm.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mx-commands-"));
  command("scontrol", "echo 'AccountingStorageType   = accounting_storage/slurmdbd'");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command of a cluster that has accounting, which writes down how it was called. */
function command(name: string, script: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${path}.calls'\n${script}\n`);
  chmodSync(path, 0o755);
}
const calls = (name: string) => {
  const path = join(folder, `${name}.calls`);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
};
const open = (notes: string[] = [], more: Record<string, string> = {}) =>
  openSlurm({
    env: { PATH: `${folder}:/usr/bin:/bin`, ...more },
    note: (text) => void notes.push(text),
    pauses: [1],
  });
const queued = (index: number, state: string) => `7|${index}|${state}|node1|N/A|0|0|None|run|`;

test("the accounting is asked only about elements that the queue does not know", async () => {
  command("squeue", `echo '${queued(0, "RUNNING")}'; echo '${queued(1, "PENDING")}'`);
  command("sacct", "echo '7_2|COMPLETED|0:0|node1|run'");
  const slurm = await open();
  const element = (index: number) => ({ id: "7", index });
  const known = await slurm.jobs([element(0), element(1)]);
  expect(known.map(({ index, state }) => [index, state])).toEqual([
    [0, "running"],
    [1, "pending"],
  ]);
  expect(calls("sacct")).toEqual([]);
  const more = await slurm.jobs([element(0), element(2)]);
  expect(more.map(({ state }) => state)).toEqual(["running", "pending", "done"]);
  await slurm.jobs(["7"]);
  expect(calls("sacct")).toHaveLength(2);
});

test("an accounting that nobody may look at is said once, and the queue is enough", async () => {
  command("squeue", `echo '${queued(0, "RUNNING")}'`);
  command("sacct", "echo 'sacct: error: Access/permission denied' >&2; exit 1");
  const notes: string[] = [];
  const slurm = await open(notes);
  for (let n = 0; n < 2; n += 1) expect(await slurm.jobs(["7"])).toHaveLength(1);
  expect(notes).toEqual([expect.stringContaining("Access/permission denied") as string]);
});

test("sbatch that was killed may have submitted: the job is looked for before it is tried again", async () => {
  command("sbatch", "kill -KILL $$");
  command("squeue", `echo '9|N/A|PENDING||N/A|0|0|None|mine|'`);
  command("sacct", "true");
  const slurm = await open();
  const job = { name: "mine", script: "true", workdir: "/", output: "/dev/null", options: {} };
  expect(await slurm.submit(job)).toBe("9");
  expect(calls("sbatch")).toHaveLength(1);
});

test("a job is not sent to another cluster than the one that is looked at", async () => {
  command("sbatch", `env > ${join(folder, "env")}; echo 9`);
  const slurm = await open([], { SBATCH_CLUSTERS: "other", SBATCH_PARTITION: "long" });
  await slurm.submit({ name: "m", script: "true", workdir: "/", output: "/x", options: {} });
  const env = readFileSync(join(folder, "env"), "utf8");
  expect(env).not.toContain("SBATCH_CLUSTERS");
  expect(env).toContain("SBATCH_PARTITION=long");
});
