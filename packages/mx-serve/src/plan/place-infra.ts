import type { Infra } from "../config/infra.ts";
import type { EngineParts } from "../engines/engine.ts";
import type { ServerPlan } from "../server-plan.ts";

/** What the places that are not this machine are told. Of a server that keeps state there is one at most. */
export function placeInfra(infra: Infra, parts: EngineParts): ServerPlan["infra"] {
  const most = parts.single ? 1 : infra.max_containers;
  return {
    ...(infra.cpu === null ? {} : { cpu: infra.cpu }),
    ...(infra.memory === null ? {} : { memory_mib: infra.memory }),
    timeout_s: infra.timeout,
    scaledown_window_s: infra.scaledown_window,
    max_concurrent_inputs: infra.max_concurrent_inputs,
    min_containers: infra.min_containers,
    ...(most === null ? {} : { max_containers: most }),
    volumes: { ...parts.volumes, ...infra.volumes },
    modal_secrets: infra.modal_secrets,
  };
}
