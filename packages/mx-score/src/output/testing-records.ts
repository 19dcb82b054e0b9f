import type { Attribution, Comparison, Finding, Plan } from "@mx/records";
import type { ShownSummary } from "./shown-summary.ts";

const level = 0.95;

/** A summary for tests: 50 tasks with 4 trials each, all scored. */
export function summary(changes: Partial<ShownSummary> = {}): ShownSummary {
  return {
    type: "summary",
    version: 1,
    run_ids: ["20260214-103000-k3f9"],
    group: { model: "gpt-4o", variant: "baseline" },
    tasks: 50,
    planned: 200,
    finished: 200,
    scored: 200,
    coverage: 1,
    min_coverage: 0.95,
    complete: true,
    pass_threshold: 1,
    mean_reward: 0.42,
    mean_reward_interval: { low: 0.3, high: 0.54, level, method: "t over tasks" },
    rerun_interval: { low: 0.37, high: 0.47, level, method: "normal within tasks" },
    clusters: null,
    mean_reward_bounds: { low: 0.42, high: 0.42 },
    pass_at_k: { "1": 0.42, "2": 0.57, "4": 0.7 },
    pass_hat_k: { "1": 0.42, "2": 0.273, "4": 0.2 },
    pass_at_k_interval: {},
    pass_hat_k_interval: { "4": { low: 0.1, high: 0.31 } },
    tasks_at_k: { "1": 50, "2": 50, "4": 50 },
    attempts: 200,
    outcomes: { completed: 200 },
    conflicts: 0,
    graders: [{ name: "checks", version: "1" }],
    scores: { checks: { mean: 0.42, scored: 200, missing: 0 } },
    grading_cost_usd: 0,
    usage: {
      input_tokens: 4_560_000,
      output_tokens: 123_456,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 2400,
    },
    cost_usd: 1234.5,
    latency_ms: { min: 900, p50: 12_300, p90: 65_000, p99: 90_000, max: 100_000 },
    ...changes,
  };
}

/** A summary of which nothing is known. */
export function unknownSummary(): ShownSummary {
  const nothing = { low: null, high: null, level, method: "none" };
  return summary({
    run_ids: [],
    group: { model: null, variant: "baseline" },
    tasks: 0,
    planned: 0,
    finished: 0,
    scored: 0,
    coverage: null,
    complete: false,
    mean_reward: null,
    mean_reward_interval: nothing,
    rerun_interval: nothing,
    mean_reward_bounds: { low: null, high: null },
    pass_at_k: { "1": null },
    pass_hat_k: { "1": null },
    pass_hat_k_interval: {},
    tasks_at_k: { "1": 0 },
    attempts: 0,
    outcomes: {},
    graders: [],
    scores: {},
    grading_cost_usd: null,
    usage: {
      input_tokens: null,
      output_tokens: null,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 0,
    },
    cost_usd: null,
    latency_ms: { min: null, p50: null, p90: null, p99: null, max: null },
  });
}

/** A summary in which 17 of 100 trials are not scored. */
export function partialSummary(): ShownSummary {
  return summary({
    group: { model: "qwen3-4b-instruct-2507", variant: "+skills" },
    tasks: 25,
    planned: 100,
    finished: 90,
    scored: 83,
    coverage: 0.83,
    complete: false,
    mean_reward: 0.61,
    mean_reward_interval: { low: 0.45, high: 0.77, level, method: "t over tasks" },
    mean_reward_bounds: { low: 0.506, high: 0.676 },
    pass_at_k: { "1": 0.61, "2": null, "4": null },
    pass_hat_k: { "1": 0.61, "2": null, "4": null },
    pass_hat_k_interval: {},
    tasks_at_k: { "1": 25, "2": 22, "4": 12 },
    attempts: 112,
    outcomes: { completed: 80, timeout: 3, infra_error: 29 },
    conflicts: 7,
    graders: [
      { name: "checks", version: "1" },
      { name: "judge", version: "2", digest: "0123456789abcdef" },
    ],
    scores: {
      checks: { mean: 0.7, scored: 90, missing: 0 },
      judge: { mean: 0.5, scored: 83, missing: 7 },
    },
    grading_cost_usd: 0.0123,
    cost_usd: null,
  });
}

/** A comparison for tests: two arms over 50 tasks, 42 of which have flipped. */
export function comparison(changes: Partial<Comparison> = {}): Comparison {
  return {
    type: "comparison",
    version: 1,
    a: { name: "baseline", tasks: 52, trials: 208, scored: 205, mean: 0.42 },
    b: { name: "+skills", tasks: 50, trials: 200, scored: 200, mean: 0.5 },
    pairs: 50,
    clusters: null,
    difference: 0.08,
    interval: { low: -0.01, high: 0.17, level, method: "paired t" },
    p_value: 0.0801,
    p_adjusted: 0.0801,
    comparisons: 1,
    method: "sign-flip permutation, 10000 draws",
    wins: 25,
    losses: 17,
    ties: 8,
    flips: Array.from({ length: 42 }, (_, n) =>
      n < 17
        ? { task_id: `task-${n}`, a: 1, b: n / 20 }
        : { task_id: `task-${n}`, a: 0.25, b: 0.75 },
    ),
    left_out: { only_in_a: ["extra-1", "extra-2"], not_scored: [] },
    smallest_visible: 0.13,
    pass_threshold: null,
    differences: [],
    forced: false,
    gate: null,
    ...changes,
  };
}

/** A finding for tests. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    type: "finding",
    version: 1,
    code: "missing_trials",
    severity: "warning",
    message: "17 of 100 planned trials have no result",
    group: { model: "gpt-4o", variant: "baseline" },
    count: 17,
    ...changes,
  };
}

/** A plan for tests. */
export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    type: "plan",
    version: 1,
    effect: 0.05,
    tasks: 1234,
    trials: 4,
    total_trials: 9872,
    power: 0.8,
    alpha: 0.05,
    omega: 0.3,
    sigma_a: 0.35,
    sigma_b: 0.35,
    source: "estimated from both arms",
    ...changes,
  };
}

/** An attribution for tests. */
export function attribution(changes: Partial<Attribution> = {}): Attribution {
  return {
    type: "attribution",
    version: 1,
    key: "0".repeat(64),
    run_id: "20260214-103000-k3f9",
    task_id: "airline-7",
    trial: 0,
    attempt: 0,
    variant: "baseline",
    model: "gpt-4o",
    author: "agent",
    fault_type: "called_wrong_tool",
    description: "The agent cancelled the flight that it had to change.",
    judge: { name: "attribute", version: "1" },
    cost_usd: 0.01,
    ...changes,
  };
}
