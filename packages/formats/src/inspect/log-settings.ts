import { listOf, type JsonObject } from "../json-value.ts";
import type { LogHeader } from "./log-header.ts";
import { objectOrEmpty } from "../slice-document.ts";

/** Settings of calls that change how a reply is fetched and not what it says: model/_generate_config.py. */
const ofTransport = new Set([
  "max_retries",
  "timeout",
  "attempt_timeout",
  "max_connections",
  "adaptive_connections",
  "cache_prompt",
  "cache",
  "batch",
  "extra_headers",
]);

const limits = [
  "message_limit",
  "token_limit",
  "token_limit_type",
  "turn_limit",
  "time_limit",
  "working_limit",
  "cost_limit",
];

/** What was asked of the samples beside what stands in them: part of each trial's key. */
export function logSettings({ spec, plan, generate }: LogHeader): JsonObject {
  const config = objectOrEmpty(spec["config"]);
  const steps = listOf(plan["steps"]).map(objectOrEmpty);
  return {
    task: spec["task"],
    task_version: spec["task_version"],
    task_args: spec["task_args"],
    solver: steps.map(({ solver, params }) => ({ solver, params })),
    generate: Object.fromEntries(
      Object.entries(generate).filter(([name]) => !ofTransport.has(name)),
    ),
    model_args: spec["model_args"],
    model_roles: spec["model_roles"],
    limits: Object.fromEntries(limits.map((name) => [name, config[name] ?? null])),
  };
}
