import type { RunContext } from "@mx/cli";
import { runChild } from "@mx/cli/run-child";
import { diedError } from "../probe/wait-until-ready.ts";
import type { ServerEnd } from "../places/place.ts";
import { serverFolder } from "../servers/server-folder.ts";
import type { UsedServer } from "../servers/used-server.ts";
import { childEnvironment } from "./child-environment.ts";

/**
 * Serves as long as a command runs; its exit status. Where the server ends first the command is told to end, and this
 * throws MxError 69.
 */
export async function serveCommand(
  used: UsedServer,
  { model, as: prefix }: { model: string | null; as: string },
  { env, rest, abort, note }: RunContext,
): Promise<number> {
  const over = new AbortController();
  let end: ServerEnd | null = null;
  void used.ended.then((how) => {
    end = how;
    over.abort();
  });
  const given = childEnvironment(env, {
    endpoint: used.endpoint,
    key: used.key,
    model,
    prefix: prefix.toUpperCase(),
    folder: serverFolder(env, used.name).path,
  });
  try {
    const status = await runChild(rest, { env: given, abort, end: over.signal, note });
    if (end !== null) throw diedError(used.name, end);
    return status;
  } finally {
    await used.leave(end);
  }
}
