import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detectFormat } from "./detect-format.ts";
import { formats } from "./formats.ts";
import { fileStart } from "./open-file.ts";
import { readResults } from "./read-results.ts";
import { collect } from "./testing/collect.ts";
import { fixtures } from "./testing/fixtures.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

test.for(fixtures)("$name: one format knows it, and no other", async ({ format, write }) => {
  const path = await write(await temporaryFolder());
  const start = await fileStart(path);
  const known: string[] = [];
  for (const one of formats) if (await one.detect(path, start)) known.push(one.name);
  expect(known).toEqual([format]);
});

test("a name says nothing", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "simulations"));
  await writeFile(join(folder, "results.json"), '{"accuracy": 0.5}');
  await writeFile(join(folder, "summary.json"), '{"passed": 3}');
  for (const name of ["", "results.json", "summary.json"]) {
    await expect(detectFormat(join(folder, name))).rejects.toMatchObject({
      code: "unknown_format",
      exitCode: 65,
      hint: expect.stringContaining(
        "mx, tau-bench, tau2, verifiers, inspect, harbor, goat",
      ) as string,
    });
  }
});

test.for([
  ["nothing", ""],
  ["an empty list", "[]"],
  ["numbers", "1\n2\n"],
  ["text", "hello"],
  ["a list of texts", '["task_id", "reward"]'],
  ["other records", '{"type":"event","version":1}'],
  ["bytes", "\u0000\u0001\u0002"],
])("%s: no format", async ([, text]) => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, text!);
  await expect(detectFormat(path)).rejects.toMatchObject({ code: "unknown_format" });
});

test("what is not there is a mistake of the command line", async () => {
  await expect(collect(readResults("/nowhere/at/all"))).rejects.toMatchObject({
    code: "unreadable_file",
    exitCode: 2,
  });
});

test("a named format is not asked", async () => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, "[]");
  expect(await collect(readResults(path, { format: "tau-bench" }))).toEqual({
    runs: [],
    trials: [],
  });
});

test("rows with much before what tells them apart", async () => {
  const path = join(await temporaryFolder(), "file");
  const long = "x".repeat(200_000);
  const row = { task_id: 1, reward: 1, info: { task: { instruction: long } }, traj: [], trial: 0 };
  await writeFile(path, JSON.stringify([row]));
  expect((await detectFormat(path)).name).toBe("tau-bench");
});
