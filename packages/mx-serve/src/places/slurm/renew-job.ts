import { MxError } from "@mx/cli";
import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "@mx/records";
import type { JobHandle } from "./slurm-handle.ts";
import type { SlurmServer } from "./slurm-server.ts";
import type { StartedJob } from "./start-job.ts";

/** How a server is kept up beyond the time limit of one job. */
export interface Renewal {
  server: SlurmServer;
  /** So long before its end a job is replaced, in ms. */
  renewMs: number;
  /** So long a job that was replaced goes on, in ms. */
  drainMs: number;
  note: (text: string) => void;
  /** Starts the job that takes over. */
  start: (keep: (handle: JobHandle) => Promise<void>, stop: AbortSignal) => Promise<StartedJob>;
  /** The record of the server with another job, and with the one that is to take over, if any. */
  record: (job: StartedJob) => Endpoint;
  keepSuccessor: (successor: JobHandle | null) => Promise<void>;
}

const lookMs = 1_000;
/** Pause before another successor is tried where one failed, in ms. */
const againMs = 30_000;

/**
 * Replaces the job of a server before its time limit ends it, again and again: a successor is started while it serves,
 * the record changes when that one has answered, and the old job ends when the calls under way have had their time.
 */
export async function renewJobs(renewal: Renewal): Promise<void> {
  const { server, drainMs, note } = renewal;
  const { left } = server;
  while (await isDue(renewal)) {
    const old = server.job;
    try {
      const name = server.endpoint.name;
      note(`${name}: job ${old.handle.job} ends soon; starting its successor`);
      const next = await renewal.start(renewal.keepSuccessor, left);
      if (left.aborted) return void (await next.job.cancel());
      const endOld = server.drain(old);
      server.moveTo(renewal.record(next), next.job);
      note(`${name} is now job ${next.job.handle.job}, at ${server.endpoint.base_url}`);
      void sleep(drainMs, undefined, { signal: left })
        .then(endOld)
        .catch(() => {});
    } catch (error) {
      if (left.aborted) return;
      if (!(error instanceof MxError)) throw error;
      note(`${server.endpoint.name}: its successor failed: ${error.message}`);
      await renewal.keepSuccessor(null);
      await sleep(againMs, undefined, { signal: left }).catch(() => {});
    }
  }
}

/** Resolves with true when the job is to be replaced, with false when nobody uses the server any more. */
async function isDue({ server, renewMs }: Renewal): Promise<boolean> {
  const { left } = server;
  const leftAtFirst = timeLeft(server);
  for (;;) {
    const rest = timeLeft(server);
    // A job that is shorter than that is replaced half way, and not at once, over and over.
    const due = leftAtFirst !== null && leftAtFirst <= renewMs ? leftAtFirst / 2 : renewMs;
    if (rest !== null && rest <= due) return !left.aborted;
    await sleep(lookMs, undefined, { signal: left }).catch(() => {});
    if (left.aborted) return false;
  }
}

/** Ms until its time limit; null: it has none. */
function timeLeft({ job }: SlurmServer): number | null {
  const end = job.latest?.endsAt ?? null;
  return end === null ? null : end.getTime() - Date.now();
}
