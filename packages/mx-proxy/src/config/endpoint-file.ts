import { ExitCode, MxError, readRecords } from "@mx/cli";
import { quickTypes } from "@mx/cli/quick-types";
import type { Endpoint } from "@mx/records";
import { open } from "node:fs/promises";
import { isOwn } from "./handle-key.ts";

/** What a file of endpoint records says. */
export interface EndpointFile {
  /** By name; of several records of one endpoint the last counts. */
  endpoints: Map<string, Endpoint>;
  /** True: nobody but this user and root can have written it, so that it may say which file holds a key. */
  isOwn: boolean;
}

/**
 * Reads a file of one or more `endpoint` records; null: it is not there. Other records are passed over. Throws MxError 65
 * where a line is no record, 2 where the file cannot be read.
 */
export async function readEndpointFile(path: string): Promise<EndpointFile | null> {
  const known = await quickTypes(["endpoint"]);
  const endpoints = new Map<string, Endpoint>();
  try {
    await using file = await open(path, "r");
    const { uid, mode } = await file.stat();
    const bytes = file.createReadStream({ autoClose: false });
    for await (const record of readRecords(bytes, { source: path, known })) {
      if (record.type === "endpoint") endpoints.set((record as Endpoint).name, record as Endpoint);
    }
    return { endpoints, isOwn: isOwn(uid) && (mode & 0o002) === 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    if (error instanceof MxError) throw error;
    throw new MxError(`--endpoint: ${path} cannot be read: ${(error as Error).message}`, {
      code: "bad_endpoint_file",
      exitCode: ExitCode.usage,
      hint: "name a file of endpoint records, such as `mx-serve up --endpoint-file FILE` keeps",
      cause: error,
    });
  }
}
