import { ExitCode, MxError } from "@mx/cli";
import { setTimeout as sleep } from "node:timers/promises";
import { probeServer } from "../../probe/probe-server.ts";
import type { ServerPlan } from "../../server-plan.ts";
import { jobBaseUrl } from "./job-base-url.ts";
import type { JobStatus } from "./job-status.ts";
import type { ServerJob } from "./server-job.ts";

const lookMs = 200;
/** So long a stranger may have the port, in ms: the job's script tries another where its server gives way. */
const strangerMs = 3_000;

function lost(name: string, { node, port }: JobStatus, why: string): MxError {
  return new MxError(`${name} does not have port ${port} of ${node}: ${why}`, {
    code: "port_lost",
    exitCode: ExitCode.unavailable,
    hint: "leave --port out for a free one",
  });
}

/** True where the node says that the port is held for this server, as far as it can see that. */
export function isOwned(status: JobStatus | null): boolean {
  return status?.owner === "ours" || status?.owner === "unknown";
}

/** Why a server is not asked yet, in a clause. */
export function whyNotOwned(status: JobStatus | null): string {
  if (status === null) return "its address is not known yet";
  return status.owner === "stranger"
    ? `another program has port ${status.port} of ${status.node}`
    : "nothing listens there yet";
}

/** Rejects with MxError 69 `port_lost` where a stranger keeps the server's port; resolves when `over` aborts. */
export async function watchForStranger(
  job: Pick<ServerJob, "status">,
  name: string,
  over: AbortSignal,
): Promise<void> {
  let port = 0;
  let since = 0;
  while (!over.aborted) {
    const { status } = job;
    if (status?.owner !== "stranger") port = 0;
    else if (port !== status.port) [port, since] = [status.port, performance.now()];
    else if (performance.now() - since > strangerMs)
      throw lost(name, status, "another program has it");
    await sleep(lookMs, undefined, { signal: over }).catch(() => {});
  }
}

/**
 * Where a node cannot see whose a port is, as with that of a container, another key than the server's must be refused.
 * Throws MxError 69 `port_lost` otherwise.
 */
export async function checkKey(
  status: JobStatus | null,
  name: string,
  plan: ServerPlan,
  key: string | null,
): Promise<void> {
  if (status?.owner !== "unknown" || key === null) return;
  const other = { baseUrl: jobBaseUrl(plan, status), key: `not-${key}` };
  const { state } = await probeServer(plan.probe, other);
  if (state === "ready") throw lost(name, status, "who answers there takes any key");
}
