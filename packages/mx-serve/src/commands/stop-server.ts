import { MxError, type RunContext } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import type { ServerFolder } from "../servers/server-folder.ts";
import { placeOf } from "../servers/server-state.ts";
import { ServerUsers } from "../servers/server-users.ts";

export interface Stopped {
  /** null: there was nothing to stop. */
  endpoint: Endpoint | null;
  /** False: it could not be stopped, and why is on stderr. */
  done: boolean;
}

/** Ends a server. `tell`: one that is not up is worth a word. */
export async function stopServer(
  folder: ServerFolder,
  { env, note }: Pick<RunContext, "env" | "note">,
  tell: boolean,
): Promise<Stopped> {
  const none = { endpoint: null, done: true };
  const endpoint = await folder.readEndpoint();
  const place = endpoint === null ? null : await placeOf(endpoint);
  if (endpoint === null || place === null || endpoint.state === "stopped") {
    if (tell) note(`${folder.name} is not up`);
    return none;
  }
  const stopped: Endpoint = { ...endpoint, state: "stopped" };
  // First, so that whoever uses it sees that it was meant to end.
  await folder.writeEndpoint(stopped);
  try {
    const was = await place.stop(endpoint, { env, note });
    const state = was ? "stopped" : await place.state(endpoint, { env });
    if (state !== "stopped" && state !== "failed") {
      await folder.writeEndpoint(endpoint);
      return { endpoint: null, done: false };
    }
    await new ServerUsers(folder).clear();
    if (!was && tell) note(`${folder.name} was not up any more`);
    return { endpoint: was || tell ? stopped : null, done: true };
  } catch (error) {
    await folder.writeEndpoint(endpoint);
    if (!(error instanceof MxError)) throw error;
    note(`${folder.name}: ${error.message}`);
    return { endpoint: null, done: false };
  }
}
