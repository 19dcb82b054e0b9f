import type { Sandbox } from "@mx/backends";
import type { PlannedTrial } from "./plan.ts";

/**
 * The environment of an agent: which trial it is in, and how it reaches its model. Nothing of the host's but
 * what the arm's MCP servers ask for.
 */
export function agentEnv(
  { task, trial, model, arm }: PlannedTrial,
  sandbox: Sandbox,
  trialKey: string | null,
): Record<string, string> {
  const env: Record<string, string> = {
    ...arm.equipment.mcp?.variables,
    MX_TASK_ID: task.id,
    MX_TRIAL: String(trial),
  };
  if (model !== null) env["EVAL_MODEL"] = model;
  if (trialKey !== null && sandbox.modelUrl !== null) {
    env["OPENAI_BASE_URL"] = sandbox.modelUrl;
    env["OPENAI_API_KEY"] = trialKey;
  }
  return env;
}
