import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleRun, type SampleMessage, type SampleRun, type SampleTrial } from "./sample-run.ts";

/** The run as a job folder of Harbor: one agent, as many attempts per task as the run has trials. */
export async function writeHarbor(folder: string, run: SampleRun = sampleRun): Promise<string> {
  const path = join(folder, "2026-02-14__10-30-00");
  await writeFiles(path, harborFiles(run));
  return path;
}

/** Writes files into a folder, by their paths in it. Text goes as it is, the rest as JSON. */
export async function writeFiles(folder: string, files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content, null, 4));
  }
}

/** The files of the job by their paths. */
export function harborFiles(run: SampleRun): Record<string, unknown> {
  const agent = agentConfig(run);
  const files: Record<string, unknown> = {
    "config.json": {
      job_name: "2026-02-14__10-30-00",
      jobs_dir: "jobs",
      n_attempts: run.trialsPerTask,
      agents: [agent],
      datasets: [{ path: "tasks" }],
      tasks: [],
    },
    "lock.json": {
      schema_version: 3,
      created_at: run.startedAt,
      harbor: { version: "0.25.0" },
      n_concurrent_trials: 4,
      trials: run.trials.map(({ task }) => ({ schema_version: 2, task: taskLock(task.id), agent })),
    },
    "result.json": {
      id: "0b5a3a6e-6f0c-4a52-9a38-8b6a5c1d2e3f",
      started_at: run.startedAt.replace("Z", ""),
      n_total_trials: run.trials.length,
      stats: { n_completed_trials: run.trials.length, evals: {} },
    },
    "job.log": "text",
  };
  for (const trial of run.trials) {
    const name = trialName(trial);
    for (const [file, content] of Object.entries(trialFiles(trial, run))) {
      files[`${name}/${file}`] = content;
    }
  }
  return files;
}

/** Harbor makes up the last part of the name; here it sorts by the trial's number. */
export function trialName({ task, trial }: SampleTrial): string {
  return `${task.id}__aB3dE${trial}x`;
}

/** The files of a trial's folder. */
export function trialFiles(trial: SampleTrial, run: SampleRun): Record<string, unknown> {
  const config = {
    task: { path: `tasks/${trial.task.id}`, source: "tasks" },
    trial_name: trialName(trial),
    agent: agentConfig(run),
    job_id: "0b5a3a6e-6f0c-4a52-9a38-8b6a5c1d2e3f",
  };
  const broke = trial.ending === "infra_error";
  const started = trial.startedAt;
  const ended = new Date(Date.parse(started) + trial.seconds * 1000).toISOString();
  const files: Record<string, unknown> = {
    "config.json": config,
    "lock.json": { schema_version: 2, task: taskLock(trial.task.id) },
    "result.json": {
      id: "6d1f3c2a-0000-4000-8000-000000000000",
      task_name: trial.task.id,
      trial_name: trialName(trial),
      trial_uri: "file:///jobs",
      task_id: { path: `tasks/${trial.task.id}` },
      source: "tasks",
      task_checksum: "ab".repeat(32),
      config,
      agent_info: { name: "terminus-2", version: "2.0.0", model_info: null },
      agent_result: broke
        ? null
        : {
            n_input_tokens: trial.inputTokens,
            n_cache_tokens: 10,
            n_output_tokens: trial.outputTokens,
            cost_usd: trial.costUsd,
            rollout_details: [{ completion_token_ids: [[1, 2, 3]] }],
          },
      verifier_result: broke ? null : { rewards: { reward: trial.reward } },
      exception_info: exceptionOf(trial),
      started_at: started,
      finished_at: ended,
      environment_setup: { started_at: started, finished_at: started },
      agent_setup: { started_at: started, finished_at: started },
      agent_execution: { started_at: started, finished_at: ended },
      verifier: { started_at: ended, finished_at: ended },
    },
    "trial.log": "text",
  };
  if (broke) return files;
  return {
    ...files,
    "agent/trajectory.json": trajectory(trial, run),
    "verifier/reward.txt": String(trial.reward),
    "verifier/test-stdout.txt": "text",
    "verifier/ctrf.json": {
      results: { tool: { name: "pytest" }, summary: { tests: 2, passed: 1, failed: 1 }, tests: [] },
    },
  };
}

function agentConfig(run: SampleRun) {
  return {
    name: "terminus-2",
    import_path: null,
    model_name: run.model,
    kwargs: { temperature: run.temperature },
    env: {},
    skills: [],
  };
}

function taskLock(id: string) {
  const digest = id.charCodeAt(0).toString(16).repeat(32);
  return { name: id, type: "local", digest: `sha256:${digest}`, path: `tasks/${id}` };
}

/** Harbor knows no step cap of its own: an agent that comes to one ends. */
function exceptionOf({ ending, error, startedAt }: SampleTrial) {
  if (ending === "completed" || ending === "max_turns") return null;
  const timeout = ending === "timeout";
  return {
    exception_type: timeout ? "AgentTimeoutError" : "APIError",
    exception_message: timeout ? "Agent execution timed out after 60 seconds" : error,
    exception_traceback: "",
    occurred_at: startedAt,
  };
}

/** ATIF v1.7 with a step per message, what a tool gave in the step that called it. */
function trajectory({ messages }: SampleTrial, run: SampleRun) {
  const spoken = messages.filter(({ role }) => role !== "tool");
  return {
    schema_version: "ATIF-v1.7",
    session_id: "session",
    agent: { name: "terminus-2", version: "2.0.0", model_name: run.model },
    steps: spoken.map((message, index) => step(message, index, messages)),
    final_metrics: { total_steps: spoken.length },
  };
}

function step(message: SampleMessage, index: number, messages: SampleMessage[]) {
  const calls = message.tool_calls ?? [];
  const results = messages.filter(({ tool_call_id }) =>
    calls.some(({ id }) => id === tool_call_id),
  );
  return {
    step_id: index + 1,
    source: message.role === "assistant" ? "agent" : message.role,
    message: message.content,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, function: { name, arguments: args } }) => ({
        tool_call_id: id,
        function_name: name,
        arguments: JSON.parse(args) as unknown,
      })),
      observation: {
        results: results.map(({ tool_call_id, content }) => ({
          source_call_id: tool_call_id,
          content,
        })),
      },
    }),
  };
}
