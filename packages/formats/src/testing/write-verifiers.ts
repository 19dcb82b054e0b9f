import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleRun, type SampleMessage, type SampleRun, type SampleTrial } from "./sample-run.ts";

/** The run as a folder of verifiers before v1: results.jsonl and metadata.json. */
export async function writeVerifiersLegacy(
  folder: string,
  run: SampleRun = sampleRun,
): Promise<string> {
  const path = join(folder, "verifiers-legacy");
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "results.jsonl"), lines(run.trials.map(legacyRow)));
  const metadata = {
    env_id: "sample",
    env_args: {},
    model: run.model,
    base_url: "http://localhost:8000/v1",
    num_examples: run.tasks.length,
    rollouts_per_example: run.trialsPerTask,
    sampling_args: { temperature: run.temperature },
    date: "2026-02-14T10:31:00",
    time: 60,
    avg_reward: 0.5,
    avg_metrics: { exact: 0.5 },
  };
  await writeFile(join(path, "metadata.json"), JSON.stringify(metadata));
  return path;
}

/** The run as a folder of verifiers v1: traces.jsonl and configs/eval.json. */
export async function writeVerifiersV1(
  folder: string,
  run: SampleRun = sampleRun,
): Promise<string> {
  const path = join(folder, "verifiers-v1");
  await mkdir(join(path, "configs"), { recursive: true });
  await writeFile(join(path, "traces.jsonl"), lines(run.trials.map((one) => episode(one, run))));
  const config = {
    env: { id: "", taskset: { id: "sample" } },
    run: { name: `${run.name}-v1` },
    model: run.model,
    client: { base_url: "http://localhost:8000/v1", api_key_var: "KEY" },
    sampling: { temperature: run.temperature, top_p: null, max_tokens: null },
    num_tasks: run.tasks.length,
    num_rollouts: run.trialsPerTask,
  };
  await writeFile(join(path, "configs", "eval.json"), JSON.stringify(config, null, 2));
  return path;
}

function lines(rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

const stops = {
  completed: "no_tools_called",
  max_turns: "max_turns_reached",
  timeout: "timeout_reached",
  infra_error: "has_error",
};

function legacyRow(trial: SampleTrial) {
  const answerAt = trial.messages.findIndex(({ role }) => role === "assistant");
  const start = Date.parse(trial.startedAt) / 1000;
  const broke = trial.error !== null;
  return {
    example_id: Number(trial.task.id),
    prompt: [
      { role: "system", content: "Answer the question." },
      { role: "user", content: trial.task.prompt },
    ],
    completion: broke ? null : trial.messages.slice(answerAt),
    answer: trial.task.answer,
    reward: trial.reward ?? 0,
    timing: {
      start_time: start,
      generation: { start, end: start + trial.seconds, duration: trial.seconds },
    },
    is_completed: true,
    is_truncated: false,
    stop_condition: stops[trial.ending],
    metrics: broke ? {} : { exact: trial.reward },
    token_usage: { input_tokens: trial.inputTokens, output_tokens: trial.outputTokens },
    ...(broke && {
      error: {
        error: "ModelError",
        message: trial.error,
        error_chain_repr: `ModelError('${trial.error}')`,
        error_chain_str: "ModelError",
      },
    }),
  };
}

function episode(trial: SampleTrial, run: SampleRun) {
  const broke = trial.error !== null;
  const data = { idx: Number(trial.task.id), prompt: trial.task.prompt };
  const task = { type: "SampleTask", data, key: `hash-${data.idx}`, hash: `hash-${data.idx}` };
  const start = Date.parse(trial.startedAt) / 1000;
  const error = { type: "ProviderError", message: trial.error, status_code: 502 };
  // An agent that has run out of time is an error of its own in v1, and is scored all the same here.
  const timeout = {
    type: "HarnessError",
    message: "agent timeout: rollout exceeded its 10s budget",
  };
  const errors = broke ? [error] : trial.ending === "timeout" ? [timeout] : [];
  const ok = errors.length === 0;
  const trace = {
    version: 1,
    id: `trace-${trial.trial}-${data.idx}`,
    task,
    agent: { config: {}, name: "agent", trainable: true },
    ...graph(trial, run.model),
    rewards: broke ? {} : { exact: { score: trial.reward, weight: 1 } },
    metrics: {},
    is_completed: true,
    ok,
    stop_condition: trial.ending === "max_turns" ? "max_turns" : ok ? "agent_completed" : "error",
    errors,
    timing: { start, agent: { start, end: start + trial.seconds, model: { duration: 1 } } },
  };
  const id = `episode-${trial.trial}-${data.idx}`;
  return { id, env: { id: "sample" }, task, ok, errors: [], traces: [trace] };
}

/** The conversation as a graph, with a branch before it that led nowhere. */
function graph(trial: SampleTrial, model: string) {
  const messages = trial.messages.map(v1Message);
  if (messages.length === 0) return { nodes: [], calls: [] };
  const dead = { parent: 0, message: { role: "assistant", content: "A dead end." }, sampled: true };
  const nodes: unknown[] = [{ parent: null, message: messages[0], sampled: false }, dead];
  const calls: unknown[] = [{ node: 1, model, finish_reason: "stop", usage: usage(0, 0) }];
  for (const [index, message] of messages.entries()) {
    if (index === 0) continue;
    const sampled = message.role === "assistant";
    nodes.push({ parent: index === 1 ? 0 : nodes.length - 1, message, sampled });
    if (!sampled) continue;
    const isFirst = calls.length === 1;
    const tokens = isFirst ? usage(trial.inputTokens, trial.outputTokens) : usage(0, 0);
    calls.push({ node: nodes.length - 1, model, finish_reason: "stop", usage: tokens });
  }
  return { nodes, calls };
}

function usage(prompt: number, completion: number) {
  return { prompt_tokens: prompt, completion_tokens: completion };
}

function v1Message({ tool_calls: calls, ...message }: SampleMessage) {
  return {
    ...message,
    ...(calls !== undefined && { tool_calls: calls.map(({ id, function: f }) => ({ id, ...f })) }),
  };
}
