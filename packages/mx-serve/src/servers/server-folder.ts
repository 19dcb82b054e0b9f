import { Endpoint } from "@mx/records/endpoint";
import { Server } from "@mx/records/server";
import { ExitCode, MxError } from "@mx/cli";
import { errorCode } from "@mx/store/error-code";
import { mxHome } from "@mx/store/mx-home";
import { storageError } from "@mx/store/storage-error";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type * as z from "zod";
import { putText } from "./put-text.ts";
import { unreadableError } from "./unreadable-error.ts";

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

/** The folder of a server, whether it is there or not. */
export function serverFolder(env: NodeJS.ProcessEnv, name: string): ServerFolder {
  const path = join(serversPath(env), name);
  return {
    path,
    name,
    log: join(path, "server.log"),
    readServer: () => read(join(path, "server.json"), Server),
    readEndpoint: () => read(join(path, "endpoint.json"), Endpoint),
    writeServer: (server) => putText(join(path, "server.json"), JSON.stringify(server)),
    writeEndpoint: (endpoint) => putText(join(path, "endpoint.json"), JSON.stringify(endpoint)),
  };
}

/** Makes the folder where it is not there yet. Others cannot list it. */
export async function makeServerFolder(folder: ServerFolder): Promise<void> {
  try {
    await mkdir(dirname(folder.path), { recursive: true });
    // Not 0700: a server that runs as a user of its own has to pass through.
    await mkdir(folder.path, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw storageError(folder.path, error);
  }
}

/** null where there is no such file. Throws MxError 65 where it is damaged, 69 where it cannot be read. */
async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw unreadableError(path, error);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MxError(`${path} is damaged`, {
      code: "damaged_server",
      exitCode: ExitCode.badData,
      hint: "remove the folder that it is in, after ending what it was about",
      cause,
    });
  }
}
