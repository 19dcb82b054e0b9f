import { addUsage, noUsage, type Usage } from "@mx/records";
import { countOf, listOf, numberOf, objectOf, type JsonObject } from "../json-value.ts";
import type { AtifFile } from "./read-atif.ts";

/** Tokens and price of a trial. */
export interface TrialUsage {
  usage: Usage;
  costUsd: number | null;
}

/**
 * What the agent reported (models/agent/context.py), of a task of several steps their sum; where it reported nothing,
 * the totals of its trajectory.
 */
export function trialUsage(result: JsonObject, atif: AtifFile | null): TrialUsage {
  const calls = atif?.calls ?? 0;
  const steps = listOf(result["step_results"]).map((step) => objectOf(step)?.["agent_result"]);
  const reports = [result["agent_result"], ...steps].flatMap((report): TrialUsage[] => {
    const found = reported(objectOf(report) ?? {});
    return isKnown(found) ? [found] : [];
  });
  if (reports.length === 0) reports.push(totalsOf(atif?.finalMetrics ?? {}));
  const usage = reports.map((report) => report.usage).reduce(addUsage, noUsage);
  const costs = reports.map(({ costUsd }) => costUsd);
  const costUsd = costs.reduce(
    (sum, cost) => (sum === null || cost === null ? null : sum + cost),
    0,
  );
  return { usage: { ...usage, calls }, costUsd };
}

function reported(report: JsonObject): TrialUsage {
  return {
    usage: usageOf(report["n_input_tokens"], report["n_output_tokens"], report["n_cache_tokens"]),
    costUsd: numberOf(report["cost_usd"]),
  };
}

/** models/trajectories/final_metrics.py */
function totalsOf(metrics: JsonObject): TrialUsage {
  return {
    usage: usageOf(
      metrics["total_prompt_tokens"],
      metrics["total_completion_tokens"],
      metrics["total_cached_tokens"],
    ),
    costUsd: numberOf(metrics["total_cost_usd"]),
  };
}

function usageOf(input: unknown, output: unknown, cached: unknown): Usage {
  return {
    input_tokens: countOf(input),
    output_tokens: countOf(output),
    cached_input_tokens: countOf(cached),
    reasoning_tokens: null,
    calls: 1,
  };
}

function isKnown({ usage, costUsd }: TrialUsage): boolean {
  return usage.input_tokens !== null || usage.output_tokens !== null || costUsd !== null;
}
