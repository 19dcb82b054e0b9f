import { noUsage, type Trial } from "@mx/records";
import { attemptBase } from "../attempt-base.ts";
import type { PlannedTrial } from "../plan.ts";

/** The attempt at a trial that no node could make, so that it is not lost in silence. It is no result and stays owed. */
export function lostTrial(planned: PlannedTrial, runId: string, why: string): Trial {
  return {
    ...attemptBase(planned, planned.attemptsBefore, runId),
    outcome: "infra_error",
    fault: { class: "slurm_job_lost", message: why, retryable: true },
    output: "",
    usage: noUsage,
    cost_usd: null,
    started_at: new Date().toISOString(),
    time_ms: { queue: null, sandbox: null, agent: null, model: null, grade: null },
    backend: "slurm",
    sandbox_id: null,
    artifacts: {},
  };
}
