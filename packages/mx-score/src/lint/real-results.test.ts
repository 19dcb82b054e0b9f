import type { ScoredTrial } from "@mx/records";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LintTally } from "./lint-tally.ts";
import { scoredTrial } from "./testing/scored-trial.ts";
import { trajectoryOf, type ChatMessage } from "./testing/trajectory-of.ts";

interface Row {
  task_id: number;
  trial: number;
  reward: number;
  info: { reward_info: unknown };
  traj: ChatMessage[];
}

const file = new URL("../../../../../shared/data/tau-bench/gpt-4o-airline.json", import.meta.url);

/** The published results of gpt-4o on tau-bench, 50 tasks of 4 trials each. */
function publishedTrials(): [ScoredTrial, ReturnType<typeof trajectoryOf>][] {
  const rows = JSON.parse(readFileSync(file, "utf8")) as Row[];
  return rows.map(({ task_id, trial, reward, info, traj }, n) => [
    scoredTrial(
      {
        task_id: String(task_id),
        trial,
        reward,
        // The conversation that reached the cap was never judged.
        outcome: info.reward_info === null ? "max_turns" : "completed",
        output:
          traj.findLast(({ role, content }) => role === "assistant" && content !== null)?.content ??
          "",
        output_bytes: undefined as never,
        backend: "tau-bench",
      },
      n,
    ),
    trajectoryOf(traj),
  ]);
}

test.skipIf(!existsSync(file))(
  "the published results of gpt-4o are those of a sane agent (skipped where the data is absent)",
  () => {
    const tally = new LintTally();
    for (const [trial, trajectory] of publishedTrials()) tally.add(trial, trial.reward, trajectory);
    const found = Object.fromEntries(
      tally.findings().map(({ code, count, severity }) => [code, [count, severity]]),
    );
    expect(found).toEqual({ step_cap: [5, "info"], no_tool_calls: [18, "info"] });
  },
);
