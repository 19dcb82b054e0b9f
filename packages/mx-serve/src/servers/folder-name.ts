import type { Server } from "@mx/records";
import { hostname } from "node:os";
import { localHandle } from "../places/local/local-handle.ts";
import { serverFolder } from "./server-folder.ts";

/**
 * The name of a server's folder, which is the server's name, but for two cases of servers on a machine whose home several
 * machines share. A server inside a job of Slurm ends with the job and uses its cards, so that each job has one of its
 * own. And where another machine has a server of this name up, this one is named after its machine.
 */
export async function folderName(env: NodeJS.ProcessEnv, server: Server): Promise<string> {
  const { name, where } = server;
  if (where !== "local") return name;
  const job = env["SLURM_JOB_ID"];
  if (job) return `${name}.job-${job}-${hostname()}`;
  const endpoint = await serverFolder(env, name).readEndpoint();
  const host = endpoint === null ? null : (localHandle(endpoint)?.host ?? null);
  const isElsewhere = host !== null && host !== hostname();
  const isUp = endpoint?.state === "ready" || endpoint?.state === "starting";
  return isElsewhere && isUp ? `${name}.${hostname()}` : name;
}
