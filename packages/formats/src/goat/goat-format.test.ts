import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../read-results.ts";
import { collect } from "../testing/collect.ts";
import { sampleRun } from "../testing/sample-run.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeGoat } from "../testing/write-goat.ts";

async function readSummary(results: object[], head: object = {}, options = {}) {
  const path = join(await temporaryFolder(), "summary.json");
  const summary = {
    run_id: "r1",
    model: "m",
    mode: "A/B",
    total_tasks: 1,
    total_runs: results.length,
  };
  await writeFile(path, JSON.stringify({ ...summary, ...head, results }, null, 2));
  return collect(readResults(path, options));
}

const row = {
  id: "t",
  prompt: "Do it.",
  output: "Done.",
  exit_code: 0,
  stderr: "",
  elapsed_s: 2.5,
};

test("arms of an A/B keep their names", async () => {
  const rows = [
    { ...row, skills_enabled: false, mcp_enabled: false },
    { ...row, skills_enabled: true, mcp_enabled: false },
    { ...row, skills_enabled: true, mcp_enabled: true },
    { ...row, skills_enabled: false, mcp_enabled: true },
  ];
  const { runs, trials } = await readSummary(rows, { run_id: "20260214_103000" }, { variant: "x" });
  expect(trials.map(({ variant }) => variant)).toEqual(["baseline", "skills", "skills+mcp", "mcp"]);
  expect(new Set(trials.map(({ key }) => key)).size).toBe(4);
  expect(runs).toMatchObject([
    { variants: ["baseline", "mcp", "skills", "skills+mcp"], planned: 4, task_ids: ["t"] },
  ]);
});

test("a run of one arm may be given a name", async () => {
  const { trials } = await readSummary([row], { mode: "baseline" }, { variant: "x" });
  expect(trials).toMatchObject([{ variant: "x" }]);
});

test.for([
  [0, "", "completed", 1],
  [1, "boom", "failed", 0],
  [124, "", "timeout", 0],
  [137, "", "infra_error", null],
  [-1, "modal.exception.InvalidError: build step after mount", "infra_error", null],
  [-1, "SandboxTimeoutError: Sandbox has timed out", "timeout", 0],
] as const)("exit %d %s: %s", async ([exit_code, stderr, outcome, value]) => {
  const { trials } = await readSummary([{ ...row, exit_code, stderr }]);
  expect(trials).toMatchObject([
    {
      outcome,
      reward: null,
      passed: null,
      scores: {
        "exit-code": { value, explanation: expect.stringContaining("exit status") as string },
      },
      exit_code: exit_code === -1 ? null : exit_code,
    },
  ]);
  expect(trials[0]!.time_ms.agent).toBe(exit_code === -1 ? null : 2500);
});

test("a run whose summary was lost is read from the files of its tasks", async () => {
  const folder = await temporaryFolder();
  const whole = await collect(readResults(await writeGoat(folder)));
  const path = await writeGoat(await temporaryFolder(), sampleRun, { withSummary: false });
  const { runs, trials } = await collect(readResults(path));
  expect(runs).toEqual([]);
  expect(trials.map(({ key }) => key)).toEqual(whole.trials.map(({ key }) => key));
  expect(trials[0]!.run_id).toBe("20260214_103000");
  const one = await collect(readResults(join(path, "0-baseline.json")));
  expect(one.trials).toEqual([trials[0]]);
});

test("a file of a task that is damaged costs only itself", async () => {
  const path = await writeGoat(await temporaryFolder(), sampleRun, { withSummary: false });
  const file = join(path, "2-baseline.json");
  await writeFile(file, (await readFile(file, "utf8")).slice(0, 40));
  await expect(collect(readResults(path))).rejects.toMatchObject({
    message: expect.stringContaining("2-baseline.json") as string,
  });
  const errors: Error[] = [];
  const { trials } = await collect(
    readResults(path, { onBadRecord: (error) => errors.push(error) }),
  );
  expect([trials.length, errors.length]).toEqual([3, 1]);
});

test("a folder of other things is not of goat", async () => {
  const folder = join(await temporaryFolder(), "20260214_103000");
  await mkdir(folder);
  await writeFile(join(folder, "a.json"), '{"id": 1}');
  await expect(collect(readResults(folder))).rejects.toMatchObject({ code: "unknown_format" });
});
