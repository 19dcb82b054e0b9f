import type { Task } from "@mx/records";
import { timeoutMs } from "./agent-command.ts";
import { verifierTimeoutMs } from "./checks/verifier.ts";
import type { Flags } from "./flags.ts";
import { setupTimeoutMs } from "./prepare-sandbox.ts";
import { defaultTimeoutMs } from "./run-checks.ts";

/** How long the commands of a trial may take together, in ms: what its sandbox has to live for. */
export function neededMs(task: Task, flags: Flags): number {
  const setup = task.setup === undefined ? 0 : setupTimeoutMs;
  const checks = (task.checks ?? []).map((check) => {
    if (check.kind === "verifier") return check.timeout_ms ?? verifierTimeoutMs;
    return check.kind === "exit_code" ? (check.timeout_ms ?? defaultTimeoutMs) : 0;
  });
  return [setup, timeoutMs({ task }, flags), ...checks].reduce((sum, ms) => sum + ms, 0);
}
