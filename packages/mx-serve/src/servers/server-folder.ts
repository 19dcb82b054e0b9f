import type { Endpoint, Server } from "@mx/records";
import { mxHome } from "@mx/store/mx-home";
import { join } from "node:path";

/** $MX_HOME/servers/NAME: server.json (the plan), endpoint.json (where it is), server.log. */
export interface ServerFolder {
  readonly path: string;
  readonly name: string;
  readonly log: string;
  readServer(): Promise<Server | null>;
  readEndpoint(): Promise<Endpoint | null>;
  /** Put in place whole, so that a reader sees the old one or the new one. */
  writeServer(server: Server): Promise<void>;
  writeEndpoint(endpoint: Endpoint): Promise<void>;
}

/** Path of the folder that holds the servers. */
export function serversPath(env: NodeJS.ProcessEnv): string {
  return join(mxHome(env), "servers");
}
