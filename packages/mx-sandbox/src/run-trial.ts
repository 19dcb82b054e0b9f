import type { Semaphore } from "@mx/cli";
import { isResult, type Fault, type Trial } from "@mx/records";
import type { Journal } from "@mx/store";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptContext } from "./attempt-context.ts";
import type { PlannedTrial } from "./plan.ts";
import { runAttempt } from "./run-attempt.ts";

/** The same failure so many times in a row is final, however many retries are left. */
const sameFaultLimit = 3;
const longestDelayMs = 60_000;

/** Seconds to wait before further attempt n (from 0): fourfold each time, capped, with full jitter. */
function retryDelayMs(n: number, firstSeconds: number): number {
  return Math.random() * Math.min(longestDelayMs, firstSeconds * 1000 * 4 ** n);
}

/**
 * One trial: attempts until one is a result, or none is left. Only failures of the infrastructure are tried
 * again. Every attempt is on disk before its sandbox is let go, and before it is returned; for that, and for the
 * wait before a further attempt, it does not take a place among the running.
 */
export async function runTrial(
  planned: PlannedTrial,
  context: AttemptContext,
  journal: Journal,
  running: Semaphore,
  stop: AbortSignal,
): Promise<Trial[]> {
  const attempts: Trial[] = [];
  const queuedAt = performance.now();
  let same = 0;
  let last: Fault | undefined;
  for (let retry = 0; ; retry += 1) {
    const number = planned.attemptsBefore + retry;
    // A signal may have come while it stood in line.
    const attempt = await running.run(async () =>
      stop.aborted ? null : runAttempt(planned, number, queuedAt, context),
    );
    if (attempt === null) return attempts;
    const { record, release } = attempt;
    try {
      await journal.append(record);
      await context.copy?.trial(record);
    } finally {
      await release();
    }
    attempts.push(record);
    const { fault } = record;
    if (isResult(record.outcome) || fault?.retryable !== true) return attempts;
    same = fault.class === last?.class && fault.message === last.message ? same + 1 : 1;
    last = fault;
    if (same >= sameFaultLimit || retry >= context.flags.retries || stop.aborted) return attempts;
    await sleep(retryDelayMs(retry, context.flags.retryDelay), undefined, { signal: stop }).catch(
      () => {},
    );
    if (stop.aborted) return attempts;
  }
}
