import { mapConcurrent, MxError, type RunContext } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import type { ServerFolder } from "../servers/server-folder.ts";
import { presentEndpoint } from "../servers/server-state.ts";

const atOnce = 16;

/** Endpoints with the states that they have now, by name. One that cannot be asked is left out, and said so. */
export async function presentEndpoints(
  folders: readonly ServerFolder[],
  { env, note }: Pick<RunContext, "env" | "note">,
): Promise<Endpoint[]> {
  const found: Endpoint[] = [];
  const asked = mapConcurrent(folders, atOnce, async (folder) => {
    try {
      return await presentEndpoint(folder, env);
    } catch (error) {
      if (!(error instanceof MxError)) throw error;
      note(`${folder.name}: ${error.message}`);
      return null;
    }
  });
  for await (const endpoint of asked) if (endpoint !== null) found.push(endpoint);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
