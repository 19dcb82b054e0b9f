import type { ExecResult } from "@mx/backends";
import { setTimeout as sleep } from "node:timers/promises";

/** 128 + SIGINT and 128 + SIGTERM. */
const signalled = new Set<number | null>([130, 143]);
/** A signal to a whole job may reach this process so much later than its agents. */
const lagMs = 200;

/**
 * True where an agent ended by a signal that this process got too: batch systems and terminals send theirs to all
 * processes of a job. Nobody knows what such an agent would have done; its exit status is no result.
 */
export async function endedWithUs(
  { ended, exitCode }: ExecResult,
  stop: AbortSignal,
): Promise<boolean> {
  if (ended !== "exited" || !signalled.has(exitCode)) return false;
  if (!stop.aborted) await sleep(lagMs, undefined, { signal: stop }).catch(() => {});
  return stop.aborted;
}
