import type { RunContext } from "@mx/cli";
import { findServer } from "../servers/find-server.ts";
import { listServers } from "../servers/list-servers.ts";
import type { ServerFolder } from "../servers/server-folder.ts";

/** The servers that the arguments name, each once; all of them where there are no arguments. */
export async function askedServers({
  env,
  positionals,
}: Pick<RunContext, "env" | "positionals">): Promise<ServerFolder[]> {
  if (positionals.length === 0) return listServers(env);
  const found = new Map<string, ServerFolder>();
  for (const wanted of positionals) {
    const folder = await findServer(env, wanted);
    found.set(folder.name, folder);
  }
  return [...found.values()];
}
