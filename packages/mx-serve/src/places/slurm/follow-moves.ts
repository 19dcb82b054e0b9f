import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "@mx/records";
import type { ServerFolder } from "../../servers/server-folder.ts";
import { slurmHandle, type JobHandle } from "./slurm-handle.ts";
import type { ServerJob } from "./server-job.ts";
import type { SlurmServer } from "./slurm-server.ts";

const lookMs = 1_000;

/** Keeps up with a server that another process renews: it writes its record anew when another job has taken over. */
export async function followMoves(
  server: SlurmServer,
  folder: ServerFolder,
  jobOf: (handle: JobHandle) => ServerJob,
): Promise<void> {
  while (!server.left.aborted) {
    await sleep(lookMs, undefined, { signal: server.left }).catch(() => {});
    const endpoint: Endpoint | null = await folder.readEndpoint().catch(() => null);
    const handle = endpoint === null ? null : slurmHandle(endpoint);
    if (endpoint === null || handle === null || endpoint.state !== "ready") continue;
    if (handle.job_name !== server.job.handle.job_name) server.moveTo(endpoint, jobOf(handle));
  }
}
