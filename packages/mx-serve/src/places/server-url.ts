import type { ServerPlan } from "../server-plan.ts";
import { databaseOf } from "./database-of.ts";

/** The base URL of a server that is reached directly; `address` is `HOST:PORT`, as it stands in a URL. */
export function serverUrl(plan: ServerPlan, address: string): string {
  const { probe, apiPath } = plan;
  if (probe.kind === "postgres") {
    const { user, database } = databaseOf(plan);
    return `postgresql://${user}@${address}/${database}`;
  }
  return `http://${address}${apiPath ?? (probe.kind === "models" ? "/v1" : "")}`;
}
