import type { Endpoint } from "@mx/records";
import type { Probe } from "../server-plan.ts";
import { storedKeyIn } from "../servers/server-key.ts";
import { probeServer } from "./probe-server.ts";

/** The state of a server that is there, by a probe with the key in its folder. */
export async function probedState(
  { base_url: baseUrl }: Endpoint,
  { probe, folder }: { probe: Probe; folder: string },
): Promise<Endpoint["state"]> {
  const { state } = await probeServer(probe, { baseUrl, key: await storedKeyIn(folder) });
  if (state === "waiting") return "starting";
  return state === "ready" ? "ready" : "failed";
}
