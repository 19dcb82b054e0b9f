import { Masker, type RunContext } from "@mx/cli";
import { StringDecoder } from "node:string_decoder";
import { findServer } from "../servers/find-server.ts";
import { followLog } from "../servers/follow-log.ts";
import type { ServerFolder } from "../servers/server-folder.ts";
import { storedKey } from "../servers/server-key.ts";
import { placeOf } from "../servers/server-state.ts";

export interface LogFlags {
  follow: boolean;
  lines?: number | undefined;
}

/** Writes the log of a server to stdout. */
export async function printLog({ follow, lines }: LogFlags, context: RunContext): Promise<void> {
  const folder = await findServer(context.env, context.positionals[0] ?? "");
  const key = await storedKey(folder);
  const masks = new Masker(key === null ? [] : [key]).stream();
  const decoder = new StringDecoder("utf8");
  let skip = lines === undefined ? 0 : Math.max(0, (await lineCount(folder, context)) - lines);
  for await (const chunk of chunks(folder, context, follow)) {
    const [left, text] = skipLines(chunk, skip);
    skip = left;
    await context.writeText(decoder.write(masks.push(Buffer.from(text))));
  }
  await context.writeText(decoder.end(masks.flush()));
}

async function* chunks(
  folder: ServerFolder,
  { env, stop }: RunContext,
  follow: boolean,
): AsyncGenerator<string> {
  const endpoint = await folder.readEndpoint();
  const place = endpoint === null ? null : await placeOf(endpoint);
  if (endpoint !== null && place !== null) {
    yield* place.logs(endpoint, { env, stop, folder }, follow);
  } else {
    // It never came so far as to have an address.
    yield* followLog(folder.log, { follow: false, stop, isOver: () => true });
  }
}

async function lineCount(folder: ServerFolder, context: RunContext): Promise<number> {
  let count = 0;
  let isWhole = true;
  for await (const chunk of chunks(folder, context, false)) {
    for (let at = chunk.indexOf("\n"); at !== -1; at = chunk.indexOf("\n", at + 1)) count += 1;
    if (chunk !== "") isWhole = chunk.endsWith("\n");
  }
  return isWhole ? count : count + 1;
}

/** A chunk without its first lines, and how many are still to be left out after it. */
function skipLines(chunk: string, lines: number): [left: number, text: string] {
  let left = lines;
  let at = 0;
  for (; left > 0; left -= 1) {
    const end = chunk.indexOf("\n", at);
    if (end === -1) return [left, ""];
    at = end + 1;
  }
  return [0, chunk.slice(at)];
}
