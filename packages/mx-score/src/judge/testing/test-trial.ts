import { noUsage, sha256, type ScoredTrial } from "@mx/records";

/** A scored trial, failed where nothing else is said. */
export function testTrial(
  fields: Partial<ScoredTrial> & Record<string, unknown> = {},
): ScoredTrial {
  const task = fields.task_id ?? "t1";
  const trial = fields.trial ?? 0;
  return {
    type: "trial",
    version: 1,
    key: sha256(`${task} ${trial} ${fields.model ?? "m"} ${fields.variant ?? "baseline"}`),
    run_id: "20260101-000000-aaaa",
    task_id: task,
    variant: "baseline",
    model: "m",
    trial,
    attempt: 0,
    outcome: "completed",
    output: "the answer is 42",
    usage: noUsage,
    cost_usd: null,
    started_at: null,
    time_ms: { queue: null, sandbox: null, agent: null, model: null, grade: null },
    backend: "local",
    sandbox_id: null,
    artifacts: {},
    scores: {},
    reward: 0,
    passed: false,
    ...fields,
  };
}
