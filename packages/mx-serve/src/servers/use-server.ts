import { ExitCode, MxError } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { setTimeout as sleep } from "node:timers/promises";
import type { Place, PlaceContext, RunningServer, ServerEnd } from "../places/place.ts";
import type { ServerPlan } from "../server-plan.ts";
import { claimData } from "./data-folder.ts";
import { lockServer } from "./lock-server.ts";
import { makeServerFolder, type ServerFolder } from "./server-folder.ts";
import { keyPath, keyVariable, serverKey, storedKey } from "./server-key.ts";
import { ServerUsers } from "./server-users.ts";
import { UsedServer } from "./used-server.ts";

/** How often a place that tells nothing by itself is asked whether a server is still there, in ms. */
const askMs = 10_000;
/** Pause between two looks at a server that others use and that does not answer, in ms. */
const usedMs = 1_000;

/**
 * A server of this plan: the one that is up, else a new one. Of several processes that want the same at once one brings
 * it up and the others wait for it. What fails leaves nothing running.
 */
export async function useServer(
  plan: ServerPlan,
  place: Place,
  context: PlaceContext,
): Promise<UsedServer> {
  const { folder } = context;
  await makeServerFolder(folder);
  await using _lock = await lockServer(folder, context);
  const users = new ServerUsers(folder);
  const known = await runningEndpoint(plan, place, users, context);
  if (known !== null) {
    const key = await storedKey(folder);
    const given =
      key === null ? null : { value: key, variable: keyOf(known, folder), file: keyPath(folder) };
    const server = await attach(place, known, plan, { ...context, key: given });
    const user = await users.join();
    return new UsedServer(server, { folder, user, joined: true, key });
  }
  await using data = plan.data === undefined ? null : await claimData(plan.data, context);
  await users.clear();
  await folder.writeServer(plan.record);
  const key = await serverKey(folder, plan, context.env);
  if (key !== null) await data?.keepKey(key.value);
  try {
    const server = await place.up(plan, { ...context, key });
    await folder.writeEndpoint(server.endpoint);
    const user = await users.join();
    return new UsedServer(server, { folder, user, joined: false, key: key?.value ?? null });
  } catch (error) {
    await markFailed(folder, place.name);
    throw error;
  }
}

const keyOf = ({ api_key_env: variable }: Endpoint, folder: ServerFolder) =>
  variable ?? keyVariable(folder.name);

/**
 * The server that is up; null where there is none. One that does not answer is waited for where others use it, and ended
 * where nobody does: whoever was bringing it up would hold the lock.
 */
async function runningEndpoint(
  plan: ServerPlan,
  place: Place,
  users: ServerUsers,
  context: PlaceContext,
): Promise<Endpoint | null> {
  const endpoint = await context.folder.readEndpoint();
  if (endpoint === null || endpoint.where !== place.name) return null;
  const isUsed = (await users.isDetached()) || (await users.list()).length > 0;
  const giveUp = performance.now() + plan.startupTimeoutMs;
  let state: Endpoint["state"];
  for (;;) {
    context.stop.throwIfAborted();
    state = await place.state(endpoint, context);
    if (state === "ready") return { ...endpoint, state };
    if (state !== "starting" || !isUsed) break;
    if (performance.now() >= giveUp) throw silentError(endpoint);
    await sleep(usedMs, undefined, { signal: context.stop }).catch(() => {});
  }
  // One that was stopped may still be about to end.
  if (endpoint.state !== "stopped" || state === "starting") await place.stop(endpoint, context);
  return null;
}

function silentError({ name, base_url }: Endpoint): MxError {
  return new MxError(`${name} is up and used by others, and does not answer at ${base_url}`, {
    code: "server_silent",
    exitCode: ExitCode.unavailable,
    hint: `\`mx-serve stop ${name}\` ends it for all who use it`,
  });
}

async function attach(
  place: Place,
  endpoint: Endpoint,
  plan: ServerPlan,
  context: PlaceContext,
): Promise<RunningServer> {
  if (place.attach !== undefined) return place.attach(endpoint, plan, context);
  const over = new AbortController();
  return {
    endpoint,
    ended: goneFrom(place, endpoint, context, over.signal),
    onMove() {},
    async stop() {
      over.abort();
      await place.stop(endpoint, context);
    },
    release() {
      over.abort();
      return Promise.resolve();
    },
  };
}

/** Resolves when the place says twice in a row that a server is not there any more. */
async function goneFrom(
  place: Place,
  endpoint: Endpoint,
  context: PlaceContext,
  over: AbortSignal,
): Promise<ServerEnd> {
  for (let gone = 0; ;) {
    try {
      await sleep(askMs, undefined, { signal: over });
    } catch {
      return new Promise(() => {});
    }
    // A place that cannot be asked just now says nothing about the server.
    const state = await place.state(endpoint, context).catch(() => "ready" as const);
    gone = state === "ready" || state === "starting" ? 0 : gone + 1;
    if (gone === 2) return { reason: `${endpoint.name} is not there any more`, tail: "" };
  }
}

async function markFailed(folder: ServerFolder, where: Place["name"]): Promise<void> {
  const endpoint = await folder.readEndpoint();
  if (endpoint !== null && endpoint.where === where && endpoint.state !== "stopped")
    await folder.writeEndpoint({ ...endpoint, state: "failed" });
}
