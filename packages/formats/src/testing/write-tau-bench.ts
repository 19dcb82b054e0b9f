import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleRun, type SampleRun, type SampleTrial } from "./sample-run.ts";

/** The run as tau-bench writes it. It knows no timeouts; one is written as the step cap that it is closest to. */
export async function writeTauBench(folder: string, run: SampleRun = sampleRun): Promise<string> {
  const path = join(folder, "tool-calling-gpt-5-mini-0.5_range_0-4_user-gpt-4o-llm.json");
  await writeFile(path, JSON.stringify(tauBenchRows(run), null, 2));
  return path;
}

/** The same as lines without conversations. */
export async function writeTauBenchLines(
  folder: string,
  run: SampleRun = sampleRun,
): Promise<string> {
  const path = join(folder, "reduced.ndjson");
  const lines = run.trials.map((trial) =>
    JSON.stringify({
      task_id: Number(trial.task.id),
      trial: trial.trial,
      reward: trial.reward ?? 0,
      error: trial.error,
      finished: trial.ending === "completed",
      r_actions: trial.ending === "completed" ? trial.reward : null,
      r_outputs: null,
      messages: trial.messages.length,
    }),
  );
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

export function tauBenchRows(run: SampleRun): unknown[] {
  return run.trials.map((trial) => ({
    task_id: Number(trial.task.id),
    reward: trial.reward ?? 0,
    info:
      trial.error === null
        ? infoOf(trial)
        : { error: trial.error, traceback: `Traceback:\nlitellm.APIError: ${trial.error}\n` },
    traj: trial.messages,
    trial: trial.trial,
  }));
}

function infoOf(trial: SampleTrial): unknown {
  const { prompt, answer } = trial.task;
  const rewardInfo = {
    reward: trial.reward,
    info: { r_outputs: trial.reward, outputs: { [answer]: trial.reward === 1 } },
    actions: [],
  };
  return {
    task: { user_id: "u", actions: [], instruction: prompt, outputs: [answer] },
    source: "user",
    user_cost: 0.0005,
    reward_info: trial.ending === "completed" ? rewardInfo : null,
  };
}
