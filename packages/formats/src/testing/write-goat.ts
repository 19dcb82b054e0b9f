import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleRun, type SampleRun } from "./sample-run.ts";

const exitCodes = { completed: 0, max_turns: 0, timeout: 124, infra_error: -1 };

/**
 * The first trials of the run as a folder of goat, which knows no repeats: summary.json and a file per task that was
 * not an exception. `withSummary` false: as goat left it where the summary was too long.
 */
export async function writeGoat(
  folder: string,
  run: SampleRun = sampleRun,
  { trial = 0, withSummary = true } = {},
): Promise<string> {
  const path = join(folder, "20260214_103000");
  await mkdir(path, { recursive: true });
  const results = run.trials
    .filter((one) => one.trial === trial)
    .map((one) => ({
      id: one.task.id,
      prompt: one.task.prompt,
      model: run.model,
      skills_enabled: false,
      mcp_enabled: false,
      output: one.messages.at(-1)?.role === "assistant" ? one.messages.at(-1)!.content : "",
      exit_code: exitCodes[one.ending],
      stderr: one.error ?? "",
      elapsed_s: one.seconds,
    }));
  for (const one of results) {
    if (one.exit_code === -1) continue;
    await writeFile(join(path, `${one.id}-baseline.json`), JSON.stringify(one, null, 2));
  }
  const passed = results.filter(({ exit_code }) => exit_code === 0).length;
  const summary = {
    run_id: "20260214_103000",
    model: run.model,
    mode: "baseline",
    skills_dir: null,
    mcp_config: null,
    total_tasks: results.length,
    total_runs: results.length,
    passed,
    failed: results.length - passed,
    total_elapsed_s: 60.5,
    results,
  };
  if (withSummary) await writeFile(join(path, "summary.json"), JSON.stringify(summary, null, 2));
  return path;
}
