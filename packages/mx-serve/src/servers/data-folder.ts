import { ExitCode, MxError } from "@mx/cli";
import { errorCode } from "@mx/store/error-code";
import { storageError } from "@mx/store/storage-error";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PlaceContext } from "../places/place.ts";
import { dataFolder } from "./data-path.ts";
import { lockServer } from "./lock-server.ts";
import { putText } from "./put-text.ts";
import { keyPath, storedKeyIn } from "./server-key.ts";
import { serverFolder, type ServerFolder } from "./server-folder.ts";
import { placeOf } from "./server-state.ts";

/** Data that one server has for itself. Until it is disposed of, nobody else can ask for them. */
export interface ClaimedData extends AsyncDisposable {
  /** Keeps the key of the server with the data, so that their next server asks for the same. */
  keepKey(key: string): Promise<void>;
}

/**
 * Takes data for a server that is about to start, with the key that goes with them. They stay its own as long as it is up.
 * Throws MxError 69 `data_in_use` where another server is up with them.
 */
export async function claimData(name: string, context: PlaceContext): Promise<ClaimedData> {
  const { env, folder } = context;
  const path = dataFolder(env, name);
  try {
    // Others cannot list it, and a database that runs as a user of its own passes through.
    await mkdir(path, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw storageError(path, error);
  }
  const lock = await lockServer({ path, name: `the server of the data ${name}` }, context);
  try {
    const owner = await textOf(join(path, "server"));
    if (owner !== null && owner !== folder.name)
      await checkDown(name, serverFolder(env, owner), context);
    const key = await storedKeyIn(path);
    if (key !== null) await putText(keyPath(folder), key);
    await putText(join(path, "server"), folder.name);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
  return {
    keepKey: (key) => putText(join(path, "key"), key),
    [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
  };
}

/** Two servers that write to the same data destroy them. */
async function checkDown(name: string, owner: ServerFolder, context: PlaceContext): Promise<void> {
  const endpoint = await owner.readEndpoint();
  if (endpoint === null) return;
  const place = await placeOf(endpoint);
  if (place === null) return;
  const state = await place.state(endpoint, context);
  if (state === "ready" || state === "starting") {
    throw new MxError(
      `${context.folder.name} cannot have the data ${name}: ${owner.name} is up with them`,
      {
        code: "data_in_use",
        exitCode: ExitCode.unavailable,
        hint: `\`mx-serve stop ${owner.name}\` first, or start it as that one was started, or name other data: --postgres.name=NAME`,
      },
    );
  }
  // What is left of one that does not answer any more could still write.
  if (endpoint.state !== "stopped") await place.stop(endpoint, context);
}

async function textOf(path: string): Promise<string | null> {
  try {
    return (await readFile(path, "utf8")).trim() || null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw storageError(path, error);
  }
}
