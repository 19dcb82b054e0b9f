import type { ServerPlan } from "../../server-plan.ts";
import type { JobStatus } from "./job-status.ts";

/** Stands for an address that is not known before the job runs; RFC 2606 keeps it from ever being one. */
const unknownAddress = "not-known-yet.invalid";

/** The base URL of a server on a node; of none yet, where `status` is null. */
export function jobBaseUrl(
  { probe, apiPath, record }: ServerPlan,
  status: JobStatus | null,
): string {
  const address = status?.address ?? unknownAddress;
  const host = address.includes(":") ? `[${address}]` : address;
  const port = status === null ? "" : `:${status.port}`;
  if (probe.kind === "postgres") {
    const user = record.env["POSTGRES_USER"] ?? "postgres";
    return `postgresql://${user}@${host}${port}/${record.env["POSTGRES_DB"] ?? user}`;
  }
  return `http://${host}${port}${apiPath ?? (probe.kind === "models" ? "/v1" : "")}`;
}
