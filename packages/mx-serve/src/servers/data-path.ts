import { mxHome } from "@mx/store/mx-home";
import { join } from "node:path";

/** $MX_HOME/servers-data/NAME: `data`, the `key` that is in them, and `server`, the name of the server that has them. */
export function dataFolder(env: NodeJS.ProcessEnv, name: string): string {
  return join(mxHome(env), "servers-data", name);
}

/** Where a server finds data of this name. */
export function dataPath(env: NodeJS.ProcessEnv, name: string): string {
  return join(dataFolder(env, name), "data");
}
