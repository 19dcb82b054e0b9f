import { join } from "node:path";

/** The folder of a run; for ids that isRunId accepts. */
export function runFolder(home: string, runId: string): string {
  return join(home, "runs", runId);
}
