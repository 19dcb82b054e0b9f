import { errorCode } from "@mx/store/error-code";
import { readdir } from "node:fs/promises";
import { serverFolder, serversPath, type ServerFolder } from "./server-folder.ts";
import { unreadableError } from "./unreadable-error.ts";

/** The folders of all servers that were ever brought up, by name. */
export async function listServers(env: NodeJS.ProcessEnv): Promise<ServerFolder[]> {
  try {
    const entries = await readdir(serversPath(env), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.sort().map((name) => serverFolder(env, name));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw unreadableError(serversPath(env), error);
  }
}
