import { noUsage, type ScoredTrial } from "@mx/records";

/** A trial with nothing wrong, with what a test wants to be different. `n`: which one, for its key. */
export function scoredTrial(changes: Partial<ScoredTrial> = {}, n = 0): ScoredTrial {
  return {
    type: "trial",
    version: 1,
    key: n.toString(16).padStart(64, "0"),
    run_id: "r1",
    task_id: `t${n}`,
    variant: "baseline",
    model: "m",
    trial: 0,
    attempt: 0,
    outcome: "completed",
    output: "The answer is 42.",
    output_bytes: 17,
    finish_reason: "stop",
    usage: { ...noUsage, input_tokens: 900, output_tokens: 300, calls: 3 },
    cost_usd: null,
    turns: 3,
    started_at: "2026-02-14T10:30:00.000Z",
    time_ms: { queue: 5, sandbox: 200, agent: 20_000, model: 18_000, grade: 30 },
    backend: "local",
    sandbox_id: "s1",
    artifacts: {},
    scores: { checks: { value: 1, grader: { name: "checks", version: "1" } } },
    reward: 1,
    passed: true,
    ...changes,
  };
}
