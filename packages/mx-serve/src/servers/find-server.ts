import { ExitCode, MxError, nearestName } from "@mx/cli";
import { slugOf } from "../identity/server-name.ts";
import { listServers } from "./list-servers.ts";
import type { ServerFolder } from "./server-folder.ts";

/**
 * The server that somebody means: a whole name, the beginning of just one, or the id of a model that just one serves.
 * Throws MxError 2 where there is none or more than one.
 */
export async function findServer(env: NodeJS.ProcessEnv, wanted: string): Promise<ServerFolder> {
  const all = await listServers(env);
  const exact = all.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact;
  const models = await Promise.all(all.map(modelsOf));
  const serving = all.filter((_, index) => models[index]?.includes(wanted));
  // `llama-3.1-8b` of the registry is `llama-3-1-8b…` in a name.
  const spellings = [wanted, slugOf(wanted)].filter((text) => text !== "");
  const begins = all.filter(({ name }) => spellings.some((text) => name.startsWith(text)));
  const matches = serving.length > 0 ? serving : begins;
  const [first, second] = matches;
  if (first !== undefined && second === undefined) return first;
  const names = (matches.length > 0 ? matches : all).map(({ name }) => name);
  if (first !== undefined) {
    throw new MxError(`${matches.length} servers are ${JSON.stringify(wanted)}`, {
      code: "ambiguous_server",
      exitCode: ExitCode.usage,
      hint: `give the name of one: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`,
    });
  }
  const near = nearestName(wanted, names);
  throw new MxError(`there is no server ${JSON.stringify(wanted)}`, {
    code: "unknown_server",
    exitCode: ExitCode.usage,
    hint: near === null ? "`mx-serve list` shows the servers" : `did you mean ${near}?`,
  });
}

/** What it was to serve, and what it listed. A folder that is damaged counts for its name alone. */
async function modelsOf(folder: ServerFolder): Promise<string[]> {
  const server = await folder.readServer().catch(() => null);
  const endpoint = await folder.readEndpoint().catch(() => null);
  return [...(server?.model ? [server.model] : []), ...(endpoint?.models ?? [])];
}
