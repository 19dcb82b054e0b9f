import { Trajectory } from "./trajectory.ts";

/** What is wrong with a trajectory by the rules of ATIF v1.7: its fields, and what they must have to do with each other. */
export function trajectoryFaults(document: unknown): string[] {
  const parsed = Trajectory.safeParse(document);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  }
  const { steps, final_metrics } = parsed.data;
  const faults: string[] = [];
  const agentOnly = ["model_name", "reasoning_content", "tool_calls", "metrics"] as const;
  for (const [index, step] of steps.entries()) {
    const at = `steps.${index}`;
    if (step.step_id !== index + 1) faults.push(`${at}.step_id: not ${index + 1}`);
    for (const field of agentOnly) {
      if (step.source !== "agent" && step[field] !== undefined)
        faults.push(`${at}.${field}: only for agents`);
    }
    const ids = (step.tool_calls ?? []).map(({ tool_call_id }) => tool_call_id);
    if (new Set(ids).size !== ids.length) faults.push(`${at}.tool_calls: an id occurs twice`);
    for (const { source_call_id } of step.observation?.results ?? []) {
      if (source_call_id !== undefined && !ids.includes(source_call_id)) {
        faults.push(`${at}.observation: ${source_call_id} is no call of this step`);
      }
    }
    if (step.llm_call_count === 0 && (step.metrics ?? step.reasoning_content) !== undefined) {
      faults.push(`${at}: metrics without a call of the model`);
    }
  }
  if (final_metrics === undefined) return faults;
  if (final_metrics.total_steps !== steps.length)
    faults.push("final_metrics.total_steps: not the number of steps");
  const sums = {
    total_prompt_tokens: "prompt_tokens",
    total_completion_tokens: "completion_tokens",
  } as const;
  for (const [total, part] of Object.entries(sums) as [
    keyof typeof sums,
    "prompt_tokens" | "completion_tokens",
  ][]) {
    const sum = steps.reduce((all, { metrics }) => all + (metrics?.[part] ?? 0), 0);
    const given = final_metrics[total];
    if (given !== undefined && given !== sum) faults.push(`final_metrics.${total}: not ${sum}`);
  }
  return faults;
}
