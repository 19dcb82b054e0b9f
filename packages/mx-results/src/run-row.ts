import { MxError, oneLine } from "@mx/cli";
import type { Run, Summary } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import { figures } from "./figures.ts";
import { modelsCell, startedCell } from "./run-cells.ts";
import { storedSummaries } from "./stored-summaries.ts";

export const runRowHeader = [
  "run",
  "started (UTC)",
  "state",
  "model",
  "tasks",
  "trials",
  "scored",
  "mean reward",
  "tokens in / out",
  "cost",
];

/** A run as a row of `mx-results list`; a group of trials has a line of its own in it. */
export async function runRow(
  directory: RunDirectory,
  run: Run | null,
  note: (text: string) => void,
): Promise<string[]> {
  const summaries = await summariesOf(directory, note);
  const lines = (text: (summary: Summary) => string, without: string) =>
    summaries.length === 0 ? without : summaries.map(text).join("\n");
  return [
    directory.runId,
    startedCell(run),
    run === null ? "-" : await state(directory, run),
    lines(groupName, modelsCell(run)),
    lines((summary) => figures.count(summary.tasks), figures.count(run?.task_ids?.length)),
    figures.count(run?.trials),
    lines((summary) => figures.coverage(summary.scored, summary.planned), "-"),
    lines((summary) => figures.number(summary.mean_reward), "-"),
    lines(({ usage }) => figures.tokens(usage.input_tokens, usage.output_tokens), "-"),
    lines((summary) => figures.money(summary.cost_usd), "-"),
  ];
}

/**
 * The groups of the newest scoring. One by model and one by model and variant are about the same trials, so
 * only those that are by the same names as the last are shown together.
 */
async function summariesOf(
  directory: RunDirectory,
  note: (text: string) => void,
): Promise<Summary[]> {
  try {
    const { summaries, newest } = await storedSummaries(directory);
    const names = (summary: Summary) => Object.keys(summary.group).sort().join();
    return newest === null ? [] : summaries.filter((summary) => names(summary) === names(newest));
  } catch (error) {
    if (!(error instanceof MxError)) throw error;
    note(error.message);
    return [];
  }
}

/** A run that says it is running, and whose process is gone, was killed. */
async function state(directory: RunDirectory, run: Run): Promise<string> {
  if (run.state !== "running") return run.state;
  return (await directory.holder()) === "gone" ? "killed" : "running";
}

function groupName({ group }: Summary): string {
  const { model, variant, ...others } = group;
  const parts = [model ?? "-", ...Object.values(others).map((value) => value ?? "-")];
  if (variant !== undefined && variant !== null && variant !== "baseline") parts.push(variant);
  return oneLine(parts.join(" "), 60);
}
