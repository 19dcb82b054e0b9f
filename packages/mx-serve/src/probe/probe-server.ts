import type { Probe } from "../server-plan.ts";
import { probeHttp } from "./probe-http.ts";
import { probeModels } from "./probe-models.ts";
import { probePostgres } from "./probe-postgres.ts";
import type { ProbeResult, ProbeTarget } from "./probe-result.ts";

/** Asks a server once, in the way of its plan, whether it works and is the one that is wanted. Never throws. */
export function probeServer(probe: Probe, target: ProbeTarget): Promise<ProbeResult> {
  switch (probe.kind) {
    case "models":
      return probeModels(probe.model, target);
    case "http":
      return probeHttp(probe.path, target);
    case "postgres":
      return probePostgres(target);
  }
}
