import { oneLine } from "@mx/cli";
import type { Run } from "@mx/records";

/** When a run began, to the minute; "-" where nobody knows. */
export function startedCell(run: Run | null): string {
  return run?.started_at == null ? "-" : run.started_at.slice(0, 16).replace("T", " ");
}

/** The models of a run, a line each; "-" where nobody knows. */
export function modelsCell(run: Run | null): string {
  return run === null ? "-" : run.models.map((model) => oneLine(model ?? "-", 60)).join("\n");
}
