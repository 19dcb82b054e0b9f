import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleRun, type SampleMessage, type SampleRun, type SampleTrial } from "./sample-run.ts";

/** The run as one results file of tau2. */
export async function writeTau2(folder: string, run: SampleRun = sampleRun): Promise<string> {
  const path = join(folder, "tau2.json");
  await writeFile(path, JSON.stringify({ ...head(run), simulations: run.trials.map(simulation) }));
  return path;
}

/** The run as a folder of tau2: results.json and simulations/ID.json. */
export async function writeTau2Folder(folder: string, run: SampleRun = sampleRun): Promise<string> {
  const path = join(folder, "tau2");
  await mkdir(join(path, "simulations"), { recursive: true });
  const simulations = run.trials.map(simulation);
  const index = simulations.map(({ id, task_id, trial }) => ({ id, task_id, trial }));
  const results = { ...head(run), simulation_index: index };
  await writeFile(join(path, "results.json"), JSON.stringify(results, null, 2));
  for (const one of simulations) {
    await writeFile(join(path, "simulations", `${one.id}.json`), JSON.stringify(one));
  }
  return path;
}

function head(run: SampleRun) {
  return {
    // tau2 writes the time without its zone.
    timestamp: run.startedAt.replace("Z", ""),
    info: {
      git_commit: "0123456789abcdef0123456789abcdef01234567",
      num_trials: run.trialsPerTask,
      max_steps: 200,
      max_errors: 10,
      user_info: { implementation: "user_simulator", llm: "gpt-4.1", llm_args: {} },
      agent_info: {
        implementation: "llm_agent",
        llm: run.model,
        llm_args: { temperature: run.temperature },
      },
      environment_info: { domain_name: "mock", policy: "Be kind.", tool_defs: null },
      seed: 300,
    },
    tasks: run.tasks.map(({ id, prompt }) => ({
      id,
      description: null,
      user_scenario: { persona: null, instructions: prompt },
      evaluation_criteria: { actions: [], reward_basis: ["DB"] },
    })),
  };
}

const reasons = {
  completed: "user_stop",
  max_turns: "max_steps",
  timeout: "timeout",
  infra_error: "infrastructure_error",
};

function simulation(trial: SampleTrial) {
  return {
    id: `sim-${trial.trial}-${trial.task.id}`,
    task_id: trial.task.id,
    start_time: trial.startedAt.replace("Z", ""),
    end_time: trial.startedAt.replace("Z", ""),
    duration: trial.seconds,
    termination_reason: reasons[trial.ending],
    agent_cost: trial.costUsd,
    user_cost: 0.0005,
    reward_info: {
      reward: trial.reward ?? 0,
      reward_basis: ["DB"],
      reward_breakdown: trial.ending === "completed" ? { DB: trial.reward } : null,
      ...(trial.error !== null && { info: { note: trial.error } }),
    },
    messages: trial.messages.map((one, index) => message(one, trial, index)),
    trial: trial.trial,
    seed: trial.seed,
  };
}

/** tau2's calls are flat, their arguments an object. All tokens are put on the first reply. */
function message(given: SampleMessage, trial: SampleTrial, index: number) {
  const { tool_calls: calls, tool_call_id: id, ...rest } = given;
  const isFirst = trial.messages.findIndex(({ role }) => role === "assistant") === index;
  const tokens = { prompt_tokens: trial.inputTokens, completion_tokens: trial.outputTokens };
  const none = { prompt_tokens: 0, completion_tokens: 0 };
  return {
    ...rest,
    turn_idx: index,
    ...(id !== undefined && { id, requestor: "assistant", error: false }),
    ...(given.role === "assistant" && {
      tool_calls:
        calls?.map((call) => ({
          id: call.id,
          name: call.function.name,
          arguments: JSON.parse(call.function.arguments) as unknown,
          requestor: "assistant",
        })) ?? null,
      usage: isFirst ? tokens : none,
    }),
  };
}
