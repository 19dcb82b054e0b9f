import type { Trial } from "@mx/records";
import { copiedFromTask } from "./copied-from-task.ts";
import type { PlannedTrial } from "./plan.ts";
import { splitChecks } from "./split-checks.ts";

/** What the record of an attempt says of its trial, whatever came of it. */
export function attemptBase(
  planned: PlannedTrial,
  attempt: number,
  runId: string,
): Pick<
  Trial,
  "type" | "version" | "key" | "run_id" | "task_id" | "variant" | "model" | "trial" | "attempt"
> &
  Partial<Trial> {
  const { graders } = splitChecks(planned.task.checks ?? []);
  return {
    type: "trial",
    version: 1,
    key: planned.key,
    run_id: runId,
    task_id: planned.task.id,
    task_digest: planned.digest,
    ...copiedFromTask(planned.task),
    variant: planned.arm.variant,
    model: planned.model,
    trial: planned.trial,
    attempt,
    ...(graders.length === 0 ? {} : { graders }),
  };
}
