import type { Endpoint } from "@mx/records";
import { openPlace } from "../places/open-place.ts";
import type { Place } from "../places/place.ts";
import type { ServerFolder } from "./server-folder.ts";

const places: readonly string[] = ["local", "modal", "slurm"] satisfies Place["name"][];

/** The place of an endpoint that mx-serve brought up; null where it was not mx-serve. */
export async function placeOf({ where }: Endpoint): Promise<Place | null> {
  return places.includes(where) ? openPlace(where as Place["name"]) : null;
}

/**
 * The endpoint of a server with the state that it has now: its place is asked, and one that should answer is probed.
 * null where it never had one.
 */
export async function presentEndpoint(
  folder: ServerFolder,
  env: NodeJS.ProcessEnv,
): Promise<Endpoint | null> {
  const endpoint = await folder.readEndpoint();
  if (endpoint === null || endpoint.state === "stopped") return endpoint;
  const place = await placeOf(endpoint);
  return place === null ? endpoint : { ...endpoint, state: await place.state(endpoint, { env }) };
}
