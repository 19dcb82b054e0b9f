import type { Endpoint } from "@mx/records";
import type { ServerPlan } from "../server-plan.ts";
import type { PlaceContext } from "./place.ts";

/** What a place says of a server of its own. */
export interface StartingServer {
  baseUrl: string;
  /** How the place finds it again; the key's file and the probe are put to it. */
  handle: Record<string, unknown>;
  /** Ids of models that it is known to serve; absent: none yet. */
  models?: string[];
}

/** The endpoint of a server that has not been probed, named after its folder. */
export function startingEndpoint(
  { record, probe }: ServerPlan,
  { folder, key }: Pick<PlaceContext, "folder" | "key">,
  { baseUrl, handle, models = [] }: StartingServer,
): Endpoint {
  return {
    type: "endpoint",
    version: 1,
    name: folder.name,
    base_url: baseUrl,
    models,
    engine: record.engine,
    where: record.where,
    state: "starting",
    handle: { ...handle, ...(key ? { key_file: key.file } : {}), probe },
    ...(key ? { api_key_env: key.variable } : {}),
  };
}
