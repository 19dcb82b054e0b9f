import { listServers } from "../../servers/list-servers.ts";
import { storedKey } from "../../servers/server-key.ts";

/**
 * Values for variables that a server needs and the environment lacks: the keys of other servers, under the names that
 * their endpoint records say. A gateway so gets the keys of the servers that it stands before.
 */
export async function namedKeys(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const missing = new Set(names.filter((name) => !env[name]));
  const found: Record<string, string> = {};
  if (missing.size === 0) return found;
  for (const folder of await listServers(env)) {
    const endpoint = await folder.readEndpoint().catch(() => null);
    const name = endpoint?.api_key_env;
    const key = name !== undefined && missing.has(name) ? await storedKey(folder) : null;
    if (name !== undefined && key !== null) found[name] = key;
  }
  return found;
}
