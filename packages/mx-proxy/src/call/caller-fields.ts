import type { TrialKey } from "@mx/keys";
import type { Request } from "@mx/records";

type CallerFields = Pick<Request, "run_id" | "key" | "attempt" | "task_id" | "trial">;

/** Whose call it was, as records of calls say it; a trial of null: it came with the admin key. */
export function callerFields(trial: TrialKey | null): CallerFields {
  return {
    run_id: trial?.run_id ?? null,
    key: trial?.key ?? null,
    attempt: trial?.attempt ?? null,
    task_id: trial?.task_id ?? null,
    trial: trial?.trial ?? null,
  };
}
