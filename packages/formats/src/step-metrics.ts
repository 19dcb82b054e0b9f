import type { Trajectory, TrajectoryStep } from "@mx/records";
import { countOf, objectOf, type JsonObject } from "./json-value.ts";

type Metrics = NonNullable<TrajectoryStep["metrics"]>;

/** The `usage` of one assistant message, OpenAI's names; undefined where it has none. */
export function stepMetrics(message: JsonObject): Metrics | undefined {
  const usage = objectOf(message["usage"]);
  if (usage === null) return undefined;
  const cached = objectOf(usage["prompt_tokens_details"])?.["cached_tokens"];
  const metrics = {
    prompt_tokens: countOf(usage["prompt_tokens"]) ?? undefined,
    completion_tokens: countOf(usage["completion_tokens"]) ?? undefined,
    cached_tokens: countOf(cached) ?? undefined,
  };
  const known = Object.entries(metrics).filter(([, count]) => count !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as Metrics);
}

/** Sums over the agent's steps; a count that one of them leaves out is left out of the sums. */
export function totalMetrics(
  steps: readonly TrajectoryStep[],
): Omit<NonNullable<Trajectory["final_metrics"]>, "total_steps"> {
  const agent = steps.filter(({ source }) => source === "agent");
  const total = (name: "prompt_tokens" | "completion_tokens" | "cached_tokens") => {
    let sum = 0;
    for (const { metrics } of agent) {
      const count = metrics?.[name];
      if (count === undefined) return undefined;
      sum += count;
    }
    return agent.length === 0 ? undefined : sum;
  };
  const [prompt, completion, cached] = [
    total("prompt_tokens"),
    total("completion_tokens"),
    total("cached_tokens"),
  ];
  return {
    ...(prompt !== undefined && { total_prompt_tokens: prompt }),
    ...(completion !== undefined && { total_completion_tokens: completion }),
    ...(cached !== undefined && { total_cached_tokens: cached }),
  };
}
