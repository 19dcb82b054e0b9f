import type { ServerPlan } from "../../server-plan.ts";
import { serverUrl } from "../server-url.ts";
import type { JobStatus } from "./job-status.ts";

/** Stands for an address that is not known before the job runs; RFC 2606 keeps it from ever being one. */
const unknownAddress = "not-known-yet.invalid";

/** The base URL of a server on a node; of none yet, where `status` is null. */
export function jobBaseUrl(plan: ServerPlan, status: JobStatus | null): string {
  if (status === null) return serverUrl(plan, unknownAddress);
  const { address, port } = status;
  return serverUrl(plan, `${address.includes(":") ? `[${address}]` : address}:${port}`);
}
